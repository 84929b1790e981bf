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

/// Returns the version up to which the cache provably has every row; none if that is unknown or the
/// cache is not complete.
using evidence_fn = std::function<std::optional<std::int64_t>()>;

/// Takes over a cache that another application filled. Returns what it changed, or none if there
/// was nothing to do.
using first_contact_fn = std::function<result<std::optional<run_counts>>()>;

/// What a worker needs to fill the cache. If `audit` and `guard` are null, it is not checked
/// whether the database went back.
struct hydration_tools {
  rank_cache_ptr cache;
  cache_audit_ptr audit;
  evidence_fn evidence;
  version_guard_ptr guard;
  first_contact_fn first_contact{};
};

/// Reads the database and fills the cache from it. Blocking, so the spawn site detaches it. Opens
/// its connection when it starts, reports worker_ready to `front`, and ends when the connection is
/// lost.
struct hydration_worker_state {
  explicit hydration_worker_state(hydration_worker_actor::pointer selfptr) : self(selfptr) {}

  void init(const score_store_factory& open, const hydration_tools& with);
  caf::result<cached_user> load(const load_user& m);
  caf::result<user_record> read(const std::string& user_id);
  caf::result<board_page> read(const read_board& m);
  caf::result<std::uint64_t> count();
  caf::result<std::uint64_t> begin(const begin_rebuild& m);
  caf::result<page_loaded> load(const load_page& m);
  caf::result<std::uint64_t> finish();
  caf::result<bool> load_all(const std::vector<std::string>& user_ids);
  caf::result<bool> verify();
  caf::result<bool> clear();

  hydration_worker_actor::pointer self;
  static inline const char* name = "hydration_worker";

private:
  /// Returns the user if it is fully cached by now: a request that followed a miss may arrive after
  /// the load that an earlier one caused.
  std::optional<cached_user> loaded(const std::string& user_id);

  /// Returns the error for the requester. Ends this worker unless another program's lock is the
  /// cause.
  caf::error database_failed(const failure& why);
  caf::error failed(const cache_rebuild::failed& f);

  std::unique_ptr<score_store> store_;
  rank_cache_ptr cache_;
  hydration_tools with_;
  result<void> meet_cache();
  result<std::unique_ptr<step_back_repair>> repair_for_open_event();
  /// Creates the rebuild that `begin` decided on, unless it exists.
  result<void> ensure_rebuild();

  std::optional<std::int64_t> newer_than_; ///< set: the rebuild only loads rows newer than this
  std::optional<cache_rebuild> rebuild_;   ///< uses store_ and cache_
};

hydration_worker_actor::behavior_type
hydration_worker(hydration_worker_actor::stateful_pointer<hydration_worker_state> self,
                 score_store_factory open, hydration_tools with, hydration_front_actor front,
                 std::size_t index);

} // namespace standings
