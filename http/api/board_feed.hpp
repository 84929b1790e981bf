#pragma once

#include "core/leaderboard/board_watch.hpp"
#include "core/leaderboard/period.hpp"
#include "http/api/followed_leaderboard.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <array>
#include <compare>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace standings {

class board_followers;

/// The top of a board, as clients follow it.
struct followed_board {
  period board{};
  std::uint64_t limit = 0;
  std::string leaderboard{}; ///< empty: the default one

  friend auto operator<=>(const followed_board&, const followed_board&) = default;
};

/// What clients are told of a board: that it looks like this, that it cannot be read, or that it is
/// gone.
struct board_news {
  std::string id;       ///< of how the board looks; empty if it cannot be read
  std::string content;  ///< JSON: the board, or a problem
  std::string event;    ///< as it is sent
  bool is_last = false; ///< nothing follows: the stream ends
};
using board_news_ptr = std::shared_ptr<const board_news>;

/// Reads the boards that clients of this process follow, and tells the event loops what is new: one
/// read for each change, however many clients, limits and loops there are. Of named leaderboards at
/// most `most_reads` are under way, and each board has its turn. Without followers it does nothing.
/// Lives on one loop: all functions but `follow` and `unfollow` are for its thread, or for times at
/// which it does not run.
class board_feed {
public:
  using clock = board_watch::clock;

  static constexpr std::size_t most_reads = 16;

  board_feed(boost::asio::io_context& home, followed_leaderboard_ptr default_one,
             follow_named_fn named = {});
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

  /// A leaderboard with followers.
  struct followed {
    followed_leaderboard_ptr what;
    std::map<followed_board, topic> topics{};
    std::array<board_watch, period_count> watches{};

    [[nodiscard]] std::uint64_t most_followed(period board) const;
  };

  /// A read that is due.
  struct due_read {
    std::string leaderboard;
    period board{};
    std::uint64_t limit = 0;
  };

  void add(board_followers& who, const followed_board& what);
  void remove(board_followers& who, const followed_board& what);
  void look_later();
  [[nodiscard]] followed& followed_one(const std::string& id);
  [[nodiscard]] std::vector<due_read> due_reads(clock::time_point now);
  detached read(due_read which, followed_leaderboard_ptr from);
  void has_read(const due_read& which, const followed_leaderboard_ptr& from,
                const result<followed_page>& page);
  void tell(followed& to, const due_read& was, const result<followed_page>& page);
  void tell(const followed_board& what, topic& of, board_news_ptr news);
  void tell_gone(const std::string& id, const failure& why);

  boost::asio::io_context& home_;
  const followed_leaderboard_ptr default_;
  const follow_named_fn named_;
  boost::asio::steady_timer timer_;
  std::map<std::string, followed> leaderboards_; ///< by id; the default one's is empty
  std::string last_read_;                        ///< the id after which the next look begins
  std::size_t reading_ = 0;                      ///< reads of named ones under way
  bool looking_ = false;                         ///< the timer runs
  bool ended_ = false;
};

} // namespace standings
