#pragma once

/// The SQL of reconcile on SQLite; placeholders as in sqlite/score_sql.hpp.
namespace standings::sqlite_sql {

/// ?1 after, ?2 batch, ?3 batch × count.
inline constexpr auto batch_ends = R"sql(
SELECT user_id FROM
  (SELECT user_id, row_number() OVER (ORDER BY user_id) AS place
   FROM (SELECT user_id FROM {table} WHERE user_id > ?1 ORDER BY user_id LIMIT ?3))
WHERE place % ?2 = 0 ORDER BY user_id
)sql";

/// ?1 after, ?2 up to, ?3 limit.
inline constexpr auto read_range = R"sql(
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version
FROM {table} WHERE user_id > ?1 AND user_id <= ?2 ORDER BY user_id LIMIT ?3
)sql";

/// ?1 version, ?2 after, ?3 limit.
inline constexpr auto written_since = R"sql(
SELECT user_id FROM {table} WHERE version > ?1 AND user_id > ?2 ORDER BY user_id LIMIT ?3
)sql";

inline constexpr auto archived = R"sql(
SELECT deleted_version, deleted_at FROM {table}_deleted
WHERE user_id = ?1 ORDER BY deleted_version DESC LIMIT 1
)sql";

/// ?1 user, ?2 expected version, ?3 to ?6 scores, ?7 time, ?8 new version. A row's time never steps
/// back, and one that cannot be read stays as it is.
inline constexpr auto update_expected = R"sql(
UPDATE {table} SET
  daily_pomo = ?3, weekly_pomo = ?4, monthly_pomo = ?5, yearly_pomo = ?6,
  {set_at|max({at}, ?7)|}, version = ?8
WHERE user_id = ?1 AND version = ?2 AND ({unreadable}) IS NULL
RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version
)sql";

/// ?1 user, ?2 to ?5 scores, ?6 time, ?7 version.
inline constexpr auto create = R"sql(
INSERT INTO {table} (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, version, {at_columns})
VALUES (?1, ?2, ?3, ?4, ?5, ?7, {at_values|?6|})
ON CONFLICT (user_id) DO NOTHING
RETURNING user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version
)sql";

/// ?1 user, ?2 run, ?3 now, ?4 version of the deletion, ?5 expected version.
inline constexpr auto archive_expected = R"sql(
INSERT INTO {table}_deleted
SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version, ?2, ?3, ?4
FROM {table} WHERE user_id = ?1 AND version = ?5
)sql";

/// ?1 run, ?2 after, ?3 limit.
inline constexpr auto restorable = R"sql(
SELECT d.user_id, d.daily_pomo, d.weekly_pomo, d.monthly_pomo, d.yearly_pomo, d.updated_at, 0
FROM {table}_deleted d
WHERE d.run_id = ?1 AND d.user_id > ?2 AND ({unreadable}) IS NULL
  AND NOT EXISTS (SELECT 1 FROM {table}_deleted later
                  WHERE later.user_id = d.user_id AND later.deleted_version > d.deleted_version)
  AND NOT EXISTS (SELECT 1 FROM {table} t WHERE t.user_id = d.user_id)
ORDER BY d.user_id LIMIT ?3
)sql";

// -- the journal -----------------------------------------------------------------

inline constexpr auto load_state = R"sql(
SELECT generation, run_id, verified_up_to, held, held_candidates, held_reason, started
FROM {own}sync_state WHERE id = 1
)sql";

inline constexpr auto save_verified =
    "UPDATE {own}sync_state SET generation = ?1, run_id = ?2, verified_up_to = ?3 WHERE id = 1";

inline constexpr auto save_hold =
    "UPDATE {own}sync_state SET held = ?1, held_candidates = ?2, held_reason = ?3 WHERE id = 1";

inline constexpr auto save_started = "UPDATE {own}sync_state SET started = ?1 WHERE id = 1";

/// ?1 run, ?2 start, ?3 status, ?4 report.
inline constexpr auto save_run = R"sql(
INSERT INTO {own}sync_runs VALUES (?1, ?2, ?3, ?4)
ON CONFLICT (run_id) DO UPDATE SET status = excluded.status, report = excluded.report
)sql";

inline constexpr auto abandon_runs = R"sql(
UPDATE {own}sync_runs SET status = 'abandoned', report = json_set(report, '$.status', 'abandoned')
WHERE status = 'running'
)sql";

inline constexpr auto list_runs =
    "SELECT report FROM {own}sync_runs ORDER BY started_at DESC, run_id DESC LIMIT ?1";

inline constexpr auto find_run = "SELECT report FROM {own}sync_runs WHERE run_id = ?1";

inline constexpr auto forget_runs = R"sql(
DELETE FROM {own}sync_runs WHERE run_id IN
  (SELECT run_id FROM {own}sync_runs ORDER BY started_at DESC, run_id DESC LIMIT -1 OFFSET ?1)
)sql";

/// ?1 user, ?2 reason, ?3 run, ?4 now.
inline constexpr auto quarantine = R"sql(
INSERT INTO {own}sync_quarantine VALUES (?1, ?2, ?3, ?4, ?4, 1)
ON CONFLICT (user_id) DO UPDATE SET
  reason = excluded.reason, run_id = excluded.run_id, last_at = excluded.last_at,
  attempts = attempts + 1
)sql";

inline constexpr auto release_others = "DELETE FROM {own}sync_quarantine WHERE run_id <> ?1";

inline constexpr auto list_quarantined = R"sql(
SELECT user_id, reason, run_id, first_at, last_at, attempts
FROM {own}sync_quarantine ORDER BY last_at DESC, user_id LIMIT ?1
)sql";

inline constexpr auto count_quarantined = "SELECT count(*) FROM {own}sync_quarantine";

} // namespace standings::sqlite_sql
