#pragma once

/// The SQL of reconcile on PostgreSQL; placeholders as in postgres/score_sql.hpp.
namespace standings::postgres_sql {

inline constexpr auto last_version =
    "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {table}_version";

/// $1 after, $2 batch, $3 batch × count.
inline constexpr auto batch_ends = R"sql(
SELECT user_id FROM
  (SELECT user_id, row_number() OVER (ORDER BY user_id) AS place
   FROM (SELECT user_id FROM {table} WHERE user_id > $1 ORDER BY user_id LIMIT $3) ahead) placed
WHERE place % $2 = 0 ORDER BY user_id
)sql";

/// $1 after, $2 up to, $3 limit.
inline constexpr auto read_range = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:{at}}, version
FROM {table} WHERE user_id > $1 AND user_id <= $2 ORDER BY user_id LIMIT $3
)sql";

/// $1 version, $2 after, $3 limit.
inline constexpr auto written_since = R"sql(
SELECT user_id FROM {table} WHERE version > $1 AND user_id > $2 ORDER BY user_id LIMIT $3
)sql";

inline constexpr auto archived = R"sql(
SELECT DISTINCT ON (user_id) user_id, deleted_version, {us:deleted_at}
FROM {table}_deleted WHERE user_id = ANY ($1::text[])
ORDER BY user_id, deleted_version DESC
)sql";

/// $1 users, $2 expected versions, $3 to $6 scores, $7 times (0: now), $8 the latest time to
/// assign. Rows are locked in id order, as the writers do. A row that another transaction has
/// locked is about to change, so it is treated as changed. A row's time never steps back.
inline constexpr auto write_expected = R"sql(
WITH wanted AS (
  SELECT w.user_id COLLATE "C" AS user_id, w.expected, w.d, w.w, w.m, w.y,
         least(CASE WHEN w.at <> 0 THEN {time:w.at} END,
               clock_timestamp(), {time:8}) AS at
  FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
              $7::bigint[]) AS w (user_id, expected, d, w, m, y, at)
), locked AS (
  SELECT t.user_id FROM {table} t JOIN wanted w ON w.user_id = t.user_id AND w.expected = t.version
  ORDER BY t.user_id FOR UPDATE OF t SKIP LOCKED
), updated AS (
  UPDATE {table} t SET
    daily_pomo = w.d, weekly_pomo = w.w, monthly_pomo = w.m, yearly_pomo = w.y,
    {set_at|greatest(t.{at}, w.at)|}, version = nextval('{table}_version')
  FROM wanted w JOIN locked l ON l.user_id = w.user_id
  WHERE t.user_id = w.user_id
  RETURNING t.user_id, t.daily_pomo, t.weekly_pomo, t.monthly_pomo, t.yearly_pomo,
            t.{at} AS updated_at, t.version
), created AS (
  INSERT INTO {table}
    (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_columns}, version)
  SELECT user_id, d, w, m, y, {at_values|at|}, nextval('{table}_version') FROM wanted WHERE expected = 0
  ORDER BY user_id
  ON CONFLICT (user_id) DO NOTHING
  RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at} AS updated_at, version
)
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version
FROM (SELECT * FROM updated UNION ALL SELECT * FROM created) written
)sql";

/// $1 users, $2 expected versions, $3 run.
inline constexpr auto remove_expected = R"sql(
WITH locked AS (
  SELECT t.user_id FROM {table} t
  JOIN unnest($1::text[], $2::bigint[]) AS d (user_id, version)
    ON d.user_id COLLATE "C" = t.user_id AND d.version = t.version
  ORDER BY t.user_id FOR UPDATE OF t SKIP LOCKED
), gone AS (
  DELETE FROM {table} t USING locked l WHERE t.user_id = l.user_id RETURNING t.*
)
INSERT INTO {table}_deleted
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version,
       $3, clock_timestamp(), nextval('{table}_version')
FROM gone RETURNING user_id, deleted_version
)sql";

