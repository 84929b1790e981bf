#pragma once

/// The SQL of the named leaderboards. `{table}` and `{own}` as in sql_text.hpp, `{us:x}` and
/// `{time:x}` as in time_sql.hpp, `{starts}` as in score_sql.hpp.
namespace standings::postgres_leaderboard_sql {

// -- leaderboards --------------------------------------------------------------

/// A leaderboard with the recorded starts of its periods. For {leaderboards}.
inline constexpr auto leaderboards = R"sql(
SELECT l.id, l.name, l.settings::text, {us:l.created_at}, {us:l.last_used_at}, {us:l.archived_at},
       p.daily, p.weekly, p.monthly, p.yearly, l.user_metadata
FROM {own}leaderboards l, LATERAL (
  SELECT {starts} FROM {own}leaderboard_periods WHERE leaderboard_id = l.id
) AS p (daily, weekly, monthly, yearly)
)sql";

/// $1 ids.
inline constexpr auto find = "{leaderboards} WHERE l.name = ANY ($1::text[])";

/// $1 the last id before, $2 the tenant, $3 limit, $4 whether the archived ones are wanted. A
/// tenant's ids are its name, and those that begin with it and a dot; the character after the dot
/// is the slash.
inline constexpr auto list = R"sql(
{leaderboards} WHERE l.name > $1 AND (l.archived_at IS NOT NULL) = $4::boolean
  AND ($2 = '' OR l.name = $2 OR (l.name >= $2 || '.' AND l.name < $2 || '/'))
ORDER BY l.name LIMIT $3
)sql";

/// All that feed others, archived ones included, and those that may look so. Looks at the text: the
/// operators of JSON fail on a zero character, which metadata may hold.
inline constexpr auto all_feeds = R"sql(
SELECT name, settings::text FROM {own}leaderboards
WHERE settings::text ~ '"feeds"\s*:\s*\[\s*"'
)sql";

/// Two that save leaderboards at a time could make feeds that lead back.
inline constexpr auto lock_all = "SELECT pg_advisory_xact_lock(hashtext('{own}leaderboards'))";

/// $1 id, $2 settings.
inline constexpr auto insert =
    "INSERT INTO {own}leaderboards (name, settings) VALUES ($1, $2::json)";

inline constexpr auto change = "UPDATE {own}leaderboards SET settings = $2::json WHERE name = $1";

inline constexpr auto archive = "UPDATE {own}leaderboards SET archived_at = clock_timestamp()"
                                " WHERE name = $1 AND archived_at IS NULL";

/// $1 id, $2 seconds for which it is kept.
inline constexpr auto restore =
    "UPDATE {own}leaderboards SET archived_at = NULL WHERE name = $1"
    " AND archived_at >= clock_timestamp() - $2::bigint * interval '1 second'";

/// For a transaction that may be lost in a crash of the server: others do not wait for the disk.
inline constexpr auto need_not_last = "SET LOCAL synchronous_commit = off";

/// $1 ids. Waits for nobody: whoever holds a row notes that it is used, too.
inline constexpr auto note_used = R"sql(
UPDATE {own}leaderboards SET last_used_at = clock_timestamp() WHERE id IN
  (SELECT id FROM {own}leaderboards WHERE name = ANY ($1::text[])
   ORDER BY id FOR NO KEY UPDATE SKIP LOCKED)
)sql";

/// $1 limit.
inline constexpr auto recently_used = "{leaderboards} WHERE l.archived_at IS NULL"
                                      " ORDER BY l.last_used_at DESC, l.id DESC LIMIT $1";

// -- quotas ----------------------------------------------------------------------

/// $1 tenant.
inline constexpr auto count_of_tenant = R"sql(
SELECT count(*) FROM {own}leaderboards
WHERE archived_at IS NULL AND (name = $1 OR (name >= $1 || '.' AND name < $1 || '/'))
)sql";

/// The users of a tenant's leaderboards, {tenant} being the tenant.
inline constexpr auto users_of_tenant = R"sql(
SELECT count(*) FROM {own}leaderboards l JOIN {own}leaderboard_scores s ON s.leaderboard_id = l.id
WHERE l.archived_at IS NULL
  AND (l.name = {tenant} OR (l.name >= {tenant} || '.' AND l.name < {tenant} || '/'))
)sql";

