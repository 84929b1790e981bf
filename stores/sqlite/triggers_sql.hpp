#pragma once

/// The triggers that give the changes of other programs a version. They run on other programs'
/// connections, so they use nothing that SQLite itself does not have. Our own writes draw versions
/// above the one in store_clock, which is raised when they are done, or set `own`.
namespace standings::sqlite_sql {

/// {draw} draws the next version, {note:x} records the user x under it.
inline constexpr auto draw_version = "UPDATE {own}store_clock SET version = version + 1;";

inline constexpr auto note_change = R"sql(
INSERT INTO {own}foreign_changes SELECT x, version FROM {own}store_clock WHERE true
ON CONFLICT (user_id) DO UPDATE SET version = excluded.version;
)sql";

/// {archive}: the old row goes to the archive under a new version.
inline constexpr auto archive_old = R"sql(
INSERT INTO {table}_deleted
  (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version, run_id,
   deleted_at, deleted_version)
SELECT OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo, OLD.yearly_pomo,
       OLD.{at}, OLD.version, 'sql', {now}, version
FROM {own}store_clock
)sql";

inline constexpr auto now_in_microseconds =
    "CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000";

/// {kept:column,period}: an expired score stays expired if it was not written.
inline constexpr auto kept_score = R"sql(
CASE WHEN NEW.column IS OLD.column AND OLD.{at} <
       coalesce((SELECT started_at FROM {own}period_state WHERE period = 'name'), 0)
     THEN 0 ELSE NEW.column END
)sql";

/// {exact} is the time that NEW.updated_at stands for, {shown:x} the time x in the column's own
/// format. A change of scores that leaves the time alone counts as made now.
inline constexpr auto create_triggers = R"sql(
CREATE TRIGGER IF NOT EXISTS standings_1_{table}_insert AFTER INSERT ON {table}
WHEN coalesce(NEW.version, 0) <= (SELECT version FROM {own}store_clock) AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  {draw}
  UPDATE {table} SET version = (SELECT version FROM {own}store_clock), {at} = {exact}
  WHERE user_id = NEW.user_id;
  {note:NEW.user_id}
END;

CREATE TRIGGER IF NOT EXISTS standings_1_{table}_update AFTER UPDATE ON {table}
WHEN CASE WHEN NEW.version IS NOT OLD.version
  THEN coalesce(NEW.version, 0) < (SELECT version FROM {own}store_clock)
  ELSE NOT {same_scores} OR NEW.updated_at IS NOT OLD.updated_at
       OR NEW.user_id IS NOT OLD.user_id END
  AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  {draw}
  {archive} WHERE NEW.user_id IS NOT OLD.user_id;
  INSERT INTO {own}foreign_changes
    SELECT OLD.user_id, version FROM {own}store_clock WHERE NEW.user_id IS NOT OLD.user_id
    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version;
  {draw}
  UPDATE {table} SET
    daily_pomo = {kept:daily_pomo,daily},
    weekly_pomo = {kept:weekly_pomo,weekly},
    monthly_pomo = {kept:monthly_pomo,monthly},
    yearly_pomo = {kept:yearly_pomo,yearly},
    {touched}
    version = (SELECT version FROM {own}store_clock)
  WHERE user_id = NEW.user_id;
  {note:NEW.user_id}
END;

CREATE TRIGGER IF NOT EXISTS standings_1_{table}_delete AFTER DELETE ON {table}
WHEN NOT EXISTS (SELECT 1 FROM {table}_deleted
                 WHERE user_id = OLD.user_id AND version = OLD.version)
  AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  {draw}
  {archive};
  {note:OLD.user_id}
END;
)sql";

/// For {touched}: first for a table whose times are ours, then for one in which `updated_at` has
/// another application's format and the exact time is beside it.
inline constexpr auto touched_own = R"sql(
    updated_at = CASE WHEN NEW.updated_at IS NOT OLD.updated_at THEN {exact}
                      WHEN {same_scores} THEN OLD.updated_at
                      ELSE max(OLD.updated_at, {now}) END,
)sql";
inline constexpr auto touched_foreign = R"sql(
    updated_at = CASE WHEN NEW.updated_at IS NOT OLD.updated_at OR {same_scores}
                      THEN NEW.updated_at ELSE {shown} END,
    {at} = CASE WHEN NEW.updated_at IS NOT OLD.updated_at THEN {exact}
                WHEN {same_scores} THEN OLD.{at}
                ELSE max(OLD.{at}, {now}) END,
)sql";

inline constexpr auto same_scores = R"sql(
(NEW.daily_pomo IS OLD.daily_pomo AND NEW.weekly_pomo IS OLD.weekly_pomo
 AND NEW.monthly_pomo IS OLD.monthly_pomo AND NEW.yearly_pomo IS OLD.yearly_pomo)
)sql";

inline constexpr auto has_triggers = R"sql(
SELECT count(*) = 3 FROM sqlite_master
WHERE type = 'trigger' AND name GLOB 'standings_1_{table}_*'
)sql";

inline constexpr auto pending_changes =
    "SELECT user_id, version FROM {own}foreign_changes ORDER BY user_id LIMIT ?1";

inline constexpr auto settle_change =
    "DELETE FROM {own}foreign_changes WHERE user_id = ?1 AND version = ?2";

inline constexpr auto set_own = "UPDATE {own}store_clock SET own = ?1";

} // namespace standings::sqlite_sql
