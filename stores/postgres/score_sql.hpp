#pragma once

/// The SQL of the PostgreSQL score store. `{table}` and `{own}` as in sql_text.hpp, `{us:x}` and
/// `{time:x}` as in time_sql.hpp. The placeholders for the row's time ({at} and others) are those
/// of row_time.hpp.
namespace standings::postgres_sql {

/// Writers share the lock of the periods and a reset holds it alone, so that no write straddles a
/// reset. One round trip; returns the row of the last statement. The statements are prepared,
/// because planning them for each batch would cost more than running them. The wait for the lock of
/// the periods is long, because a reset may hold it while it reads the whole table. The wait for a
/// row is short, because the updates of all other users wait, too.
inline constexpr auto begin_write =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL standings.own = on;"
    " SET LOCAL lock_timeout = '2s';"
    " EXECUTE standings_lock_shared; SET LOCAL lock_timeout = '100ms'; EXECUTE standings_periods";

/// While this waits, every later writer waits, too.
inline constexpr auto begin_reset =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL standings.own = on;"
    " SET LOCAL lock_timeout = '1s';"
    " EXECUTE standings_lock_alone; EXECUTE standings_periods";

/// For a pooler, behind which no prepared statement and no setting may outlive a transaction.
inline constexpr auto begin_pooled =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL statement_timeout = '15s';"
    " SET LOCAL idle_in_transaction_session_timeout = '30s';";

inline constexpr auto lock_shared =
    "SELECT pg_advisory_xact_lock_shared(hashtext('{table}.periods'))";
inline constexpr auto lock_alone = "SELECT pg_advisory_xact_lock(hashtext('{table}.periods'))";

/// For a transaction that leaves out locked rows. Locks the table first, so that a lock on the
/// whole table is met before any row's and can be told from it.
inline constexpr auto look_for_locks =
    "SET LOCAL lock_timeout = '25ms'; LOCK TABLE {table} IN ROW EXCLUSIVE MODE";

/// $1 users. Locks their rows as the increment does, and returns the users whose rows other
/// transactions hold.
inline constexpr auto locked_rows = R"sql(
WITH free AS MATERIALIZED (
  SELECT user_id FROM {table} WHERE user_id = ANY ($1::text[])
  ORDER BY user_id FOR NO KEY UPDATE SKIP LOCKED
)
SELECT user_id FROM {table} WHERE user_id = ANY ($1::text[])
EXCEPT SELECT user_id FROM free
)sql";

inline constexpr auto prepare_begin = R"sql(
PREPARE standings_lock_shared AS SELECT pg_advisory_xact_lock_shared(hashtext('{table}.periods'));
PREPARE standings_lock_alone AS SELECT pg_advisory_xact_lock(hashtext('{table}.periods'));
PREPARE standings_periods AS SELECT {us:clock_timestamp()}, {starts} FROM {own}period_state
)sql";

inline constexpr auto read_periods =
    "SELECT {us:clock_timestamp()}, {starts} FROM {own}period_state";

/// For {starts}: the recorded start of each period, 0 if there is none.
inline constexpr auto starts = R"sql(
coalesce(max({us:started_at}) FILTER (WHERE period = 'daily'), 0),
coalesce(max({us:started_at}) FILTER (WHERE period = 'weekly'), 0),
coalesce(max({us:started_at}) FILTER (WHERE period = 'monthly'), 0),
coalesce(max({us:started_at}) FILTER (WHERE period = 'yearly'), 0)
)sql";

