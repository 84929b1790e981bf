#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/history_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <string>
#include <vector>

namespace standings {

/// Aligns a cache with a database that went back: states that only the cache has are kept under the
/// event and replaced by the database's. An entry is replaced only if it has not changed since it
/// was read; states written since the event have higher versions and stay. May be repeated.
/// Blocking.
class step_back_repair {
public:
  step_back_repair(score_store& from, rank_cache& cache, cache_audit& audit, version_guard& guard,
                   history_event event)
      : from_(from), cache_(cache), audit_(audit), guard_(guard), event_(std::move(event)) {}

  /// For a page of rows, with effective scores, replaces newer states in the cache.
  [[nodiscard]] result<void> replace_newer(const std::vector<user_record>& rows);

  /// Removes the users that the cache has and the database does not. Entries of other programs,
  /// which have no version, stay.
  [[nodiscard]] result<void> remove_cache_only_users();

  /// Closes the event: the cache is complete again.
  [[nodiscard]] result<void> close();

  [[nodiscard]] const history_event& event() const { return event_; }

private:
  result<period_starts> starts();
  result<void> remove_cache_only_users(std::vector<std::string> user_ids);

  score_store& from_;
  rank_cache& cache_;
  cache_audit& audit_;
  version_guard& guard_;
  const history_event event_;
};

} // namespace standings
