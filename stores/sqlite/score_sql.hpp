#pragma once

/// The SQL of the SQLite score store. `{table}` is the configured name. An effective score is the
/// one that counts now: `CASE WHEN {at} >= start …`. The placeholders for the row's time ({at} and
/// others) are those of row_time.hpp, {unreadable} is `unreadable`.
namespace standings::sqlite_sql {

/// The first column of a row whose score is not the whole number that is read from it: another
/// program has written a text, a blob or a fraction. Null if there is none. Whole numbers in the
/// REAL columns of an adopted table are readable.
inline constexpr auto unreadable = R"sql(
CASE WHEN (daily_pomo = CAST(daily_pomo AS INTEGER)) IS NOT 1 THEN 'daily_pomo'
     WHEN (weekly_pomo = CAST(weekly_pomo AS INTEGER)) IS NOT 1 THEN 'weekly_pomo'
     WHEN (monthly_pomo = CAST(monthly_pomo AS INTEGER)) IS NOT 1 THEN 'monthly_pomo'
     WHEN (yearly_pomo = CAST(yearly_pomo AS INTEGER)) IS NOT 1 THEN 'yearly_pomo' END
)sql";

inline constexpr auto read_clock = "SELECT version, at FROM {own}store_clock";

inline constexpr auto write_clock = "UPDATE {own}store_clock SET version = ?1, at = ?2";

inline constexpr auto read_periods = "SELECT period, started_at FROM {own}period_state";

inline constexpr auto write_period =
    "INSERT INTO {own}period_state VALUES (?1, ?2)"
    " ON CONFLICT (period) DO UPDATE SET started_at = max(started_at, excluded.started_at)";

/// ?1 now.
inline constexpr auto read_future = "SELECT user_id FROM {table} WHERE {at} > ?1";

/// ?1 user, ?2 now, ?3 version.
inline constexpr auto settle_future =
    "UPDATE {table} SET {set_at|?2|}, version = ?3 WHERE user_id = ?1";

/// ?1 now, ?2 version: rows of named leaderboards.
inline constexpr auto settle_named_future =
    "UPDATE {own}leaderboard_scores SET updated_at = ?1, version = ?2 WHERE updated_at > ?1";
inline constexpr auto forget_named_future_periods =
    "DELETE FROM {own}leaderboard_periods WHERE started_at > ?1";

/// ?1 now.
inline constexpr auto forget_future_periods = "DELETE FROM {own}period_state WHERE started_at > ?1";

/// ?1 user, ?2 increment, ?3 now, ?4 version, ?5 to ?8 period starts. The same statement resets
/// expired periods. Returns no row if a score would reach 2^53, or cannot be read.
inline constexpr auto increment = R"sql(
INSERT INTO {table} (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, version, {at_columns})
VALUES (?1, ?2, ?2, ?2, ?2, ?4, {at_values|?3|})
ON CONFLICT (user_id) DO UPDATE SET
  daily_pomo = CASE WHEN {at} >= ?5 THEN daily_pomo ELSE 0 END + ?2,
  weekly_pomo = CASE WHEN {at} >= ?6 THEN weekly_pomo ELSE 0 END + ?2,
  monthly_pomo = CASE WHEN {at} >= ?7 THEN monthly_pomo ELSE 0 END + ?2,
  yearly_pomo = CASE WHEN {at} >= ?8 THEN yearly_pomo ELSE 0 END + ?2,
  {set_at|?3|},
  version = ?4
WHERE max(CASE WHEN {at} >= ?5 THEN daily_pomo ELSE 0 END,
          CASE WHEN {at} >= ?6 THEN weekly_pomo ELSE 0 END,
          CASE WHEN {at} >= ?7 THEN monthly_pomo ELSE 0 END,
          CASE WHEN {at} >= ?8 THEN yearly_pomo ELSE 0 END) + ?2 < 9007199254740992
  AND ({unreadable}) IS NULL
RETURNING daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo
)sql";

inline constexpr auto put = R"sql(
INSERT INTO {table} (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, version, {at_columns})
VALUES (?1, ?2, ?3, ?4, ?5, ?7, {at_values|?6|})
ON CONFLICT (user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  {keep_at}, version = excluded.version
)sql";

inline constexpr auto find_request = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version, count
FROM {own}score_requests WHERE user_id = ?1 AND request_key = ?2
)sql";

inline constexpr auto add_request =
    "INSERT INTO {own}score_requests VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)";

inline constexpr auto has_old_requests =
    "SELECT 1 FROM {own}score_requests WHERE created_at < ?1 LIMIT 1";

inline constexpr auto forget_requests = R"sql(
DELETE FROM {own}score_requests WHERE (user_id, request_key) IN
  (SELECT user_id, request_key FROM {own}score_requests WHERE created_at < ?1 LIMIT ?2)
)sql";

inline constexpr auto find = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version, {unreadable}
FROM {table} WHERE user_id = ?1
)sql";

inline constexpr auto scan = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version
FROM {table} WHERE user_id > ?1 ORDER BY user_id LIMIT ?2
)sql";

inline constexpr auto scan_deletions = R"sql(
SELECT user_id, max(deleted_version)
FROM {table}_deleted WHERE user_id > ?1 GROUP BY user_id ORDER BY user_id LIMIT ?2
)sql";

/// {score} is the board's column, ?1 the start of its period. Ranks by the numbers that are read: a
/// text would stand before all of them.
inline constexpr auto top = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version
FROM {table}
ORDER BY CASE WHEN {at} >= ?1 THEN CAST({score} AS INTEGER) ELSE 0 END DESC, user_id DESC
LIMIT ?2 OFFSET ?3
)sql";

inline constexpr auto count = "SELECT count(*) FROM {table}";

/// ?1 user, ?2 run, ?3 now, ?4 version of the deletion.
inline constexpr auto archive = R"sql(
INSERT INTO {table}_deleted
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version, ?2, ?3, ?4
FROM {table} WHERE user_id = ?1
)sql";

inline constexpr auto remove = "DELETE FROM {table} WHERE user_id = ?1";

/// ?1 to ?4 period starts, ?5 the last user tidied, ?6 limit. Returns the users in no particular
/// order.
inline constexpr auto tidy = R"sql(
UPDATE {table} SET
  daily_pomo = CASE WHEN {at} >= ?1 THEN daily_pomo ELSE 0 END,
  weekly_pomo = CASE WHEN {at} >= ?2 THEN weekly_pomo ELSE 0 END,
  monthly_pomo = CASE WHEN {at} >= ?3 THEN monthly_pomo ELSE 0 END,
  yearly_pomo = CASE WHEN {at} >= ?4 THEN yearly_pomo ELSE 0 END
WHERE user_id IN
  (SELECT user_id FROM {table}
   WHERE user_id > ?5
     AND (({at} < ?1 AND daily_pomo <> 0) OR ({at} < ?2 AND weekly_pomo <> 0)
       OR ({at} < ?3 AND monthly_pomo <> 0) OR ({at} < ?4 AND yearly_pomo <> 0))
     AND ({unreadable}) IS NULL
   ORDER BY user_id LIMIT ?6)
RETURNING user_id
)sql";

} // namespace standings::sqlite_sql
