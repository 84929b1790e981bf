#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "stores/contracts/rank_cache.hpp"

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace standings {

/// A named leaderboard that is in use, and its cache.
struct shelved_leaderboard {
  shelved_leaderboard(leaderboard which, rank_cache_ptr with)
      : of(std::move(which)), cache(std::move(with)) {}

  const leaderboard of;
  const rank_cache_ptr cache;

  /// When the next period begins, in microseconds, as far as the cache knows; 0: it knows no
  /// starts.
  mutable std::atomic<std::int64_t> next_boundary_us{0};
};

using shelved_ptr = std::shared_ptr<const shelved_leaderboard>;

/// The named leaderboards in use, each with its settings and its cache: a value that is made when
/// it is first needed and dropped when it has not been used for long. Thread-safe.
class leaderboard_shelf {
public:
  using make_cache_fn = std::function<rank_cache_ptr(const leaderboard&)>;
  using clock = std::chrono::steady_clock;
  using now_fn = std::function<clock::time_point()>;

  explicit leaderboard_shelf(make_cache_fn make, now_fn now = clock::now)
      : make_(std::move(make)), now_(std::move(now)) {}

  /// The leaderboard if it is on the shelf; counts as a use of it.
  [[nodiscard]] shelved_ptr find(const std::string& id);

  /// Puts a leaderboard on the shelf, or replaces its settings; its cache stays the same.
  shelved_ptr put(const leaderboard& which);

  /// Replaces the settings of one that is on the shelf, which is no use of it. Null if it is not
  /// there.
  shelved_ptr update(const leaderboard& which);

  /// Takes it off; those who still hold it may go on.
  void remove(const std::string& id);

  /// Those that were used since this was last asked.
  [[nodiscard]] std::vector<std::string> take_used();

  /// Takes off those that have not been used the longest until at most `most` are left, but none
  /// that was used within `lately`. Returns them.
  std::vector<shelved_ptr> shrink(std::size_t most, clock::duration lately);

  [[nodiscard]] std::vector<shelved_ptr> all() const;
  [[nodiscard]] std::size_t size() const;

private:
  struct place {
    shelved_ptr what;
    clock::time_point used;
  };

  shelved_ptr settle(place& to, const leaderboard& which) const;

  const make_cache_fn make_;
  const now_fn now_;
  mutable std::mutex mutex_; ///< guards all below
  std::unordered_map<std::string, place> places_;
  std::unordered_set<std::string> used_;
};

using leaderboard_shelf_ptr = std::shared_ptr<leaderboard_shelf>;

} // namespace standings