/// $1 tenant. Leaves out the rows that this transaction has made and not written yet.
inline constexpr auto count_users_first =
    "INSERT INTO {own}tenant_users (tenant, users, counted_at)"
    " SELECT $1::text, ({users_of_tenant} AND s.version <> 0), clock_timestamp()"
    " ON CONFLICT DO NOTHING";

/// $1 tenants, $2 how many users are added to each. Tells the numbers from before. Locks those that
/// are kept, in the order of the tenants.
inline constexpr auto add_users = R"sql(
WITH locked AS MATERIALIZED (
  SELECT u.tenant FROM {own}tenant_users u WHERE u.tenant = ANY ($1::text[])
  ORDER BY u.tenant FOR NO KEY UPDATE
)
UPDATE {own}tenant_users u SET users = u.users + k.added
FROM unnest($1::text[], $2::bigint[]) AS k (tenant, added), locked
WHERE u.tenant = k.tenant COLLATE "C" AND locked.tenant = u.tenant
RETURNING u.tenant, u.users - k.added
)sql";

/// $1 tenant, $2 how many.
inline constexpr auto take_back_users =
    "UPDATE {own}tenant_users SET users = users - $2::bigint, is_full = true WHERE tenant = $1";

/// The number and the rows are seen at one moment, and the difference is
/// what others have made of it since then; so the number is locked only once it is known.
inline constexpr auto recount_users = R"sql(
WITH due AS MATERIALIZED (
  SELECT tenant, users FROM {own}tenant_users
  WHERE counted_at < clock_timestamp() - CASE WHEN is_full THEN interval '1 minute'
                                              ELSE interval '1 hour' END
  ORDER BY is_full DESC, counted_at LIMIT 1
), counted AS MATERIALIZED (
  SELECT due.tenant, ({users_of_tenant}) - due.users AS missing FROM due
)
UPDATE {own}tenant_users u SET users = u.users + counted.missing, counted_at = clock_timestamp(),
  is_full = false
FROM counted WHERE u.tenant = counted.tenant
)sql";

/// $1 seconds for which an archived one is kept.
inline constexpr auto first_to_purge =
    "SELECT id FROM {own}leaderboards"
    " WHERE archived_at < clock_timestamp() - $1::bigint * interval '1 second' ORDER BY id LIMIT 1";

/// $1 leaderboard, $2 limit.
inline constexpr auto purge_scores = R"sql(
DELETE FROM {own}leaderboard_scores WHERE leaderboard_id = $1 AND user_id IN
  (SELECT user_id FROM {own}leaderboard_scores WHERE leaderboard_id = $1 LIMIT $2)
)sql";

inline constexpr auto purge_deleted = R"sql(
DELETE FROM {own}deleted_scores WHERE leaderboard_id = $1 AND user_id IN
  (SELECT user_id FROM {own}deleted_scores WHERE leaderboard_id = $1 LIMIT $2)
)sql";

inline constexpr auto purge_periods =
    "DELETE FROM {own}leaderboard_periods WHERE leaderboard_id = $1";
inline constexpr auto purge_leaderboard = "DELETE FROM {own}leaderboards WHERE id = $1";

// -- periods ---------------------------------------------------------------------

/// $1 leaderboard.
inline constexpr auto read_periods = R"sql(
SELECT {us:clock_timestamp()}, {starts} FROM {own}leaderboard_periods WHERE leaderboard_id = $1
)sql";

/// $1 leaderboard, $2 periods, $3 starts, $4 the latest time to assign; a recorded start that is
/// far ahead of that was recorded while a clock was wrong.
inline constexpr auto record_periods = R"sql(
INSERT INTO {own}leaderboard_periods AS p
SELECT $1, s.period, {time:s.at}
FROM unnest($2::text[], $3::bigint[]) AS s (period, at) ORDER BY s.period
ON CONFLICT (leaderboard_id, period) DO UPDATE SET started_at =
  greatest(CASE WHEN p.started_at <= {time:4} + interval '1 hour'
                THEN p.started_at END,
           excluded.started_at)
)sql";

/// $1 leaderboard, $2 period, $3 the latest time to assign. The start is later than every write so
/// far, even if the clock has stepped back.
inline constexpr auto reset = R"sql(
INSERT INTO {own}leaderboard_periods AS p
SELECT $1, $2, greatest(least(clock_timestamp(), {time:3}),
                        max(updated_at) + interval '1 microsecond')
