#pragma once

/// The SQL of the named leaderboards; `{own}` as in sql_text.hpp, {unreadable} as in score_sql.hpp.
/// An effective score is the one that counts now: `CASE WHEN updated_at >= start …`.
namespace standings::sqlite_leaderboard_sql {

// -- leaderboards --------------------------------------------------------------

inline constexpr auto find =
    "SELECT id, name, settings, created_at, last_used_at, archived_at, user_metadata"
    " FROM {own}leaderboards WHERE name = ?1";

/// ?1 the last id before, ?2 the tenant, ?3 the tenant with a dot, ?4 the same with the character
/// after the dot, ?5 limit, ?6 whether the archived ones are wanted. A tenant's ids are its name,
/// and those that begin with it and a dot.
inline constexpr auto list = R"sql(
SELECT id, name, settings, created_at, last_used_at, archived_at, user_metadata
FROM {own}leaderboards
WHERE name > ?1 AND (archived_at IS NOT NULL) = ?6
  AND (?2 = '' OR name = ?2 OR (name >= ?3 AND name < ?4))
ORDER BY name LIMIT ?5
)sql";

/// All that feed others, archived ones included. Another program may have broken the text.
inline constexpr auto all_feeds = R"sql(
SELECT name, settings FROM {own}leaderboards
WHERE CASE WHEN json_valid(settings) THEN json_array_length(settings, '$.feeds') > 0 ELSE 0 END
)sql";

inline constexpr auto insert = "INSERT INTO {own}leaderboards (name, settings, created_at, "
                               "last_used_at) VALUES (?1, ?2, ?3, ?3)";

inline constexpr auto change = "UPDATE {own}leaderboards SET settings = ?2 WHERE name = ?1";

inline constexpr auto archive =
    "UPDATE {own}leaderboards SET archived_at = ?2 WHERE name = ?1 AND archived_at IS NULL";

/// ?2 the earliest time of archiving.
inline constexpr auto restore = "UPDATE {own}leaderboards SET archived_at = NULL"
                                " WHERE name = ?1 AND archived_at >= ?2";

inline constexpr auto note_used =
    "UPDATE {own}leaderboards SET last_used_at = max(last_used_at, ?2) WHERE name = ?1";

inline constexpr auto recently_used =
    "SELECT id, name, settings, created_at, last_used_at, archived_at, user_metadata"
    " FROM {own}leaderboards WHERE archived_at IS NULL ORDER BY last_used_at DESC, id DESC LIMIT "
    "?1";

// -- quotas ----------------------------------------------------------------------

/// ?1 tenant.
inline constexpr auto count_of_tenant = R"sql(
SELECT count(*) FROM {own}leaderboards
WHERE archived_at IS NULL AND (name = ?1 OR (name >= ?1 || '.' AND name < ?1 || '/'))
)sql";

/// ?1 tenant.
inline constexpr auto users_of_tenant = R"sql(
SELECT count(*) FROM {own}leaderboards l JOIN {own}leaderboard_scores s ON s.leaderboard_id = l.id
WHERE l.archived_at IS NULL AND (l.name = ?1 OR (l.name >= ?1 || '.' AND l.name < ?1 || '/'))
)sql";

inline constexpr auto kept_users = "SELECT users FROM {own}tenant_users WHERE tenant = ?1";

/// ?2 how many, ?3 now.
inline constexpr auto keep_users =
    "INSERT INTO {own}tenant_users (tenant, users, counted_at) VALUES (?1, ?2, ?3)"
    " ON CONFLICT (tenant) DO UPDATE"
    " SET users = excluded.users, counted_at = excluded.counted_at, is_full = 0";

/// ?2 how many.
inline constexpr auto add_users =
    "UPDATE {own}tenant_users SET users = users + ?2 WHERE tenant = ?1";

inline constexpr auto take_back_users =
    "UPDATE {own}tenant_users SET users = users - ?2, is_full = 1 WHERE tenant = ?1";

/// ?1 the time before which it was counted where somebody was refused, ?2 elsewhere.
inline constexpr auto first_to_recount = "SELECT tenant FROM {own}tenant_users"
                                         " WHERE counted_at < CASE WHEN is_full THEN ?1 ELSE ?2 END"
                                         " ORDER BY is_full DESC, counted_at LIMIT 1";

/// ?1 the time before which it was archived.
inline constexpr auto first_to_purge =
    "SELECT id FROM {own}leaderboards WHERE archived_at < ?1 ORDER BY id LIMIT 1";

/// ?1 leaderboard, ?2 limit.
inline constexpr auto purge_scores = R"sql(
DELETE FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND user_id IN
  (SELECT user_id FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 LIMIT ?2)
)sql";

inline constexpr auto purge_deleted = R"sql(
DELETE FROM {own}deleted_scores WHERE leaderboard_id = ?1 AND user_id IN
  (SELECT user_id FROM {own}deleted_scores WHERE leaderboard_id = ?1 LIMIT ?2)
)sql";

inline constexpr auto purge_periods =
    "DELETE FROM {own}leaderboard_periods WHERE leaderboard_id = ?1";
inline constexpr auto purge_leaderboard = "DELETE FROM {own}leaderboards WHERE id = ?1";

// -- periods ---------------------------------------------------------------------

inline constexpr auto read_periods =
    "SELECT period, started_at FROM {own}leaderboard_periods WHERE leaderboard_id = ?1";

inline constexpr auto write_period =
    "INSERT INTO {own}leaderboard_periods VALUES (?1, ?2, ?3) ON CONFLICT (leaderboard_id, period)"
    " DO UPDATE SET started_at = max(started_at, excluded.started_at)";

// -- users -------------------------------------------------------------------------

