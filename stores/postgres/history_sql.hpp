#pragma once

/// The SQL of the versions' history on PostgreSQL; placeholders as in postgres/score_sql.hpp.
namespace standings::postgres_sql {

/// Run it before the sequence is read: then no row's version is above the sequence.
inline constexpr auto highest_version = R"sql(
SELECT greatest((SELECT coalesce(max(version), 0) FROM {table}),
                (SELECT coalesce(max(deleted_version), 0) FROM {table}_deleted),
                (SELECT coalesce(max(raised_to), 0) FROM {own}history_events))
)sql";

inline constexpr auto sequence_now = R"sql(
SELECT CASE WHEN is_called THEN last_value ELSE 0 END,
       pg_postmaster_start_time()::text || ' ' || '{table}'::regclass::oid::text
FROM {table}_version
)sql";

/// $1 id, $2 reason, $3 version. Inserts nothing if another instance has opened an event.
inline constexpr auto open_event = R"sql(
INSERT INTO {own}history_events
SELECT $1, clock_timestamp(), $2, $3::bigint, true
WHERE NOT EXISTS (SELECT FROM {own}history_events WHERE open AND raised_to >= $3::bigint)
)sql";

inline constexpr auto raise_sequence =
    "SELECT setval('{table}_version', greatest($1::bigint, last_value)) FROM {table}_version";

/// Both for the list of events and for the open one.
inline constexpr auto event_columns = R"sql(
e.id, {us:e.at}, e.reason, e.raised_to, e.open,
(SELECT count(*) FROM {own}lost_states s WHERE s.event_id = e.id),
(SELECT count(*) FROM {own}lost_states s WHERE s.event_id = e.id AND s.recovered)
)sql";

inline constexpr auto find_open_event =
    "SELECT {event} FROM {own}history_events e WHERE e.open ORDER BY e.at DESC LIMIT 1";

inline constexpr auto list_events =
    "SELECT {event} FROM {own}history_events e ORDER BY e.at DESC, e.id LIMIT $1";

inline constexpr auto find_event = "SELECT 1 FROM {own}history_events WHERE id = $1";

inline constexpr auto close_events = "UPDATE {own}history_events SET open = false WHERE open";

/// $1 days. States are deleted first, because they refer to events.
inline constexpr auto forget_states = R"sql(
DELETE FROM {own}lost_states WHERE event_id IN
  (SELECT id FROM {own}history_events
   WHERE NOT open AND at < clock_timestamp() - make_interval(days => $1::int))
)sql";

inline constexpr auto forget_events = R"sql(
DELETE FROM {own}history_events
WHERE NOT open AND at < clock_timestamp() - make_interval(days => $1::int)
  AND raised_to < (SELECT max(raised_to) FROM {own}history_events)
)sql";

inline constexpr auto contacted = "SELECT contacted FROM {own}sync_state WHERE id = 1";

inline constexpr auto note_contact = "UPDATE {own}sync_state SET contacted = true WHERE id = 1";

/// $1 id, $2 reason. Records the event of the states, unless it exists.
inline constexpr auto note_event = R"sql(
INSERT INTO {own}history_events
SELECT $1, clock_timestamp(), $2, CASE WHEN is_called THEN last_value ELSE 0 END, false
FROM {table}_version
ON CONFLICT (id) DO NOTHING
)sql";

/// $1 event, $2 users, $3 to $6 scores, $7 to $10 bases, $11 times, $12 versions.
inline constexpr auto keep_states = R"sql(
INSERT INTO {own}lost_states AS s
SELECT $1, n.user_id, n.d, n.w, n.m, n.y, n.bd, n.bw, n.bm, n.by,
       {time:n.at}, n.version, false
FROM unnest($2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[],
            $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[], $12::bigint[])
     AS n (user_id, d, w, m, y, bd, bw, bm, by, at, version)
ON CONFLICT (event_id, user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  updated_at = excluded.updated_at, version = excluded.version
WHERE NOT s.recovered AND excluded.version > s.version
)sql";

/// $1 event, $2 after, $3 limit, $4 to $7 period starts. Adds what a state had beyond its base, in
/// periods that are still running.
inline constexpr auto recover_states = R"sql(
WITH pending AS (
  SELECT s.user_id, s.updated_at,
         CASE WHEN s.updated_at >= {time:4} THEN greatest(0, s.daily_pomo - s.base_daily) ELSE 0 END AS d,
         CASE WHEN s.updated_at >= {time:5} THEN greatest(0, s.weekly_pomo - s.base_weekly) ELSE 0 END AS w,
         CASE WHEN s.updated_at >= {time:6} THEN greatest(0, s.monthly_pomo - s.base_monthly) ELSE 0 END AS m,
         CASE WHEN s.updated_at >= {time:7} THEN greatest(0, s.yearly_pomo - s.base_yearly) ELSE 0 END AS y
  FROM {own}lost_states s JOIN {own}history_events e ON e.id = s.event_id
  WHERE s.event_id = $1 AND s.user_id > $2 AND NOT s.recovered
    AND NOT EXISTS (SELECT FROM {table}_deleted x
                    WHERE x.user_id = s.user_id AND x.deleted_version > e.raised_to)
  ORDER BY s.user_id LIMIT $3
), written AS (
  INSERT INTO {table} AS t
    (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at_columns}, version)
  SELECT p.user_id, p.d, p.w, p.m, p.y, {at_values|least(p.updated_at, clock_timestamp())|},
         nextval('{table}_version')
  FROM pending p ORDER BY p.user_id
  ON CONFLICT (user_id) DO UPDATE SET
    daily_pomo = least(9007199254740991, excluded.daily_pomo
      + CASE WHEN t.{at} >= {time:4} THEN t.daily_pomo ELSE 0 END),
    weekly_pomo = least(9007199254740991, excluded.weekly_pomo
      + CASE WHEN t.{at} >= {time:5} THEN t.weekly_pomo ELSE 0 END),
    monthly_pomo = least(9007199254740991, excluded.monthly_pomo
      + CASE WHEN t.{at} >= {time:6} THEN t.monthly_pomo ELSE 0 END),
    yearly_pomo = least(9007199254740991, excluded.yearly_pomo
      + CASE WHEN t.{at} >= {time:7} THEN t.yearly_pomo ELSE 0 END),
    {set_at|greatest(t.{at}, excluded.{at})|},
    version = nextval('{table}_version')
  RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at} AS updated_at,
            version
), marked AS (
  UPDATE {own}lost_states s SET recovered = true FROM written w
  WHERE s.event_id = $1 AND s.user_id = w.user_id
)
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {us:updated_at}, version
FROM written ORDER BY user_id
)sql";

} // namespace standings::postgres_sql
