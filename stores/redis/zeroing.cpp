#include "stores/redis/zeroing.hpp"

#include "core/leaderboard/details_json.hpp"
#include "core/leaderboard/foreign_score.hpp"
#include "stores/redis/cache_writer.hpp"
#include "stores/redis/script.hpp"

#include <algorithm>

namespace standings {

namespace {

/// A window of the board: members with scores, and their details.
struct window {
  redis_reply members;
  redis_reply details;
};

/// One pass over a board, a window at a time. Zeroed users sink to the end, so the next window
/// starts behind those that keep their score. Where the lower score is better, they leave the board
/// instead, and a score of 0 is like any other.
class pass {
public:
  pass(redis_pool& pool, const key_scheme& keys, period board, sys_time start, own_writes* own,
       score_order order)
      : pool_(pool), keys_(keys), own_(own), board_(board), start_(start),
        leave_(order == score_order::asc),
        script_(find_redis_script(leave_ ? "leave.lua" : "zero.lua")) {}

  result<zeroing_report> run() {
    for (bool more = true; more;) {
      const auto seen = read();
      if (!seen)
        return seen.error();
      const auto positive = sort_out(*seen);
      more = positive == redis_batch;
      const auto zeroed = zero();
      if (!zeroed)
        return zeroed.error();
      out_.zeroed += *zeroed;
      kept_ += positive - *zeroed;
    }
    return out_;
  }

private:
  result<window> read() {
    auto c = pool_.borrow();
    if (!c)
      return c.error();
    const auto first = std::to_string(kept_);
    const auto last = std::to_string(kept_ + redis_batch - 1);
    auto members = (*c)->command({"ZREVRANGE", keys_.board(board_), first, last, "WITHSCORES"});
    if (!members)
      return members.error();
    if (members->size() == 0)
      return window{std::move(*members), {}};
    std::vector<std::string> keys;
    for (std::size_t i = 0; i + 1 < members->size(); i += 2)
      keys.push_back(keys_.details((*members)[i].text()));
    redis_connection::arguments words{"MGET"};
    words.insert(words.end(), keys.begin(), keys.end());
    auto details = (*c)->command(words);
    if (!details)
      return details.error();
    return window{std::move(*members), std::move(*details)};
  }

  /// Returns how many members have a positive score, and records which of them lose it.
  std::size_t sort_out(const window& seen) {
    expired_keys_ = {keys_.board(board_)};
    expired_.clear();
    if (leave_) {
      expired_keys_.push_back(keys_.meta());
      expired_.emplace_back(to_string(board_));
    }
    shared_ = expired_keys_.size();
    std::size_t positive = 0;
    for (std::size_t i = 0; i + 1 < seen.members.size(); i += 2) {
      const auto score = seen.members[i + 1].number();
      if (!(score > 0) && !leave_)
        continue;
      ++positive;
      if (whole_score(score))
        judge(seen.members[i].text(), seen.details[i / 2]);
      else
        ++out_.foreign;
    }
    return positive;
  }

  void judge(std::string_view id, const redis_reply& details) {
    const auto found = details.is_string() ? parse_details(details.text()) : std::nullopt;
    if (!found || found->user.updated_at == sys_time{}) {
      ++out_.undated;
      return;
    }
    if (found->user.updated_at >= start_)
      return;
    const auto score = find_score(details.text(), board_);
    expired_keys_.push_back(keys_.details(id));
    expired_.emplace_back(id);
    expired_.emplace_back(details.text());
    expired_.push_back(std::to_string(score ? score->first + 1 : 0));
    expired_.push_back(std::to_string(score ? score->last : 0));
  }

  result<std::size_t> zero() {
    if (expired_keys_.size() == shared_)
      return std::size_t{0};
    own_announcement announced{own_, "set", std::span{expired_keys_}.subspan(shared_)};
    const auto reply = run_script(pool_, script_, expired_keys_, expired_);
    if (!reply)
      return reply.error();
    const auto outcomes = reply->text();
    for (std::size_t i = 0; i < outcomes.size(); ++i)
      if (outcomes[i] == 'w')
        announced.confirm(i);
    return outcomes.size()
           - static_cast<std::size_t>(std::count(outcomes.begin(), outcomes.end(), '-'));
  }

  redis_pool& pool_;
  const key_scheme& keys_;
  own_writes* const own_;
  const period board_;
  const sys_time start_;
  const bool leave_; ///< instead of being zeroed
  const redis_script script_;

  std::vector<std::string> expired_keys_; ///< in the form that the script takes
  std::vector<std::string> expired_;      ///< the script's arguments
  std::size_t shared_ = 0;                ///< keys that are not details
  std::size_t kept_ = 0;                  ///< users at the top that keep their score
  zeroing_report out_;
};

} // namespace

result<zeroing_report> zero_expired(redis_pool& pool, const key_scheme& keys, period board,
                                    sys_time start, own_writes* own, score_order order) {
  return pass{pool, keys, board, start, own, order}.run();
}

} // namespace standings
