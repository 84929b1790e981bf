#pragma once

#include "stores/contracts/cache_audit.hpp"
#include "stores/contracts/history_store.hpp"
#include "stores/contracts/rank_cache.hpp"
#include "stores/contracts/score_store.hpp"
#include "sync/leaderboard/version_guard.hpp"

#include <string>
#include <vector>

namespace standings {

/// Brings a cache back to a database that went back: what the cache alone has is
/// kept under the event and replaced by what the database says. Each replacement
/// happens only where the entry still is what was seen; states that were written
/// since the event have higher versions and stay. May be repeated. Blocking.
class step_back_repair {
public:
  step_back_repair(score_store& from, rank_cache& cache, cache_audit& audit, version_guard& guard,
                   history_event event)
      : from_(from), cache_(cache), audit_(audit), guard_(guard), event_(std::move(event)) {}

  /// A page of rows, with effective scores.
  [[nodiscard]] result<void> replace_newer(const std::vector<user_record>& rows);

  /// Whoever of us the cache has and the database has not. Entries of other
  /// programs, which carry no version, stay.
  [[nodiscard]] result<void> remove_cache_only_users();

  /// The cache is complete again.
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
