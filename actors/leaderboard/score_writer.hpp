#pragma once

#include "actors/leaderboard/update_writer.hpp"
#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>

namespace standings {

/// Writes one shard's batches: first to the database, and then, by its cache_filler, to the cache,
/// while it writes the next batch. Blocking, so the spawn site detaches it. Opens its connection
/// when it starts, reports worker_ready to `front`, and ends when the connection is lost, or when
/// its filler ends.
struct score_writer_state {
  explicit score_writer_state(score_writer_actor::pointer selfptr) : self(selfptr) {}
  score_writer_state(const score_writer_state&) = delete;
  score_writer_state& operator=(const score_writer_state&) = delete;
  ~score_writer_state();

  void init(const score_store_factory& open, rank_cache_ptr to, hydration_actor loads,
            version_guard_ptr guard);
  caf::result<std::vector<update_outcome>> write(std::vector<score_update>& updates);
  caf::result<bool> remove(const remove_user& m);

  score_writer_actor::pointer self;
  scoring_front_actor front;
  std::uint64_t index = 0;
  static inline const char* name = "score_writer";

private:
  [[nodiscard]] std::vector<update_outcome>
  write_to_database(const std::vector<score_update>& updates);

  /// Checks whether the database went back during the batch: then a new version is not above
  /// `before`, the highest version seen until then.
  void watch_versions(const std::vector<update_outcome>& outcomes, std::int64_t before);

  std::unique_ptr<score_store> store_;
  update_writer batches_;
  rank_cache_ptr cache_;
  hydration_actor hydration_;
  version_guard_ptr guard_;
  cache_filler_actor filler_;
};

score_writer_actor::behavior_type
score_writer(score_writer_actor::stateful_pointer<score_writer_state> self,
             score_store_factory open, rank_cache_ptr cache, hydration_actor hydration,
             scoring_front_actor front, std::size_t index, version_guard_ptr guard);

} // namespace standings
