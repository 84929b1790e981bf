#pragma once

#include "core/base/time.hpp"
#include "core/leaderboard/leaderboard_settings.hpp"
#include "core/metrics/shelf_counts.hpp"
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

  const leaderboard of; ///< with the settings from before while they cannot be read
  const rank_cache_ptr cache;

  /// When the next period begins, in microseconds, as far as the cache knows; 0: it knows no
  /// starts.
  mutable std::atomic<std::int64_t> next_boundary_us{0};

  /// When it was last seen in the database like this, on the shelf's clock.
  mutable std::atomic<std::chrono::steady_clock::time_point> seen{};

  /// Whether its order was another one: what a shared cache holds does not fit the new one.
  mutable std::atomic<bool> has_turned{false};
};

using shelved_ptr = std::shared_ptr<const shelved_leaderboard>;

/// What a shelf holds at most.
struct shelf_bounds {
  std::size_t leaderboards = 10'000;
  std::chrono::seconds lately{60}; ///< more than that many stay if they were used so lately
  /// How long the shelf is believed without a look at the database: longer than the time between
  /// two looks after those in use.
  std::chrono::seconds believed{3};
  std::uint64_t bytes = 0;                      ///< of memory in this process; 0: no bound
  std::function<std::uint64_t()> other_bytes{}; ///< count among these; may be null
};

/// The named leaderboards in use, each with its settings and its cache: a value that is made when
/// it is first needed and dropped when it has not been used for long. Thread-safe.
class leaderboard_shelf {
public:
  using make_cache_fn = std::function<rank_cache_ptr(const leaderboard&)>;
  using clock = std::chrono::steady_clock;
  using now_fn = std::function<clock::time_point()>;

  explicit leaderboard_shelf(make_cache_fn make, shelf_bounds bounds = {}, now_fn now = clock::now)
      : make_(std::move(make)), bounds_(std::move(bounds)), now_(std::move(now)) {}

  /// The leaderboard if it is on the shelf; counts as a use of it.
  [[nodiscard]] shelved_ptr find(const std::string& id);

  /// Puts a leaderboard on the shelf, or replaces its settings; its cache stays the same unless the
  /// order is another one. While its settings cannot be read, it keeps those that it has on the
  /// shelf; null if it is not there, because nobody knows its order.
  shelved_ptr put(const leaderboard& which);

  /// Puts a leaderboard on the shelf that was last used so long ago, which is no use of it; one
  /// that is there stays as it is. Null as with `put`.
  shelved_ptr put_unused(const leaderboard& which, clock::duration ago);

  /// Replaces the settings of one that is on the shelf, which is no use of it. Null if it is not
  /// there.
  shelved_ptr update(const leaderboard& which);

  /// Whether another process may have changed it since it was last seen in the database.
  [[nodiscard]] bool is_outdated(const shelved_leaderboard& which) const {
    return which.seen.load() + bounds_.believed <= now_();
  }

  /// The database cannot be asked now: what the shelf says is taken for a while as it is.
  void believe(const shelved_leaderboard& which) const { which.seen = now_(); }

  /// Takes it off, and returns it if it was there; those who still hold it may go on.
  shelved_ptr remove(const std::string& id);

  /// A cache of a leaderboard that is not put on the shelf.
  [[nodiscard]] rank_cache_ptr make_cache(const leaderboard& of) const { return make_(of); }

  /// Those that were used since this was last asked.
  [[nodiscard]] std::vector<std::string> take_used();

  /// Those whose cache object was made since this was last asked, without those that this process
  /// has begun to load. What a shared cache holds may lack writes that a process was killed over.
  [[nodiscard]] std::vector<std::string> take_new();

  /// This process loads the cache of that leaderboard.
  void note_load(const std::string& id);

  /// Takes off those that have not been used the longest until the shelf is within its bounds, but
  /// none that somebody holds: who reads, loads or writes it. Returns them; freeing a large one
  /// takes a while.
  std::vector<shelved_ptr> shrink();

  /// Whether one more would still be within the bounds, and whether the shelf is beyond them.
  [[nodiscard]] bool has_room() const;
  [[nodiscard]] bool is_over() const;

  /// About how many bytes of this process's memory all take, and what else counts among them.
  [[nodiscard]] std::uint64_t memory_bytes() const;

  [[nodiscard]] bool holds(const std::string& id) const;
  [[nodiscard]] std::vector<shelved_ptr> all() const;
  [[nodiscard]] std::size_t size() const;

  /// For monitoring. Those who load a cache count that here.
  shelf_counts counts;

private:
  struct place {
    shelved_ptr what;
    clock::time_point used;
  };

  [[nodiscard]] bool knows_settings(const leaderboard& which) const;
  shelved_ptr settle(place& to, const leaderboard& found);

  [[nodiscard]] static std::uint64_t bytes_of(const std::string& id, const place& at);
  [[nodiscard]] std::uint64_t other_bytes() const;
  [[nodiscard]] std::uint64_t places_bytes() const;

  const make_cache_fn make_;
  const shelf_bounds bounds_;
  const now_fn now_;
  mutable std::mutex mutex_; ///< guards all below
  std::unordered_map<std::string, place> places_;
  std::unordered_set<std::string> used_;
  std::unordered_set<std::string> new_;
};

using leaderboard_shelf_ptr = std::shared_ptr<leaderboard_shelf>;

} // namespace standings
