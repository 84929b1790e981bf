#pragma once

/// The SQL of the boards of ended periods. `{own}` and `{table}` as in sql_text.hpp, `{at}` as in
/// row_time.hpp. Times are microseconds since 1970.
namespace standings::sqlite_past_sql {

/// ?1 leaderboard.
inline constexpr auto open_periods = "SELECT period, started_at FROM {own}past_periods"
                                     " WHERE leaderboard_id = ?1 AND ended_at IS NULL"
                                     " AND NOT dropped";

/// ?1 leaderboard, ?2 period, ?3 start.
inline constexpr auto open = R"sql(
INSERT INTO {own}past_periods (leaderboard_id, period, started_at) VALUES (?1, ?2, ?3)
ON CONFLICT (leaderboard_id, period, started_at) DO UPDATE SET dropped = 0 WHERE ended_at IS NULL
)sql";

/// ?1 leaderboard, ?2 period.
inline constexpr auto no_longer_open = "DELETE FROM {own}past_periods"
                                       " WHERE leaderboard_id = ?1 AND period = ?2"
                                       " AND ended_at IS NULL";

/// ?1 leaderboard, ?2 period, ?3 start, ?4 end. For {total}, those below.
inline constexpr auto close = R"sql(
INSERT INTO {own}past_periods
SELECT ?1, ?2, ?3, ?4, (SELECT {total}), 0 WHERE true
ON CONFLICT DO NOTHING
)sql";

/// The same values: the board as it is in the rows that were last written between the two times.
/// For {ranked}, those below. A score that another program has made no whole number has no place on
/// a board that stays for good.
inline constexpr auto keep_scores = R"sql(
INSERT INTO {own}past_scores
SELECT ?1, ?2, ?3, ranked.* FROM (SELECT {ranked}) AS ranked WHERE ?4 IS NOT NULL
)sql";

/// The default leaderboard.
inline constexpr auto ranked_default = R"sql(
row_number() OVER (ORDER BY {score} DESC, user_id DESC), user_id, {score}
FROM {table}
WHERE {at} >= ?3 AND {at} < ?4 AND {score} > 0 AND {score} = CAST({score} AS INTEGER)
)sql";
inline constexpr auto total_default = "count(*) FROM {table}";

/// A named one with the highest score first, and one with the lowest first.
inline constexpr auto ranked_desc = R"sql(
row_number() OVER (ORDER BY {score} DESC, user_id DESC), user_id, {score}
FROM {own}leaderboard_scores
WHERE leaderboard_id = ?1 AND updated_at >= ?3 AND updated_at < ?4 AND {score} > 0
  AND {score} = CAST({score} AS INTEGER)
)sql";
inline constexpr auto total_desc =
    "count(*) FROM {own}leaderboard_scores WHERE leaderboard_id = ?1";

inline constexpr auto ranked_asc = R"sql(
row_number() OVER (ORDER BY {score}, user_id), user_id, {score}
FROM {own}leaderboard_scores
WHERE leaderboard_id = ?1 AND updated_at >= ?3 AND updated_at < ?4
  AND {score} = CAST({score} AS INTEGER)
)sql";
inline constexpr auto total_asc = R"sql(
count(*) FROM {own}leaderboard_scores
WHERE leaderboard_id = ?1 AND updated_at >= ?3 AND updated_at < ?4
  AND {score} = CAST({score} AS INTEGER)
)sql";

/// ?1 leaderboard, ?2 period, ?3 how many to keep.
inline constexpr auto drop_older = R"sql(
UPDATE {own}past_periods SET dropped = 1
WHERE leaderboard_id = ?1 AND period = ?2 AND ended_at IS NOT NULL AND NOT dropped
  AND started_at < (
    SELECT min(started_at) FROM (
      SELECT started_at FROM {own}past_periods
      WHERE leaderboard_id = ?1 AND period = ?2 AND ended_at IS NOT NULL AND NOT dropped
      ORDER BY started_at DESC LIMIT ?3))
)sql";

/// ?1 leaderboard, ?2 period, ?3 limit.
inline constexpr auto list = R"sql(
SELECT started_at, ended_at, total_users FROM {own}past_periods
WHERE leaderboard_id = ?1 AND period = ?2 AND ended_at IS NOT NULL AND NOT dropped
ORDER BY started_at DESC LIMIT ?3
)sql";

/// ?1 leaderboard, ?2 period, ?3 a time in it.
inline constexpr auto find = R"sql(
SELECT started_at, ended_at, total_users FROM {own}past_periods
WHERE leaderboard_id = ?1 AND period = ?2 AND started_at <= ?3 AND ended_at > ?3 AND NOT dropped
ORDER BY started_at DESC LIMIT 1
)sql";

/// ?1 leaderboard, ?2 period, ?3 start, ?4 the last rank before, ?5 limit.
inline constexpr auto page = R"sql(
SELECT rank, user_id, score FROM {own}past_scores
WHERE leaderboard_id = ?1 AND period = ?2 AND started_at = ?3 AND rank > ?4
ORDER BY rank LIMIT ?5
)sql";

inline constexpr auto drop_all = "UPDATE {own}past_periods SET dropped = 1 WHERE NOT dropped";

inline constexpr auto first_dropped =
    "SELECT leaderboard_id, period, started_at FROM {own}past_periods WHERE dropped LIMIT 1";

/// ?1 leaderboard, ?2 period, ?3 start, ?4 limit.
inline constexpr auto forget_scores = R"sql(
DELETE FROM {own}past_scores
WHERE leaderboard_id = ?1 AND period = ?2 AND started_at = ?3 AND rank IN (
  SELECT rank FROM {own}past_scores
  WHERE leaderboard_id = ?1 AND period = ?2 AND started_at = ?3 LIMIT ?4)
)sql";

inline constexpr auto forget_period = "DELETE FROM {own}past_periods WHERE leaderboard_id = ?1"
                                      " AND period = ?2 AND started_at = ?3";

/// ?1 leaderboard.
inline constexpr auto drop_leaderboard =
    "UPDATE {own}past_periods SET dropped = 1 WHERE leaderboard_id = ?1 AND NOT dropped";

} // namespace standings::sqlite_past_sql
