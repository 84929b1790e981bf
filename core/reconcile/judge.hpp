#pragma once

#include "core/leaderboard/calendar.hpp"
#include "core/leaderboard/score.hpp"

#include <array>
#include <cstdint>
#include <optional>
#include <string>

/// What a reconcile run decides about one user. Pure: what the stores hold is an
/// argument.
namespace standings {

/// What a cache holds of one user, piece by piece.
struct entry_view {
  /// The details, if there are any; version 0 where another program wrote them.
  /// Scores are effective.
  std::optional<user_record> details;
  /// The score on each board, nothing where the user is not on it.
  std::array<std::optional<std::int64_t>, period_count> board{};
  /// Opaque: what the cache compares to tell whether the details are still these.
  /// Empty where there are none, not even ones that cannot be read.
  std::string token;
  /// A score, in the details or on a board, is none that the service could have
  /// written. The entry is somebody else's, and is left alone.
  bool foreign = false;

  /// Member of any board, or details, readable or not.
  [[nodiscard]] bool present() const;
};

/// The newest deletion of a user that the archive holds.
struct archived_user {
  std::string user_id;
  std::int64_t version = 0; ///< of the deletion
  sys_time deleted_at{};
};

/// What a run knows beside the user.
struct run_knowledge {
  period_starts starts{};
  /// Periods that started before this have had their boards zeroed.
  sys_time zeroed_until{};
  /// Rows up to this version were verified in the cache by the last complete run,
  /// of this generation; nothing if there was none.
  std::optional<std::int64_t> verified_up_to;
  /// Whether every change of a row by another program draws a version. Otherwise,
  /// under one version, the times of row and entry tell which of them was changed.
  bool rows_versioned = false;
  /// Whether this is a run over all users, which settles what others leave.
  bool whole_run = true;
  /// The cache was filled by another application, and the service meets it for the
  /// first time: of entries without a version the higher score of both sides counts.
  bool first_contact = false;
  /// Which periods are compared, and taken over. What the cache holds of others is
  /// neither taken over nor overwritten.
  period_set selected = every_period;
};

enum class verdict : std::uint8_t {
  in_sync,
  update,            ///< cache to database: another program wrote the cache
  heal,              ///< database to cache: the cache lacks something or is older
  create,            ///< cache to database: the database does not know the user
  remove_from_cache, ///< a deleted user must not return
  delete_candidate,  ///< was verified in the cache, and is gone from it
  database_behind,   ///< the cache has a state of ours that the database does not have any more
  postponed,         ///< another run has to decide: this one does not see enough
  invalid,           ///< the cache holds a score that no database takes
  undated,           ///< nobody can say which side is newer: both stay as they are
  foreign,           ///< likewise one that nobody can read: both sides stay as they are
};

struct judgement {
  verdict what = verdict::in_sync;
  /// For `update`: the cache holds more that is not taken over, and has to stay as it is.
  bool leave_cache = false;
  /// For `update` and `create`: what the database is to hold.
  scores score{};
  /// Likewise; the epoch stands for "now".
  sys_time updated_at{};
};

/// Decides about one user. `row`, with effective scores, and `archived` may be null.
judgement judge(const entry_view& cached, const user_record* row, const archived_user* archived,
                const run_knowledge& known);

} // namespace standings
