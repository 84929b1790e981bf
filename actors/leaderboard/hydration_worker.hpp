#pragma once

#include "messages/internal/leaderboard.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/cache_rebuild.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <caf/typed_event_based_actor.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

namespace standings {

/// Up to which version the cache has every row, for sure; nothing where that is
/// not known, or the cache is not complete.
using evidence_fn = std::function<std::optional<std::int64_t>()>;

/// Takes a cache over that another application filled; gives what came of it, nothing
/// where there was nothing to do.
using first_contact_fn = std::function<result<std::optional<run_counts>>()>;

/// What a worker fills the cache with. `audit` and `guard` may be null: nobody looks
/// whether the database went back.
struct hydration_tools {
  rank_cache_ptr cache;
  cache_audit_ptr audit;
  evidence_fn evidence;
  version_guard_ptr guard;
  first_contact_fn first_contact{};
};

/// Reads the database, and fills the cache from it. Blocking, so the spawn site
/// detaches it. Opens its connection when it starts, reports worker_ready to
/// `front`, and ends when the connection is lost.
struct hydration_worker_state {
  explicit hydration_worker_state(hydration_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const score_store_factory& open, const hydration_tools& with);
  caf::result<cached_user> load(const std::string& user_id);
  caf::result<user_record> read(const std::string& user_id);
  caf::result<board_page> read(const read_board& m);
  caf::result<std::uint64_t> count();
  caf::result<std::uint64_t> begin(const begin_rebuild& m);
  caf::result<page_loaded> load(const load_page& m);
  caf::result<std::uint64_t> finish();
  caf::result<bool> refresh(const refresh_users& m);
  caf::result<bool> verify();
  caf::result<bool> clear();

  hydration_worker_actor::pointer self;
  static inline const char* name = "hydration_worker";

private:
  /// The user, if all of it is in the cache by now: askers who found it missing
  /// may come after the load that brought it.
  std::optional<cached_user> loaded(const std::string& user_id);

  /// The error for the asker; a lost database ends this worker.
  caf::error database_failed(const failure& why);
  caf::error failed(const cache_rebuild::failed& f);

  std::unique_ptr<score_store> store_;
  rank_cache_ptr cache_;
  hydration_tools with_;
  result<void> meet_cache();
  result<std::unique_ptr<step_back_repair>> repair_for_open_event();
  /// Makes the rebuild that `begin` has decided on, unless it is there.
  result<void> ensure_rebuild();

  std::optional<std::int64_t> newer_than_; ///< the rebuild that runs only brings up to date
  std::optional<cache_rebuild> rebuild_;   ///< uses both
};

hydration_worker_actor::behavior_type
hydration_worker(hydration_worker_actor::stateful_pointer<hydration_worker_state> self,
                 score_store_factory open, hydration_tools with, hydration_front_actor front,
                 std::size_t index);

} // namespace standings
