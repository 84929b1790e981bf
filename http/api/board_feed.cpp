#include "http/api/board_feed.hpp"

#include "http/api/board_followers.hpp"
#include "http/api/leaderboard_json.hpp"
#include "http/server/problem.hpp"

#include <boost/asio/post.hpp>
#include <boost/uuid/name_generator_sha1.hpp>
#include <boost/uuid/uuid_io.hpp>

#include <algorithm>
#include <utility>

namespace standings {

namespace {

/// Names how a board looks: the same look has the same name, also after a restart and on another
/// instance.
std::string name_of(const std::string& printed) {
  boost::uuids::name_generator_sha1 names{boost::uuids::ns::oid()};
  return to_string(names(printed));
}

board_page top_of(const board_page& page, std::uint64_t limit) {
  auto out = page;
  out.entries.resize(std::min<std::size_t>(out.entries.size(), limit));
  return out;
}

board_news_ptr board_looks_like(const followed_board& what, const followed_page& seen) {
  board_news out;
  out.content = board_json(what.board, what.limit, 0, top_of(seen.page, what.limit), seen.carried);
  out.id = name_of(out.content);
  out.event = "event: board\nid: " + out.id + "\ndata: " + out.content + "\n\n";
  return std::make_shared<const board_news>(std::move(out));
}

/// Without an id: a client that connects again has to learn how the board looks.
board_news_ptr board_is_unavailable(const failure& why) {
  board_news out;
  out.content = problem_json(why, {});
  out.event = "event: unavailable\ndata: " + out.content + "\n\n";
  return std::make_shared<const board_news>(std::move(out));
}

/// The last event: a client that connects again is told the same by the status.
board_news_ptr board_is_gone(const failure& why) {
  board_news out;
  out.content = problem_json(why, {});
  out.event = "event: gone\ndata: " + out.content + "\n\n";
  out.is_last = true;
  return std::make_shared<const board_news>(std::move(out));
}

} // namespace

board_feed::board_feed(boost::asio::io_context& home, followed_leaderboard_ptr default_one,
                       follow_named_fn named)
    : home_(home), default_(std::move(default_one)), named_(std::move(named)), timer_(home) {}

void board_feed::end() {
  if (std::exchange(ended_, true))
    return;
  timer_.cancel();
  default_->end();
  for (auto& [id, one] : leaderboards_)
    one.what->end();
}

void board_feed::follow(board_followers& who, followed_board what) {
  boost::asio::post(home_, [this, &who, which = std::move(what)] { add(who, which); });
}

void board_feed::unfollow(board_followers& who, followed_board what) {
  boost::asio::post(home_, [this, &who, which = std::move(what)] { remove(who, which); });
}

board_feed::followed& board_feed::followed_one(const std::string& id) {
  auto& out = leaderboards_[id];
  if (!out.what)
    out.what = id.empty() ? default_ : named_(id);
  return out;
}

void board_feed::add(board_followers& who, const followed_board& what) {
  if (ended_)
    return;
  auto& of = followed_one(what.leaderboard);
  auto& to = of.topics[what];
  to.followers.insert(&who);
  if (to.newest)
    who.tell(what, to.newest);
  else
    of.watches[index_of(what.board)].want();
  look(clock::now());
  look_later();
}

void board_feed::remove(board_followers& who, const followed_board& what) {
  const auto of = leaderboards_.find(what.leaderboard);
  if (of == leaderboards_.end())
    return;
  auto& topics = of->second.topics;
  const auto at = topics.find(what);
  if (at == topics.end())
    return;
  at->second.followers.erase(&who);
  if (at->second.followers.empty())
    topics.erase(at);
  if (topics.empty())
    leaderboards_.erase(of);
}

void board_feed::look_later() {
  if (leaderboards_.empty() || std::exchange(looking_, true))
    return;
  timer_.expires_after(board_watch::pause);
  timer_.async_wait([this](const boost::system::error_code& error) {
    if (error || ended_)
      return;
    looking_ = false;
    look(clock::now());
    look_later();
  });
}

std::uint64_t board_feed::followed::most_followed(period board) const {
  std::uint64_t most = 0;
  for (const auto& [of, to] : topics)
    if (of.board == board)
      most = std::max(most, of.limit);
  return most;
}

/// A read may end at once, and with it what is followed, so all are found before the first begins.
void board_feed::look(clock::time_point now) {
  if (ended_)
    return;
  for (auto& which : due_reads(now)) {
    const bool is_named = !which.leaderboard.empty();
    if (is_named && reading_ >= most_reads)
      continue;
    const auto at = leaderboards_.find(which.leaderboard);
    if (at == leaderboards_.end())
      continue;
    auto& [of, topics, watches] = at->second;
    watches[index_of(which.board)].reads(now, of->signs());
    if (is_named)
      last_read_ = which.leaderboard;
    read(std::move(which), of);
  }
}

/// Those whose turn did not come in the last look are first.
std::vector<board_feed::due_read> board_feed::due_reads(clock::time_point now) {
  std::vector<due_read> out;
  auto at = leaderboards_.upper_bound(last_read_);
  for (auto left = leaderboards_.size(); left > 0; --left, ++at) {
    if (at == leaderboards_.end())
      at = leaderboards_.begin();
    auto& one = at->second;
    const auto seen = one.what->signs();
    for (const auto board : all_periods) {
      const auto limit = one.most_followed(board);
      if (limit > 0 && one.watches[index_of(board)].due(now, seen))
        out.push_back({at->first, board, limit});
    }
  }
  return out;
}

/// Reads the longest of the tops that are followed; the others are its beginnings.
detached board_feed::read(due_read which, followed_leaderboard_ptr from) {
  const std::size_t counted = which.leaderboard.empty() ? 0 : 1;
  reading_ += counted;
  result<followed_page> page = fail(errc::internal);
  try {
    page = co_await from->top(which.board, which.limit);
  } catch (const std::exception& e) {
    page = fail_because(errc::internal, {}, e.what());
  }
  reading_ -= counted;
  if (!ended_)
    has_read(which, from, page);
}

/// `from` is not what is followed by now if all had left meanwhile.
void board_feed::has_read(const due_read& which, const followed_leaderboard_ptr& from,
                          const result<followed_page>& page) {
  const auto at = leaderboards_.find(which.leaderboard);
  if (at == leaderboards_.end() || at->second.what != from)
    return;
  if (!page && page.error().code == errc::unknown_leaderboard)
    return tell_gone(which.leaderboard, page.error());
  at->second.watches[index_of(which.board)].has_read(page.has_value());
  tell(at->second, which, page);
}

void board_feed::tell(followed& to, const due_read& was, const result<followed_page>& page) {
  for (auto& [what, of] : to.topics) {
    if (what.board != was.board)
      continue;
    if (!page)
      tell(what, of, board_is_unavailable(page.error()));
    else if (what.limit <= was.limit)
      tell(what, of, board_looks_like(what, *page));
    else
      to.watches[index_of(what.board)].want(); // it was not followed yet when the read began
  }
}

void board_feed::tell(const followed_board& what, topic& of, board_news_ptr news) {
  if (of.newest && of.newest->content == news->content)
    return;
  of.newest = std::move(news);
  for (auto* each : of.followers)
    each->tell(what, of.newest);
}

void board_feed::tell_gone(const std::string& id, const failure& why) {
  const auto news = board_is_gone(why);
  const auto gone = leaderboards_.extract(id);
  for (auto& [what, of] : gone.mapped().topics)
    for (auto* each : of.followers)
      each->tell(what, news);
}

} // namespace standings
