#pragma once

#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace standings {

/// Writes one shard's batches: first to the database, then to the cache; users that the cache did
/// not take are left to hydration. Blocking, so the spawn site detaches it. Opens its connection
/// when it starts, reports worker_ready to `front`, and ends when the connection is lost.
struct score_writer_state {
  explicit score_writer_state(score_writer_actor::pointer selfptr) : self(selfptr) {}

  void init(const score_store_factory& open, rank_cache_ptr to, hydration_actor loads,
            version_guard_ptr guard);
  std::vector<update_outcome> write(const std::vector<score_update>& updates);
  caf::result<bool> remove(const std::string& user_id);

  score_writer_actor::pointer self;
  static inline const char* name = "score_writer";

private:
  void fill_cache(const std::vector<score_update>& updates, std::vector<update_outcome>& outcomes);

  /// Until the cache is rebuilt after the database went back: archives the states that only the
  /// cache has of these users, before their new states replace them.
  [[nodiscard]] result<void> keep_what_is_replaced(const std::vector<score_update>& updates,
                                                   const std::vector<update_outcome>& outcomes,
                                                   const std::vector<user_record>& states);

  /// Checks whether the database went back during the batch: then a new version is not above
  /// `before`, the highest version seen until then.
  void watch_versions(const std::vector<update_outcome>& outcomes, std::int64_t before);

  /// Tells hydration to refresh users whose cached state is uncertain: an unknown outcome may have
  /// been committed, and a replayed one may repeat such an update.
  void refresh_unseen(const std::vector<score_update>& updates,
                      const std::vector<update_outcome>& outcomes);

  std::unique_ptr<score_store> store_;
  rank_cache_ptr cache_;
  hydration_actor hydration_;
  version_guard_ptr guard_;
};

score_writer_actor::behavior_type
score_writer(score_writer_actor::stateful_pointer<score_writer_state> self,
             score_store_factory open, rank_cache_ptr cache, hydration_actor hydration,
             scoring_front_actor front, std::size_t index, version_guard_ptr guard);

} // namespace standings