FROM {own}leaderboard_scores WHERE leaderboard_id = $1
ON CONFLICT (leaderboard_id, period) DO UPDATE
  SET started_at = greatest(CASE WHEN p.started_at <= {time:3} + interval '1 hour'
                                 THEN p.started_at + interval '1 microsecond' END,
                            excluded.started_at)
)sql";

/// $1 leaderboard, $2 the latest time to assign. Rows that were written while a clock was wrong
/// count as written now.
inline constexpr auto settle_future = R"sql(
UPDATE {own}leaderboard_scores SET updated_at = {time:2}, version = nextval('{table}_version')
WHERE leaderboard_id = $1 AND updated_at > {time:2} + interval '1 hour'
)sql";

// -- users -------------------------------------------------------------------------

/// For {users}.
inline constexpr auto users = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version
FROM {own}leaderboard_scores
)sql";

/// $1 leaderboard, $2 users.
inline constexpr auto find_users =
    "{users} WHERE leaderboard_id = $1 AND user_id = ANY ($2::text[])";

/// $1 leaderboard, $2 user, $3 a JSON object, null to take it away.
inline constexpr auto set_metadata = "UPDATE {own}leaderboard_scores SET metadata = $3::json"
                                     " WHERE leaderboard_id = $1 AND user_id = $2";

/// $1 leaderboard.
inline constexpr auto has_user_metadata =
    "UPDATE {own}leaderboards SET user_metadata = true WHERE id = $1 AND NOT user_metadata";

/// $1 leaderboard, $2 users.
inline constexpr auto metadata_of = R"sql(
SELECT user_id, metadata::text FROM {own}leaderboard_scores
WHERE leaderboard_id = $1 AND user_id = ANY ($2::text[]) AND metadata IS NOT NULL
)sql";

/// $1 leaderboard, $2 the last user before, $3 limit.
inline constexpr auto scan =
    "{users} WHERE leaderboard_id = $1 AND user_id > $2 ORDER BY user_id LIMIT $3";

inline constexpr auto scan_deletions = R"sql(
SELECT user_id, max(deleted_version) FROM {own}deleted_scores
WHERE leaderboard_id = $1 AND user_id > $2 GROUP BY user_id ORDER BY user_id LIMIT $3
)sql";

/// {score} is the board's column, $2 the start of its period.
inline constexpr auto top = R"sql(
{users} WHERE leaderboard_id = $1
ORDER BY CASE WHEN updated_at >= {time:2} THEN {score} ELSE 0 END DESC, user_id DESC
LIMIT $3 OFFSET $4
)sql";

/// The same where the lower score is better.
inline constexpr auto lowest = R"sql(
{users} WHERE leaderboard_id = $1 AND updated_at >= {time:2}
ORDER BY {score}, user_id LIMIT $3 OFFSET $4
)sql";

inline constexpr auto count =
    "SELECT count(*) FROM {own}leaderboard_scores WHERE leaderboard_id = $1";

/// $2 the earliest time of a user's last write.
inline constexpr auto count_since = "SELECT count(*) FROM {own}leaderboard_scores"
                                    " WHERE leaderboard_id = $1 AND updated_at >= {time:2}";

/// $1 leaderboards, $2 their users. Locks the rows, always in this order.
inline constexpr auto lock_users = R"sql(
SELECT s.user_id, s.daily_pomo, s.weekly_pomo, s.monthly_pomo, s.yearly_pomo, {us:s.updated_at},
       s.version, s.leaderboard_id
FROM {own}leaderboard_scores s
JOIN unnest($1::bigint[], $2::text[]) AS k (leaderboard_id, user_id)
  ON s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
ORDER BY s.leaderboard_id, s.user_id FOR NO KEY UPDATE OF s
)sql";

/// The users whose rows other transactions hold.
inline constexpr auto held_users = R"sql(
WITH wanted AS (
  SELECT * FROM unnest($1::bigint[], $2::text[]) AS k (leaderboard_id, user_id)
), free AS MATERIALIZED (
  SELECT s.leaderboard_id, s.user_id FROM {own}leaderboard_scores s
  JOIN wanted k ON s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
  ORDER BY s.leaderboard_id, s.user_id FOR NO KEY UPDATE OF s SKIP LOCKED
), all_of_them AS (
  SELECT s.leaderboard_id, s.user_id FROM {own}leaderboard_scores s
  JOIN wanted k ON s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
)
SELECT user_id FROM (SELECT * FROM all_of_them EXCEPT SELECT * FROM free) AS held
)sql";

