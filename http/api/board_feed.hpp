#pragma once

#include "core/leaderboard/board_watch.hpp"
#include "core/leaderboard/period.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>

namespace standings {

class board_followers;

/// The top of a board, as clients follow it.
struct followed_board {
  period board{};
  std::uint64_t limit = 0;

  friend auto operator<=>(const followed_board&, const followed_board&) = default;
};

/// What clients are told of a board: that it looks like this, or that it cannot be read.
struct board_news {
  std::string id;      ///< of how the board looks; empty if it cannot be read
  std::string content; ///< JSON: the board, or a problem
  std::string event;   ///< as it is sent
};
using board_news_ptr = std::shared_ptr<const board_news>;

/// Reads the boards that clients of this process follow, and tells the event loops what is new: one
/// read for each change, however many clients, limits and loops there are. Without followers it
/// does nothing. Lives on one loop: all functions but `follow` and `unfollow` are for its thread,
/// or for times at which it does not run.
class board_feed {
public:
  using clock = board_watch::clock;

  board_feed(boost::asio::io_context& home, cache_reads_ptr reads, rank_cache_ptr cache);
  board_feed(const board_feed&) = delete;
  board_feed& operator=(const board_feed&) = delete;
  ~board_feed() { end(); }

  /// From now on nothing is read. Outlives what was posted to the loops.
  void end();

  // -- from any loop: `who` follows, until `unfollow`
  void follow(board_followers& who, followed_board what);
  void unfollow(board_followers& who, followed_board what);

  /// Reads what is due. Called by a timer.
  void look(clock::time_point now);

private:
  struct topic {
    std::set<board_followers*> followers; ///< one for each loop
    board_news_ptr newest;
  };

  void add(board_followers& who, followed_board what);
  void remove(board_followers& who, followed_board what);
  void look_later();
  [[nodiscard]] std::uint64_t most_followed(period board) const;
  detached read(period board, std::uint64_t limit);
  void tell(period board, std::uint64_t limit, const result<board_page>& page);
  void tell(const followed_board& what, topic& of, board_news_ptr news);

  boost::asio::io_context& home_;
  const cache_reads_ptr reads_;
  const rank_cache_ptr cache_;
  boost::asio::steady_timer timer_;
  std::map<followed_board, topic> topics_;
  std::array<board_watch, period_count> watches_;
  bool looking_ = false; ///< the timer runs
  bool ended_ = false;
};

} // namespace standings