/// $1 users, $2 increments, $3 the earliest time to assign, $4 to $7 period starts, $8 to $11 the
/// next starts, $12 the latest time to assign; for {remembered}, $13 to $16 keys, their users,
/// counts, and what later increments of this batch add to the same user. Times are given as such:
/// made from numbers, each would be computed many times for each row.
///
/// The time of a write is the later of the statement's and the row's. So there is one value for the
/// row, which never steps back over a boundary that another writer has seen, and a start that this
/// time has reached applies. A row whose time is far ahead was written while a clock was wrong: it
/// keeps its scores and gets a correct time. The version is drawn under the row's lock, so versions
/// of a user grow in commit order. Rows are locked in id order, so batches of two instances cannot
/// deadlock.
inline constexpr auto increment = R"sql(
WITH {known}written AS (
  INSERT INTO {table} AS t
    (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_columns}, version)
  SELECT u.user_id, u.total, u.total, u.total, u.total,
         {at_values|greatest(least(clock_timestamp(), $12::timestamptz), $3::timestamptz)|},
         nextval('{table}_version')
  FROM unnest($1::text[], $2::bigint[]) AS u (user_id, total){if_known}
  ORDER BY u.user_id COLLATE "C"
  ON CONFLICT (user_id) DO UPDATE SET
    daily_pomo = {kept:daily_pomo,4,8} + excluded.daily_pomo,
    weekly_pomo = {kept:weekly_pomo,5,9} + excluded.weekly_pomo,
    monthly_pomo = {kept:monthly_pomo,6,10} + excluded.monthly_pomo,
    yearly_pomo = {kept:yearly_pomo,7,11} + excluded.yearly_pomo,
    {set_at|CASE WHEN t.{at} > $12::timestamptz + interval '1 hour' THEN excluded.{at}
            ELSE greatest(t.{at}, excluded.{at}) END|},
    version = nextval('{table}_version')
  WHERE greatest({kept:daily_pomo,4,8}, {kept:weekly_pomo,5,9}, {kept:monthly_pomo,6,10},
                 {kept:yearly_pomo,7,11}) + excluded.daily_pomo < 9007199254740992
  RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at} AS updated_at, version
){remembered}
{and_known}SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version
FROM written
)sql";

/// For {known}, if the starts and the time are those of an earlier transaction: $13 to $16 are the
/// recorded starts that it read, $17 and $18 the time between which it can still be used.
inline constexpr auto known = R"sql(known AS MATERIALIZED (
  SELECT {us:clock_timestamp()}, {starts} FROM {own}period_state
), checked AS MATERIALIZED (
  SELECT now, daily, weekly, monthly, yearly,
         daily = $13::bigint AND weekly = $14::bigint AND monthly = $15::bigint
         AND yearly = $16::bigint AND now BETWEEN $17::bigint AND $18::bigint AS holds
  FROM known AS k (now, daily, weekly, monthly, yearly)
), )sql";

/// For {if_known}: if something has changed since then, nothing is written.
inline constexpr auto if_known = " WHERE (SELECT holds FROM checked)";

/// For {and_known}: a row without a user has the time, the starts, and whether the others hold.
inline constexpr auto and_known = R"sql(
SELECT NULL AS user_id, daily, weekly, monthly, yearly, now, holds::int::bigint FROM checked
UNION ALL
)sql";

/// The same as `begin_write` and `increment` in one round trip, followed by the values of the
/// increment in parentheses.
inline constexpr auto begin_and_increment =
    "BEGIN ISOLATION LEVEL READ COMMITTED; SET LOCAL standings.own = on;"
    " SET LOCAL lock_timeout = '100ms'; EXECUTE standings_lock_shared;"
    " EXECUTE standings_increment ";

/// For {remembered}, if the batch has keys. Batches without keys do not need the table.
inline constexpr auto remembered = R"sql(, remembered AS (
  INSERT INTO {own}score_requests
  SELECT k.key, k.user_id, k.count, w.daily_pomo - k.later, w.weekly_pomo - k.later,
         w.monthly_pomo - k.later, w.yearly_pomo - k.later, w.updated_at, w.version,
         least(clock_timestamp(), $12::timestamptz)
  FROM unnest($13::text[], $14::text[], $15::bigint[], $16::bigint[])
       AS k (key, user_id, count, later)
  JOIN written w ON w.user_id = k.user_id COLLATE "C"
))sql";

/// For {kept:column,start,next}: the part of the row's score that still counts.
inline constexpr auto kept = R"sql(
CASE WHEN t.{at} >= CASE WHEN greatest(t.{at}, excluded.{at}) >= {time:next}
                               THEN {time:next} ELSE {time:start} END
     THEN t.column ELSE 0 END
)sql";

/// $1 users, $2 their keys.
inline constexpr auto find_requests = R"sql(
SELECT r.user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version,
       request_key, count
FROM {own}score_requests r
JOIN unnest($1::text[], $2::text[]) AS k (user_id, key)
  ON r.user_id = k.user_id COLLATE "C" AND r.request_key = k.key COLLATE "C"
)sql";

/// $1 limit, $2 now.
inline constexpr auto forget_requests = R"sql(
DELETE FROM {own}score_requests WHERE (user_id, request_key) IN
  (SELECT user_id, request_key FROM {own}score_requests
   WHERE created_at < {time:2} - interval '24 hours' LIMIT $1)
)sql";

/// $1 users, $2 to $5 scores, $6 times.
inline constexpr auto put = R"sql(
INSERT INTO {table} AS t
  (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_columns}, version)
