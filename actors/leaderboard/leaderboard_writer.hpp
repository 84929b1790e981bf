#pragma once

#include "messages/internal/leaderboard.hpp"
#include "messages/internal/leaderboards.hpp"
#include "stores/contracts/leaderboard_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace standings {

/// What a leaderboard_writer works with.
struct leaderboard_writer_tools {
  leaderboard_store_factory open;
  leaderboard_shelf_ptr shelf;
  rank_cache_ptr default_cache;
  hydration_actor hydration;       ///< of the default leaderboard
  leaderboards_actor leaderboards; ///< is told what the caches have missed
  bool shared_caches = false;      ///< other processes may have loaded what this one has not
};

/// Writes one shard's batches of updates of named leaderboards: first to the database, then to the
/// caches of those that are in use. In the place of score_writer otherwise: blocking, so the spawn
/// site detaches it; opens its connection when it starts, and ends when that is lost.
struct leaderboard_writer_state {
  explicit leaderboard_writer_state(score_writer_actor::pointer selfptr) : self(selfptr) {}

  void init(leaderboard_writer_tools with);
  std::vector<update_outcome> write(const std::vector<score_update>& updates);
  caf::result<bool> remove(const remove_user& m);

  score_writer_actor::pointer self;
  static inline const char* name = "leaderboard_writer";

private:
  using users_by_leaderboard = std::map<std::string, std::vector<user_record>>;

  static users_by_leaderboard newest_states(const std::vector<update_outcome>& outcomes);
  void take_to_caches(std::vector<update_outcome>& outcomes);
  bool take_to_cache(const std::string& leaderboard, const std::vector<user_record>& users);
  void reload_uncertain(const std::vector<score_update>& updates,
                        const std::vector<update_outcome>& outcomes);
  [[nodiscard]] result<shelved_ptr> shelved(const std::string& id);
  [[nodiscard]] result<shelved_ptr> found(const std::string& id);

  leaderboard_writer_tools with_;
  std::unique_ptr<leaderboard_store> store_;
};

score_writer_actor::behavior_type
leaderboard_writer(score_writer_actor::stateful_pointer<leaderboard_writer_state> self,
                   leaderboard_writer_tools with, scoring_front_actor front, std::size_t index);

} // namespace standings
