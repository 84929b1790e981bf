#include "stores/redis/rank_gatherer.hpp"

#include <boost/asio/post.hpp>

#include <utility>

namespace standings {

namespace {

/// Redis serves no other client during a call.
constexpr std::size_t most_at_once = 256;

} // namespace

task<result<std::optional<user_rank>>> rank_gatherer::rank(std::string user_id, period board) {
  later<rank_result> mine;
  auto& wanted = wanted_[index_of(board)];
  wanted.users.push_back(std::move(user_id));
  wanted.places.push_back(&mine);
  if (wanted.users.size() >= most_at_once)
    read(board, std::exchange(wanted, {}));
  else
    read_soon();
  co_return co_await mine;
}

void rank_gatherer::read_soon() {
  if (std::exchange(reading_soon_, true))
    return;
  boost::asio::post(loop_, [this] {
    reading_soon_ = false;
    read_wanted();
  });
}

void rank_gatherer::read_wanted() {
  for (auto board : all_periods)
    if (auto& wanted = wanted_[index_of(board)]; !wanted.users.empty())
      read(board, std::exchange(wanted, {}));
}

detached rank_gatherer::read(period board, group wanted) {
  auto found = co_await reader_.ranks(calls_, board, std::move(wanted.users));
  for (std::size_t i = 0; i < wanted.places.size(); ++i) {
    if (found)
      wanted.places[i]->set(found->users[i]);
    else
      wanted.places[i]->set(found.error());
  }
}

} // namespace standings