SELECT u.user_id, u.d, u.w, u.m, u.y,
       {at_values|least({time:u.at}, clock_timestamp())|},
       nextval('{table}_version')
FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
     AS u (user_id, d, w, m, y, at)
ORDER BY u.user_id COLLATE "C"
ON CONFLICT (user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  {keep_at}, version = nextval('{table}_version')
)sql";

inline constexpr auto find = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:{at}}, version
FROM {table} WHERE user_id = ANY ($1::text[])
)sql";

inline constexpr auto scan = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:{at}}, version
FROM {table} WHERE user_id > $1 ORDER BY user_id LIMIT $2
)sql";

inline constexpr auto scan_deletions = R"sql(
SELECT user_id, max(deleted_version)
FROM {table}_deleted WHERE user_id > $1 GROUP BY user_id ORDER BY user_id LIMIT $2
)sql";

/// {score} is the board's column, $1 the start of its period.
inline constexpr auto top = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:{at}}, version
FROM {table}
ORDER BY CASE WHEN {at} >= {time:1} THEN {score} ELSE 0 END DESC, user_id DESC
LIMIT $2 OFFSET $3
)sql";

inline constexpr auto count = "SELECT count(*) FROM {table}";

/// $1 user, $2 run.
inline constexpr auto remove = R"sql(
WITH gone AS (DELETE FROM {table} WHERE user_id = $1 RETURNING *)
INSERT INTO {table}_deleted
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version,
       $2, clock_timestamp(), nextval('{table}_version')
FROM gone RETURNING deleted_version
)sql";

/// $1 period, $2 the latest time to assign. The start is later than every write so far, even if the
/// clock has stepped back.
inline constexpr auto reset = R"sql(
INSERT INTO {own}period_state AS p
SELECT $1, greatest(least(clock_timestamp(), {time:2}), max({at}) + interval '1 microsecond')
FROM {table}
ON CONFLICT (period) DO UPDATE
  SET started_at = greatest(CASE WHEN p.started_at <= {time:2} + interval '1 hour'
                                 THEN p.started_at + interval '1 microsecond' END,
                            excluded.started_at)
)sql";

/// $1 the latest time to assign. Rows that were written while a clock was wrong count as written
/// now.
inline constexpr auto settle_future = R"sql(
UPDATE {table} SET {set_at|{time:1}|}, version = nextval('{table}_version')
WHERE {at} > {time:1} + interval '1 hour'
)sql";

/// $1 periods, $2 starts, $3 the latest time to assign; a recorded start that is far ahead of that
/// was recorded while a clock was wrong.
inline constexpr auto record_periods = R"sql(
INSERT INTO {own}period_state AS p
SELECT s.period, {time:s.at}
FROM unnest($1::text[], $2::bigint[]) AS s (period, at) ORDER BY s.period
ON CONFLICT (period) DO UPDATE SET started_at =
  greatest(CASE WHEN p.started_at <= {time:3} + interval '1 hour'
                THEN p.started_at END,
           excluded.started_at)
)sql";

/// $1 to $4 period starts, $5 the last user tidied, $6 limit, $7 the latest time to assign, which
/// is given to rows that are far ahead of it.
inline constexpr auto tidy = R"sql(
WITH expired AS (
  SELECT user_id FROM {table}
  WHERE user_id > $5
    AND (({at} < {time:1} AND daily_pomo <> 0) OR ({at} < {time:2} AND weekly_pomo <> 0)
      OR ({at} < {time:3} AND monthly_pomo <> 0) OR ({at} < {time:4} AND yearly_pomo <> 0)
      OR {at} > {time:7} + interval '1 hour')
  ORDER BY user_id LIMIT $6 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE {table} t SET
  daily_pomo = CASE WHEN {at} >= {time:1} THEN daily_pomo ELSE 0 END,
  weekly_pomo = CASE WHEN {at} >= {time:2} THEN weekly_pomo ELSE 0 END,
  monthly_pomo = CASE WHEN {at} >= {time:3} THEN monthly_pomo ELSE 0 END,
  yearly_pomo = CASE WHEN {at} >= {time:4} THEN yearly_pomo ELSE 0 END,
  {set_at|CASE WHEN {at} > {time:7} + interval '1 hour' THEN {time:7} ELSE {at} END|},
  version = CASE WHEN {at} > {time:7} + interval '1 hour' THEN nextval('{table}_version')
                 ELSE version END
FROM expired WHERE t.user_id = expired.user_id
RETURNING t.user_id
)sql";

} // namespace standings::postgres_sql
