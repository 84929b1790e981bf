#pragma once

/// The SQL of the versions' history on SQLite. `{table}` is the configured name.
namespace standings::sqlite_sql {

inline constexpr auto highest_version = R"sql(
SELECT max((SELECT coalesce(max(version), 0) FROM {table}),
           (SELECT coalesce(max(deleted_version), 0) FROM {table}_deleted),
           (SELECT coalesce(max(raised_to), 0) FROM {own}history_events))
)sql";

/// ?1 id, ?2 now, ?3 reason, ?4 version. Inserts nothing if another process has opened an event.
inline constexpr auto open_event = R"sql(
INSERT INTO {own}history_events SELECT ?1, ?2, ?3, ?4, 1
WHERE NOT EXISTS (SELECT 1 FROM {own}history_events WHERE open AND raised_to >= ?4)
)sql";

inline constexpr auto list_events = R"sql(
SELECT e.id, e.at, e.reason, e.raised_to, e.open,
       (SELECT count(*) FROM {own}lost_states s WHERE s.event_id = e.id),
       (SELECT count(*) FROM {own}lost_states s WHERE s.event_id = e.id AND s.recovered)
FROM {own}history_events e WHERE e.open >= ?1 ORDER BY e.at DESC, e.id LIMIT ?2
)sql";

inline constexpr auto find_event = "SELECT raised_to FROM {own}history_events WHERE id = ?1";

inline constexpr auto close_events = "UPDATE {own}history_events SET open = 0 WHERE open";

/// ?1 a time. States are deleted first, because they refer to events.
inline constexpr auto forget_states = R"sql(
DELETE FROM {own}lost_states
WHERE event_id IN (SELECT id FROM {own}history_events WHERE NOT open AND at < ?1)
)sql";

inline constexpr auto forget_events = R"sql(
DELETE FROM {own}history_events
WHERE NOT open AND at < ?1 AND raised_to < (SELECT max(raised_to) FROM {own}history_events)
)sql";

inline constexpr auto contacted = "SELECT contacted FROM {own}sync_state WHERE id = 1";

inline constexpr auto note_contact = "UPDATE {own}sync_state SET contacted = 1 WHERE id = 1";

/// ?1 id, ?2 now, ?3 reason, ?4 version. Records the event of the states, unless it exists.
inline constexpr auto note_event = R"sql(
INSERT INTO {own}history_events VALUES (?1, ?2, ?3, ?4, 0) ON CONFLICT (id) DO NOTHING
)sql";

/// ?1 event, ?2 user, ?3 to ?6 scores, ?7 to ?10 bases, ?11 time, ?12 version.
inline constexpr auto keep_state = R"sql(
INSERT INTO {own}lost_states VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, 0)
ON CONFLICT (event_id, user_id) DO UPDATE SET
  daily_pomo = excluded.daily_pomo, weekly_pomo = excluded.weekly_pomo,
  monthly_pomo = excluded.monthly_pomo, yearly_pomo = excluded.yearly_pomo,
  updated_at = excluded.updated_at, version = excluded.version
WHERE NOT recovered AND excluded.version > version
)sql";

/// ?1 event, ?2 after, ?3 limit, ?4 version of the event. Returns what the states had beyond their
/// bases.
inline constexpr auto pending_states = R"sql(
SELECT s.user_id, max(0, s.daily_pomo - s.base_daily), max(0, s.weekly_pomo - s.base_weekly),
       max(0, s.monthly_pomo - s.base_monthly), max(0, s.yearly_pomo - s.base_yearly),
       s.updated_at, s.version
FROM {own}lost_states s
WHERE s.event_id = ?1 AND s.user_id > ?2 AND NOT s.recovered
  AND NOT EXISTS (SELECT 1 FROM {table}_deleted x
                  WHERE x.user_id = s.user_id AND x.deleted_version > ?4)
ORDER BY s.user_id LIMIT ?3
)sql";

inline constexpr auto mark_recovered =
    "UPDATE {own}lost_states SET recovered = 1 WHERE event_id = ?1 AND user_id = ?2";

} // namespace standings::sqlite_sql
