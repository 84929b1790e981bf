#pragma once

#include "core/leaderboard/board_watch.hpp"
#include "core/leaderboard/period.hpp"
#include "stores/contracts/cache_reads.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace standings {

/// The top of a board, and what its users carry.
struct followed_page {
  board_page page{};
  user_metadata carried{};
};

/// A leaderboard whose boards clients follow, as the feed reads it. For the thread of the feed's
/// loop.
class followed_leaderboard {
public:
  followed_leaderboard() = default;
  followed_leaderboard(const followed_leaderboard&) = delete;
  followed_leaderboard& operator=(const followed_leaderboard&) = delete;
  virtual ~followed_leaderboard() = default;

  /// Cheap: asked for ten times a second.
  [[nodiscard]] virtual board_watch::signs signs() = 0;

  /// The first `limit` users of a board. Fails with `unknown_leaderboard` once the leaderboard is
  /// not there any more.
  [[nodiscard]] virtual task<result<followed_page>> top(period board, std::uint64_t limit) = 0;

  /// Reads under way, and further ones, fail.
  virtual void end() {}
};

using followed_leaderboard_ptr = std::shared_ptr<followed_leaderboard>;

/// Makes a named leaderboard to be followed.
using follow_named_fn = std::function<followed_leaderboard_ptr(const std::string& id)>;

/// The default leaderboard. While its cache is being filled, reads of it fail.
followed_leaderboard_ptr follow_default(cache_reads_ptr reads, rank_cache_ptr cache);

} // namespace standings