inline constexpr auto find_user = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version,
       {unreadable}
FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND user_id = ?2
)sql";

/// ?1 leaderboard, ?2 user, ?3 to ?6 scores, ?7 time, ?8 version.
inline constexpr auto write_user = R"sql(
INSERT INTO {own}leaderboard_scores (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo,
                                     yearly_pomo, updated_at, version)
VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  updated_at = excluded.updated_at, version = excluded.version
)sql";

/// ?1 leaderboard, ?2 user, ?3 a JSON object, empty to take it away.
inline constexpr auto set_metadata = "UPDATE {own}leaderboard_scores SET metadata = nullif(?3, '')"
                                     " WHERE leaderboard_id = ?1 AND user_id = ?2";

/// ?1 leaderboard.
inline constexpr auto has_user_metadata =
    "UPDATE {own}leaderboards SET user_metadata = 1 WHERE id = ?1 AND NOT user_metadata";

/// ?1 leaderboard, ?2 user.
inline constexpr auto metadata_of = "SELECT metadata FROM {own}leaderboard_scores"
                                    " WHERE leaderboard_id = ?1 AND user_id = ?2"
                                    " AND metadata IS NOT NULL";

inline constexpr auto scan = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version
FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3
)sql";

inline constexpr auto scan_deletions = R"sql(
SELECT user_id, max(deleted_version) FROM {own}deleted_scores
WHERE leaderboard_id = ?1 AND user_id > ?2 GROUP BY user_id ORDER BY user_id LIMIT ?3
)sql";

/// {score} is the board's column, ?2 the start of its period.
inline constexpr auto top = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version
FROM {own}leaderboard_scores WHERE leaderboard_id = ?1
ORDER BY CASE WHEN updated_at >= ?2 THEN CAST({score} AS INTEGER) ELSE 0 END DESC, user_id DESC
LIMIT ?3 OFFSET ?4
)sql";

/// The same where the lower score is better.
inline constexpr auto lowest = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version
FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND updated_at >= ?2
ORDER BY CAST({score} AS INTEGER), user_id LIMIT ?3 OFFSET ?4
)sql";

/// ?2 the earliest time of a user's last write.
inline constexpr auto count =
    "SELECT count(*) FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND updated_at >= ?2";

/// ?1 leaderboard, ?2 user, ?3 run, ?4 now, ?5 version of the deletion.
inline constexpr auto archive_user = R"sql(
INSERT INTO {own}deleted_scores
SELECT leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, ?3, ?4, ?5
FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND user_id = ?2
)sql";

inline constexpr auto remove_user =
    "DELETE FROM {own}leaderboard_scores WHERE leaderboard_id = ?1 AND user_id = ?2";

/// ?1 leaderboard, ?2 to ?5 period starts, ?6 the last user tidied, ?7 limit.
inline constexpr auto tidy = R"sql(
UPDATE {own}leaderboard_scores SET
  daily_pomo = CASE WHEN updated_at >= ?2 THEN daily_pomo ELSE 0 END,
  weekly_pomo = CASE WHEN updated_at >= ?3 THEN weekly_pomo ELSE 0 END,
  monthly_pomo = CASE WHEN updated_at >= ?4 THEN monthly_pomo ELSE 0 END,
  yearly_pomo = CASE WHEN updated_at >= ?5 THEN yearly_pomo ELSE 0 END
WHERE leaderboard_id = ?1 AND user_id IN
  (SELECT user_id FROM {own}leaderboard_scores
   WHERE leaderboard_id = ?1 AND user_id > ?6
     AND ((updated_at < ?2 AND daily_pomo <> 0) OR (updated_at < ?3 AND weekly_pomo <> 0)
       OR (updated_at < ?4 AND monthly_pomo <> 0) OR (updated_at < ?5 AND yearly_pomo <> 0))
     AND ({unreadable}) IS NULL
   ORDER BY user_id LIMIT ?7)
RETURNING user_id
)sql";

// -- changes of other programs ---------------------------------------------------------

/// ?1 leaderboard and ?2 user of the last one before, ?3 limit.
inline constexpr auto foreign_scores = R"sql(
SELECT f.leaderboard_id, coalesce(l.name, ''), f.user_id, f.version
FROM {own}foreign_scores f
LEFT JOIN {own}leaderboards l ON l.id = f.leaderboard_id AND l.archived_at IS NULL
WHERE (f.leaderboard_id, f.user_id) > (?1, ?2)
ORDER BY f.leaderboard_id, f.user_id LIMIT ?3
)sql";

/// ?1 leaderboard, ?2 user, ?3 version.
inline constexpr auto settle_foreign_score =
    "DELETE FROM {own}foreign_scores"
    " WHERE leaderboard_id = ?1 AND user_id = ?2 AND version = ?3";

// -- idempotency keys ----------------------------------------------------------------

/// ?1 leaderboard or 0, ?2 user, ?3 key.
inline constexpr auto find_request =
    "SELECT body, states FROM {own}leaderboard_requests"
    " WHERE leaderboard_id = ?1 AND user_id = ?2 AND request_key = ?3";

inline constexpr auto add_request =
    "INSERT INTO {own}leaderboard_requests VALUES (?1, ?2, ?3, ?4, ?5, ?6)";

/// ?1 the time before which they were made, ?2 limit.
inline constexpr auto forget_requests = R"sql(
DELETE FROM {own}leaderboard_requests WHERE (leaderboard_id, user_id, request_key) IN
  (SELECT leaderboard_id, user_id, request_key FROM {own}leaderboard_requests
   WHERE created_at < ?1 LIMIT ?2)
)sql";

} // namespace standings::sqlite_leaderboard_sql
