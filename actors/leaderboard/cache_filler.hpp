#pragma once

#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <vector>

namespace standings {

/// How long the server may still carry out a COMMIT after the connection was lost.
inline constexpr std::chrono::seconds commit_grace{2};

/// The second half of a score_writer: takes batches that are in the database to the cache, while
/// the writer is at the next one. Versions decide in the cache, so no order has to be kept. Users
/// that the cache did not take are left to hydration. Blocking. It belongs to one writer and
/// outlives it until the batches that it was given are done.
struct cache_filler_state {
  explicit cache_filler_state(cache_filler_actor::pointer selfptr) : self(selfptr) {}

  void init(rank_cache_ptr to, hydration_actor loads, version_guard_ptr guard);
  std::vector<update_outcome> fill(fill_cache& batch);

  cache_filler_actor::pointer self;
  static inline const char* name = "cache_filler";

private:
  void take_to_cache(const std::vector<score_update>& updates,
                     std::vector<update_outcome>& outcomes);

  /// Until the cache is rebuilt after the database went back: archives the states that only the
  /// cache has of these users, before their new states replace them.
  [[nodiscard]] result<void> keep_what_is_replaced(const std::vector<score_update>& updates,
                                                   const std::vector<update_outcome>& outcomes,
                                                   const std::vector<user_record>& states);

  /// Tells hydration to refresh users whose cached state is uncertain: an unknown outcome may have
  /// been committed, and a replayed one may repeat such an update.
  void refresh_unseen(const std::vector<score_update>& updates,
                      const std::vector<update_outcome>& outcomes);

  rank_cache_ptr cache_;
  hydration_actor hydration_;
  version_guard_ptr guard_;
};

cache_filler_actor::behavior_type
cache_filler(cache_filler_actor::stateful_pointer<cache_filler_state> self, rank_cache_ptr cache,
             hydration_actor hydration, version_guard_ptr guard);

} // namespace standings
