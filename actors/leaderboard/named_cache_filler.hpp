#pragma once

#include "messages/internal/leaderboard.hpp"
#include "messages/internal/leaderboards.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "sync/leaderboard/leaderboard_shelf.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <chrono>
#include <map>
#include <string>
#include <vector>

namespace standings {

/// The caches of all leaderboards, and who brings them what they lack.
struct all_caches {
  leaderboard_shelf_ptr shelf;
  rank_cache_ptr default_cache;
  hydration_actor hydration;       ///< of the default leaderboard
  leaderboards_actor leaderboards; ///< is told what the caches have missed
  bool shared = false;             ///< other processes may have loaded what this one has not
};

/// The second half of a leaderboard_writer, as cache_filler is that of a score_writer: takes
/// batches that are in the database to the caches of the leaderboards that are in use. Blocking. It
/// belongs to one writer and outlives it until the batches that it was given are done.
struct named_cache_filler_state {
  explicit named_cache_filler_state(cache_filler_actor::pointer selfptr) : self(selfptr) {}

  void init(all_caches to);
  std::vector<update_outcome> fill(fill_cache& batch);

  cache_filler_actor::pointer self;
  static inline const char* name = "named_cache_filler";

private:
  using users_by_leaderboard = std::map<std::string, std::vector<user_record>>;

  static users_by_leaderboard newest_states(const std::vector<update_outcome>& outcomes);
  void take_to_caches(std::vector<update_outcome>& outcomes);
  [[nodiscard]] users_by_leaderboard missed_by_caches(users_by_leaderboard states);
  void reload(const std::string& leaderboard, std::vector<std::string> user_ids,
              std::chrono::seconds wait = std::chrono::seconds{0});
  void reload_uncertain(const std::vector<score_update>& updates,
                        const std::vector<update_outcome>& outcomes);

  all_caches to_;
};

cache_filler_actor::behavior_type
named_cache_filler(cache_filler_actor::stateful_pointer<named_cache_filler_state> self,
                   all_caches to);

} // namespace standings