/// Makes rows to be written in the same transaction; returns those that it has made.
inline constexpr auto make_users = R"sql(
INSERT INTO {own}leaderboard_scores (leaderboard_id, user_id, updated_at, version)
SELECT k.leaderboard_id, k.user_id, clock_timestamp(), 0
FROM unnest($1::bigint[], $2::text[]) AS k (leaderboard_id, user_id)
ORDER BY k.leaderboard_id, k.user_id COLLATE "C"
ON CONFLICT DO NOTHING RETURNING user_id, leaderboard_id
)sql";

/// For rows that were made and then not written.
inline constexpr auto drop_users = R"sql(
DELETE FROM {own}leaderboard_scores s
USING unnest($1::bigint[], $2::text[]) AS k (leaderboard_id, user_id)
WHERE s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
)sql";

/// $3 to $6 scores, $7 times.
inline constexpr auto write_users = R"sql(
UPDATE {own}leaderboard_scores s SET
  daily_pomo = k.d, weekly_pomo = k.w, monthly_pomo = k.m, yearly_pomo = k.y,
  updated_at = {time:k.at}, version = nextval('{table}_version')
FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::bigint[]) AS k (leaderboard_id, user_id, d, w, m, y, at)
WHERE s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
RETURNING s.user_id, s.leaderboard_id, s.version
)sql";

/// $1 leaderboard, $2 users, $3 to $6 scores, $7 times.
inline constexpr auto put = R"sql(
INSERT INTO {own}leaderboard_scores
  (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version)
SELECT $1, k.user_id, k.d, k.w, k.m, k.y, least({time:k.at}, clock_timestamp()),
       nextval('{table}_version')
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[])
     AS k (user_id, d, w, m, y, at)
ORDER BY k.user_id COLLATE "C"
ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  updated_at = excluded.updated_at, version = excluded.version
)sql";

/// $1 leaderboard, $2 user, $3 run.
inline constexpr auto remove = R"sql(
WITH gone AS (
  DELETE FROM {own}leaderboard_scores WHERE leaderboard_id = $1 AND user_id = $2 RETURNING *
)
INSERT INTO {own}deleted_scores
SELECT leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, $3, clock_timestamp(), nextval('{table}_version')
FROM gone RETURNING deleted_version
)sql";

/// $1 leaderboard, $2 to $5 period starts, $6 the last user tidied, $7 limit, $8 the latest time to
/// assign, which is given to rows that are far ahead of it.
inline constexpr auto tidy = R"sql(
WITH expired AS (
  SELECT user_id FROM {own}leaderboard_scores
  WHERE leaderboard_id = $1 AND user_id > $6
    AND ((updated_at < {time:2} AND daily_pomo <> 0) OR (updated_at < {time:3} AND weekly_pomo <> 0)
      OR (updated_at < {time:4} AND monthly_pomo <> 0)
      OR (updated_at < {time:5} AND yearly_pomo <> 0)
      OR updated_at > {time:8} + interval '1 hour')
  ORDER BY user_id LIMIT $7 FOR NO KEY UPDATE SKIP LOCKED
)
UPDATE {own}leaderboard_scores s SET
  daily_pomo = CASE WHEN updated_at >= {time:2} THEN daily_pomo ELSE 0 END,
  weekly_pomo = CASE WHEN updated_at >= {time:3} THEN weekly_pomo ELSE 0 END,
  monthly_pomo = CASE WHEN updated_at >= {time:4} THEN monthly_pomo ELSE 0 END,
  yearly_pomo = CASE WHEN updated_at >= {time:5} THEN yearly_pomo ELSE 0 END,
  updated_at = CASE WHEN updated_at > {time:8} + interval '1 hour' THEN {time:8} ELSE updated_at END,
  version = CASE WHEN updated_at > {time:8} + interval '1 hour' THEN nextval('{table}_version')
                 ELSE version END
FROM expired WHERE s.leaderboard_id = $1 AND s.user_id = expired.user_id
RETURNING s.user_id
)sql";

