#pragma once

/// The SQL of the boards of ended periods. `{table}` and `{own}` as in sql_text.hpp, `{us:x}` and
/// `{time:x}` as in time_sql.hpp, `{at}` as in row_time.hpp.
namespace standings::postgres_past_sql {

/// $1 leaderboards.
inline constexpr auto open_periods = R"sql(
SELECT leaderboard_id, period, {us:started_at} FROM {own}past_periods
WHERE leaderboard_id = ANY ($1::bigint[]) AND ended_at IS NULL AND NOT dropped
)sql";

/// $1 leaderboards, $2 periods, $3 starts.
inline constexpr auto open = R"sql(
INSERT INTO {own}past_periods AS p (leaderboard_id, period, started_at)
SELECT k.leaderboard_id, k.period, {time:k.at}
FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS k (leaderboard_id, period, at)
ON CONFLICT (leaderboard_id, period, started_at) DO UPDATE SET dropped = false
WHERE p.ended_at IS NULL
)sql";

/// $1 leaderboard, $2 period.
inline constexpr auto no_longer_open =
    "DELETE FROM {own}past_periods WHERE leaderboard_id = $1 AND period = $2 AND ended_at IS NULL";

/// $1 leaderboard, $2 period, $3 its start, $4 its end. Keeps the board as it is in the rows that
/// were last written between the two. For {ranked} and {total}, those below.
inline constexpr auto close = R"sql(
WITH closed AS MATERIALIZED (
  SELECT NOT EXISTS (
    SELECT FROM {own}past_periods
    WHERE leaderboard_id = $1 AND period = $2 AND started_at = {time:3}
  ) AS now
), kept AS (
  INSERT INTO {own}past_scores
  SELECT $1, $2, {time:3}, ranked.rank, ranked.user_id, ranked.score
  FROM (SELECT {ranked}) AS ranked (rank, user_id, score)
  WHERE (SELECT now FROM closed)
)
INSERT INTO {own}past_periods
SELECT $1, $2, {time:3}, {time:4}, (SELECT {total}), false
FROM closed WHERE now
)sql";

/// The default leaderboard.
inline constexpr auto ranked_default = R"sql(
row_number() OVER (ORDER BY {score} DESC, user_id DESC), user_id::text, {score}
FROM {table} WHERE {at} >= {time:3} AND {at} < {time:4} AND {score} > 0
)sql";
inline constexpr auto total_default = "count(*) FROM {table}";

/// A named one with the highest score first, and one with the lowest first.
inline constexpr auto ranked_desc = R"sql(
row_number() OVER (ORDER BY {score} DESC, user_id DESC), user_id, {score}
FROM {own}leaderboard_scores
WHERE leaderboard_id = $1 AND updated_at >= {time:3} AND updated_at < {time:4} AND {score} > 0
)sql";
inline constexpr auto total_desc =
    "count(*) FROM {own}leaderboard_scores WHERE leaderboard_id = $1";

inline constexpr auto ranked_asc = R"sql(
row_number() OVER (ORDER BY {score}, user_id), user_id, {score}
FROM {own}leaderboard_scores
WHERE leaderboard_id = $1 AND updated_at >= {time:3} AND updated_at < {time:4}
)sql";
inline constexpr auto total_asc = R"sql(
count(*) FROM {own}leaderboard_scores
WHERE leaderboard_id = $1 AND updated_at >= {time:3} AND updated_at < {time:4}
)sql";

/// $1 leaderboard, $2 period, $3 how many to keep.
inline constexpr auto drop_older = R"sql(
UPDATE {own}past_periods SET dropped = true
WHERE leaderboard_id = $1 AND period = $2 AND ended_at IS NOT NULL AND NOT dropped
  AND started_at < (
    SELECT min(started_at) FROM (
      SELECT started_at FROM {own}past_periods
      WHERE leaderboard_id = $1 AND period = $2 AND ended_at IS NOT NULL AND NOT dropped
      ORDER BY started_at DESC LIMIT $3) AS kept)
)sql";

/// $1 leaderboard, $2 period, $3 limit.
inline constexpr auto list = R"sql(
SELECT {us:started_at}, {us:ended_at}, total_users FROM {own}past_periods
WHERE leaderboard_id = $1 AND period = $2 AND ended_at IS NOT NULL AND NOT dropped
ORDER BY started_at DESC LIMIT $3
)sql";

/// $1 leaderboard, $2 period, $3 a time in it.
inline constexpr auto find = R"sql(
SELECT {us:started_at}, {us:ended_at}, total_users FROM {own}past_periods
WHERE leaderboard_id = $1 AND period = $2 AND started_at <= {time:3} AND ended_at > {time:3}
  AND NOT dropped
ORDER BY started_at DESC LIMIT 1
)sql";

/// $1 leaderboard, $2 period, $3 start, $4 the last rank before, $5 limit.
inline constexpr auto page = R"sql(
SELECT rank, user_id, score FROM {own}past_scores
WHERE leaderboard_id = $1 AND period = $2 AND started_at = {time:3} AND rank > $4
ORDER BY rank LIMIT $5
)sql";

inline constexpr auto drop_all = "UPDATE {own}past_periods SET dropped = true WHERE NOT dropped";

inline constexpr auto first_dropped = "SELECT leaderboard_id, period, {us:started_at}"
                                      " FROM {own}past_periods WHERE dropped LIMIT 1";

/// $1 leaderboard, $2 period, $3 start, $4 limit.
inline constexpr auto forget_scores = R"sql(
DELETE FROM {own}past_scores
WHERE leaderboard_id = $1 AND period = $2 AND started_at = {time:3} AND rank IN (
  SELECT rank FROM {own}past_scores
  WHERE leaderboard_id = $1 AND period = $2 AND started_at = {time:3} LIMIT $4)
)sql";

inline constexpr auto forget_period = "DELETE FROM {own}past_periods WHERE leaderboard_id = $1"
                                      " AND period = $2 AND started_at = {time:3}";

/// $1 leaderboard.
inline constexpr auto drop_leaderboard =
    "UPDATE {own}past_periods SET dropped = true WHERE leaderboard_id = $1 AND NOT dropped";

} // namespace standings::postgres_past_sql