/// $1 run, $2 after, $3 limit.
inline constexpr auto restore = R"sql(
WITH archived AS (
  SELECT d.user_id, d.daily_pomo, d.weekly_pomo, d.monthly_pomo, d.yearly_pomo, d.updated_at
  FROM {table}_deleted d
  WHERE d.run_id = $1 AND d.user_id > $2
    AND NOT EXISTS (SELECT FROM {table}_deleted later
                    WHERE later.user_id = d.user_id AND later.deleted_version > d.deleted_version)
    AND NOT EXISTS (SELECT FROM {table} t WHERE t.user_id = d.user_id)
  ORDER BY d.user_id LIMIT $3
), restored AS (
  INSERT INTO {table}
    (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_columns}, version)
  SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_values|updated_at|},
         nextval('{table}_version')
  FROM archived ORDER BY user_id
  ON CONFLICT (user_id) DO NOTHING
  RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at} AS updated_at, version
)
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version
FROM restored ORDER BY user_id
)sql";

// -- the journal -----------------------------------------------------------------

/// Locks of the session, so that they end with the connection. The key is the table's oid, because
/// another schema may have a table of the same name. $1 the lease.
inline constexpr auto acquire_lease =
    "SELECT pg_try_advisory_lock('{table}'::regclass::oid::int, hashtext($1))";

/// The same for a transaction that stays open; {lease} is a fixed name.
inline constexpr auto acquire_pinned =
    "SELECT pg_try_advisory_xact_lock('{table}'::regclass::oid::int, hashtext('{lease}'))";

inline constexpr auto release_lease =
    "SELECT pg_advisory_unlock('{table}'::regclass::oid::int, hashtext($1))";

inline constexpr auto load_state = R"sql(
SELECT generation, run_id, verified_up_to, held, held_candidates, held_reason, started
FROM {own}sync_state WHERE id = 1
)sql";

inline constexpr auto save_verified =
    "UPDATE {own}sync_state SET generation = $1, run_id = $2, verified_up_to = $3 WHERE id = 1";

inline constexpr auto save_hold =
    "UPDATE {own}sync_state SET held = $1, held_candidates = $2, held_reason = $3 WHERE id = 1";

inline constexpr auto save_started = "UPDATE {own}sync_state SET started = $1 WHERE id = 1";

/// $1 run, $2 start in microseconds, $3 status, $4 report.
inline constexpr auto save_run = R"sql(
INSERT INTO {own}sync_runs
VALUES ($1, {time:2}, $3, $4::jsonb)
ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, report = excluded.report
)sql";

inline constexpr auto abandon_runs = R"sql(
UPDATE {own}sync_runs SET status = 'abandoned', report = jsonb_set(report, '{status}', '"abandoned"')
WHERE status = 'running'
)sql";

inline constexpr auto list_runs =
    "SELECT report FROM {own}sync_runs ORDER BY started_at DESC, run_id DESC LIMIT $1";

inline constexpr auto find_run = "SELECT report FROM {own}sync_runs WHERE run_id = $1";

inline constexpr auto forget_runs = R"sql(
DELETE FROM {own}sync_runs WHERE run_id IN
  (SELECT run_id FROM {own}sync_runs ORDER BY started_at DESC, run_id DESC OFFSET $1)
)sql";

/// $1 users, some of which may appear more than once, $2 reasons, $3 run, $4 time in microseconds.
inline constexpr auto quarantine = R"sql(
INSERT INTO {own}sync_quarantine AS q
SELECT DISTINCT ON (u.user_id) u.user_id, u.reason, $3, {time:4}, {time:4}, 1
FROM unnest($1::text[], $2::text[]) AS u (user_id, reason)
ON CONFLICT (user_id) DO UPDATE SET
  reason = excluded.reason, run_id = excluded.run_id, last_at = excluded.last_at,
  attempts = q.attempts + 1
)sql";

inline constexpr auto release_others = "DELETE FROM {own}sync_quarantine WHERE run_id <> $1";

inline constexpr auto list_quarantined = R"sql(
SELECT user_id, reason, run_id, {us:first_at}, {us:last_at}, attempts
FROM {own}sync_quarantine ORDER BY last_at DESC, user_id LIMIT $1
)sql";

inline constexpr auto count_quarantined = "SELECT count(*) FROM {own}sync_quarantine";

} // namespace standings::postgres_sql