// -- changes of other programs -----------------------------------------------------------

/// $1 leaderboard and $2 user of the last one before, $3 limit.
inline constexpr auto foreign_scores = R"sql(
SELECT f.leaderboard_id, coalesce(l.name, ''), f.user_id, f.version
FROM {own}foreign_scores f
LEFT JOIN {own}leaderboards l ON l.id = f.leaderboard_id AND l.archived_at IS NULL
WHERE (f.leaderboard_id, f.user_id) > ($1, $2)
ORDER BY f.leaderboard_id, f.user_id LIMIT $3
)sql";

/// $1 leaderboards, $2 users, $3 versions. Waits for nobody: whoever holds a note changes the user
/// again.
inline constexpr auto settle_foreign_scores = R"sql(
DELETE FROM {own}foreign_scores f
USING (
  SELECT s.leaderboard_id, s.user_id FROM {own}foreign_scores s
  JOIN unnest($1::bigint[], $2::text[], $3::bigint[]) AS k (leaderboard_id, user_id, version)
    ON s.leaderboard_id = k.leaderboard_id AND s.user_id = k.user_id COLLATE "C"
       AND s.version = k.version
  FOR UPDATE OF s SKIP LOCKED
) AS d
WHERE f.leaderboard_id = d.leaderboard_id AND f.user_id = d.user_id
)sql";

// -- the default leaderboard, in updates of several -----------------------------------

/// $1 users.
inline constexpr auto lock_default_users = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:{at}}, version
FROM {table} WHERE user_id = ANY ($1::text[]) ORDER BY user_id FOR NO KEY UPDATE
)sql";

/// Makes rows to be written in the same transaction; returns those that it has made.
inline constexpr auto make_default_users = R"sql(
INSERT INTO {table} (user_id, {at_columns}, version)
SELECT k.user_id, {at_values|clock_timestamp()|}, nextval('{table}_version')
FROM unnest($1::text[]) AS k (user_id) ORDER BY k.user_id COLLATE "C"
ON CONFLICT (user_id) DO NOTHING RETURNING user_id
)sql";

/// $1 users; for rows that were made and then not written.
inline constexpr auto drop_default_users = "DELETE FROM {table} WHERE user_id = ANY ($1::text[])";

/// Follows the `put` of score_sql.hpp.
inline constexpr auto returning_versions = " RETURNING user_id, version";

// -- idempotency keys ------------------------------------------------------------------

/// $1 leaderboards or 0, $2 users, $3 keys.
inline constexpr auto find_requests = R"sql(
SELECT k.position, r.body, r.states
FROM unnest($1::bigint[], $2::text[], $3::text[]) WITH ORDINALITY
     AS k (leaderboard_id, user_id, key, position)
JOIN {own}leaderboard_requests r ON r.leaderboard_id = k.leaderboard_id
  AND r.user_id = k.user_id COLLATE "C" AND r.request_key = k.key COLLATE "C"
)sql";

/// $4 bodies, $5 states, $6 the time.
inline constexpr auto add_requests = R"sql(
INSERT INTO {own}leaderboard_requests
SELECT k.leaderboard_id, k.user_id, k.key, k.body, k.states, {time:6}
FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[])
     AS k (leaderboard_id, user_id, key, body, states)
)sql";

/// For the routes of the default leaderboard: $1 keys, $2 users, $3 counts, $4 to $7 scores, $8
/// their times, $9 versions, $10 the time.
inline constexpr auto add_default_requests = R"sql(
INSERT INTO {own}score_requests
SELECT k.key, k.user_id, k.count, k.daily, k.weekly, k.monthly, k.yearly, {time:k.at}, k.version,
       {time:10}
FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
            $7::bigint[], $8::bigint[], $9::bigint[])
     AS k (key, user_id, count, daily, weekly, monthly, yearly, at, version)
)sql";

/// $1 limit, $2 now.
inline constexpr auto forget_requests = R"sql(
DELETE FROM {own}leaderboard_requests WHERE (leaderboard_id, user_id, request_key) IN
  (SELECT leaderboard_id, user_id, request_key FROM {own}leaderboard_requests
   WHERE created_at < {time:2} - interval '24 hours' LIMIT $1)
)sql";

} // namespace standings::postgres_leaderboard_sql
