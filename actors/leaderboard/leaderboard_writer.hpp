#pragma once

#include "actors/leaderboard/named_cache_filler.hpp"
#include "actors/leaderboard/update_writer.hpp"
#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/leaderboard_store.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <memory>
#include <string>
#include <vector>

namespace standings {

/// What a leaderboard_writer works with.
struct leaderboard_writer_tools {
  leaderboard_store_factory open;
  all_caches caches;
};

/// Writes one shard's batches of updates of named leaderboards: first to the database, and then, by
/// its named_cache_filler, to the caches, while it writes the next batch. In the place of
/// score_writer otherwise: blocking, so the spawn site detaches it; opens its connection when it
/// starts, and ends when that is lost, or when its filler ends.
struct leaderboard_writer_state {
  explicit leaderboard_writer_state(score_writer_actor::pointer selfptr) : self(selfptr) {}
  leaderboard_writer_state(const leaderboard_writer_state&) = delete;
  leaderboard_writer_state& operator=(const leaderboard_writer_state&) = delete;
  ~leaderboard_writer_state();

  void init(const leaderboard_writer_tools& with);
  caf::result<std::vector<update_outcome>> write(std::vector<score_update>& updates);
  caf::result<bool> remove(const remove_user& m);

  score_writer_actor::pointer self;
  scoring_front_actor front;
  std::uint64_t index = 0;
  static inline const char* name = "leaderboard_writer";

private:
  void put_on_shelf(const std::vector<update_outcome>& outcomes);
  [[nodiscard]] result<shelved_ptr> found(const std::string& id);

  all_caches caches_;
  std::unique_ptr<leaderboard_store> store_;
  update_writer batches_;
  cache_filler_actor filler_;
};

score_writer_actor::behavior_type
leaderboard_writer(score_writer_actor::stateful_pointer<leaderboard_writer_state> self,
                   const leaderboard_writer_tools& with, scoring_front_actor front,
                   std::size_t index);

} // namespace standings
