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

board_news_ptr board_looks_like(const followed_board& what, const board_page& page) {
  board_news out;
  out.content = board_json(what.board, what.limit, 0, page);
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

failure cache_is_filled() {
  return fail(errc::cache_warming, "the cache is being filled; /api/leaderboard answers meanwhile");
}

board_page top_of(const board_page& page, std::uint64_t limit) {
  auto out = page;
  out.entries.resize(std::min<std::size_t>(out.entries.size(), limit));
  return out;
}

} // namespace

board_feed::board_feed(boost::asio::io_context& home, cache_reads_ptr reads, rank_cache_ptr cache)
    : home_(home), reads_(std::move(reads)), cache_(std::move(cache)), timer_(home) {}

void board_feed::end() {
  if (std::exchange(ended_, true))
    return;
  timer_.cancel();
  reads_->end();
}

void board_feed::follow(board_followers& who, followed_board what) {
  boost::asio::post(home_, [this, &who, what] { add(who, what); });
}

void board_feed::unfollow(board_followers& who, followed_board what) {
  boost::asio::post(home_, [this, &who, what] { remove(who, what); });
}

void board_feed::add(board_followers& who, followed_board what) {
  auto& to = topics_[what];
  to.followers.insert(&who);
  if (to.newest)
    who.tell(what, to.newest);
  else
    watches_[index_of(what.board)].want();
  look(clock::now());
  look_later();
}

void board_feed::remove(board_followers& who, followed_board what) {
  const auto at = topics_.find(what);
  if (at == topics_.end())
    return;
  at->second.followers.erase(&who);
  if (at->second.followers.empty())
    topics_.erase(at);
}

void board_feed::look_later() {
  if (topics_.empty() || std::exchange(looking_, true))
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

std::uint64_t board_feed::most_followed(period board) const {
  std::uint64_t most = 0;
  for (const auto& [what, to] : topics_)
    if (what.board == board)
      most = std::max(most, what.limit);
  return most;
}

void board_feed::look(clock::time_point now) {
  if (ended_)
    return;
  const board_watch::signs seen{cache_->changes(), reads_->complete(),
                                reads_->version().has_value()};
  for (const auto board : all_periods) {
    auto& watch = watches_[index_of(board)];
    const auto limit = most_followed(board);
    if (limit == 0 || !watch.due(now, seen))
      continue;
    watch.reads(now, seen);
    read(board, limit);
  }
}

/// Reads the longest of the tops that are followed; the others are its beginnings.
detached board_feed::read(period board, std::uint64_t limit) {
  result<board_page> page = cache_is_filled();
  try {
    if (reads_->complete())
      page = co_await reads_->top(board, 0, limit);
  } catch (const std::exception& e) {
    page = fail_because(errc::internal, {}, e.what());
  }
  if (ended_)
    co_return;
  watches_[index_of(board)].has_read(page.has_value());
  tell(board, limit, page);
}

void board_feed::tell(period board, std::uint64_t limit, const result<board_page>& page) {
  for (auto& [what, to] : topics_) {
    if (what.board != board)
      continue;
    if (!page)
      tell(what, to, board_is_unavailable(page.error()));
    else if (what.limit <= limit)
      tell(what, to, board_looks_like(what, top_of(*page, what.limit)));
    else
      watches_[index_of(board)].want(); // it was not followed yet when the read began
  }
}

void board_feed::tell(const followed_board& what, topic& of, board_news_ptr news) {
  if (of.newest && of.newest->content == news->content)
    return;
  of.newest = std::move(news);
  for (auto* each : of.followers)
    each->tell(what, of.newest);
}

} // namespace standings
