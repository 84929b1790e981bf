#pragma once

#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/score.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

/// What a reconcile run decides about one user. Pure: the contents of the stores are arguments.
namespace standings {

/// What a cache holds for one user, part by part.
struct entry_view {
  /// The details, if there are any and they can be read; version 0 if another program wrote them.
  /// Scores are effective.
  std::optional<user_record> details;
  /// The score on each board; `nullopt` if the user is not on it.
  std::array<std::optional<std::int64_t>, period_count> board{};
  /// Opaque: the cache compares it to detect whether the details have changed. Empty if there are
  /// no details, not even unreadable ones.
  std::string token;
  /// A score, in the details or on a board, cannot have been written by the service. The entry
  /// belongs to another program and is left alone.
  bool foreign = false;

  /// Whether the user is on any board or has details, readable or not.
  [[nodiscard]] bool present() const;
};

/// The newest deletion of a user that the archive holds.
struct archived_user {
  std::string user_id;
  std::int64_t version = 0; ///< of the deletion
  sys_time deleted_at{};
};

/// What a run knows apart from the user.
struct run_knowledge {
  period_starts starts{};
  /// Periods that started before this have had their boards zeroed.
  sys_time zeroed_until{};
  /// The last complete run verified the rows up to this version in this generation of the cache;
  /// `nullopt` if there was no such run.
  std::optional<std::int64_t> verified_up_to;
  /// Whether every change of a row by another program draws a version. If not, and the versions are
  /// equal, the times of row and entry decide which of them was changed.
  bool rows_versioned = false;
  /// Whether this is a run over all users, which settles what other runs postpone.
  bool whole_run = true;
  /// Another application filled the cache, and the service sees it for the first time: for entries
  /// without a version, the higher score of the two sides counts.
  bool first_contact = false;
  /// The periods that are compared and taken over. The cache's scores of other periods are neither
  /// taken over nor overwritten.
  period_set selected = every_period;
};

enum class verdict : std::uint8_t {
  in_sync,
  update,            ///< cache to database: another program wrote the cache
  heal,              ///< database to cache: the cache lacks something or is older
  create,            ///< cache to database: the database does not know the user
  remove_from_cache, ///< a deleted user must not come back
  delete_candidate,  ///< was verified in the cache and is now absent from it
  database_behind,   ///< the cache has a state of ours that the database no longer has
  postponed,         ///< left to another run: this one does not see enough
  invalid,           ///< the cache holds a score that no database accepts
  undated,           ///< it is unknown which side is newer: both stay as they are
  foreign,           ///< a score cannot be one of ours: both sides stay as they are
};

struct judgement {
  verdict what = verdict::in_sync;
  /// For `update`: the cache holds more that is not taken over and must stay as it is.
  bool leave_cache = false;
  /// For `update` and `create`: the scores that the database is to hold.
  scores score{};
  /// For `update` and `create`: the row's time; the epoch stands for "now".
  sys_time updated_at{};
};

/// Decides about one user. `row`, with effective scores, and `archived` may be null.
judgement judge(const entry_view& cached, const user_record* row, const archived_user* archived,
                const run_knowledge& known);

} // namespace standings
