-- Users of named leaderboards whose rows other programs have changed; the cache is told of them.
CREATE TABLE {own}foreign_scores (
  leaderboard_id INTEGER NOT NULL,
  user_id TEXT NOT NULL COLLATE BINARY,
  version INTEGER NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id)
) WITHOUT ROWID;

-- Give the changes of other programs a version, as the triggers of the default leaderboard's table
-- do. Our own writes draw versions above the one in store_clock, which is raised when they are
-- done, or set `own`. A change of scores that leaves the time alone counts as made now; scores that
-- have expired by a start that is recorded, and were not written, do not come back with the new time.
CREATE TRIGGER {own}foreign_score_insert AFTER INSERT ON {own}leaderboard_scores
WHEN NEW.version <= (SELECT version FROM {own}store_clock)
  AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  UPDATE {own}store_clock SET version = version + 1;
  UPDATE {own}leaderboard_scores
  SET version = (SELECT version FROM {own}store_clock),
      updated_at = CASE WHEN NEW.updated_at BETWEEN 946684800000000 AND
          CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
        THEN NEW.updated_at
        ELSE CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 END
  WHERE leaderboard_id = NEW.leaderboard_id AND user_id = NEW.user_id;
  INSERT INTO {own}foreign_scores
    SELECT NEW.leaderboard_id, NEW.user_id, version FROM {own}store_clock WHERE true
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
END;

CREATE TRIGGER {own}foreign_score_update AFTER UPDATE ON {own}leaderboard_scores
WHEN CASE WHEN NEW.version IS NOT OLD.version
  THEN NEW.version < (SELECT version FROM {own}store_clock)
  ELSE NOT (NEW.daily_pomo IS OLD.daily_pomo AND NEW.weekly_pomo IS OLD.weekly_pomo
            AND NEW.monthly_pomo IS OLD.monthly_pomo AND NEW.yearly_pomo IS OLD.yearly_pomo)
       OR NEW.updated_at IS NOT OLD.updated_at
       OR NEW.leaderboard_id IS NOT OLD.leaderboard_id OR NEW.user_id IS NOT OLD.user_id END
  AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  UPDATE {own}store_clock SET version = version + 1;
  INSERT INTO {own}deleted_scores
      (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, run_id, deleted_at, deleted_version)
    SELECT OLD.leaderboard_id, OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo,
           OLD.yearly_pomo, OLD.updated_at, OLD.version, OLD.metadata, 'sql',
           CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000, version
    FROM {own}store_clock
    WHERE (NEW.leaderboard_id IS NOT OLD.leaderboard_id OR NEW.user_id IS NOT OLD.user_id);
  INSERT INTO {own}foreign_scores
    SELECT OLD.leaderboard_id, OLD.user_id, version FROM {own}store_clock
    WHERE (NEW.leaderboard_id IS NOT OLD.leaderboard_id OR NEW.user_id IS NOT OLD.user_id)
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
  UPDATE {own}store_clock SET version = version + 1;
  UPDATE {own}leaderboard_scores SET
    daily_pomo = CASE WHEN NEW.daily_pomo IS OLD.daily_pomo AND OLD.updated_at <
      coalesce((SELECT started_at FROM {own}leaderboard_periods
                WHERE leaderboard_id = OLD.leaderboard_id AND period = 'daily'), 0)
      THEN 0 ELSE NEW.daily_pomo END,
    weekly_pomo = CASE WHEN NEW.weekly_pomo IS OLD.weekly_pomo AND OLD.updated_at <
      coalesce((SELECT started_at FROM {own}leaderboard_periods
                WHERE leaderboard_id = OLD.leaderboard_id AND period = 'weekly'), 0)
      THEN 0 ELSE NEW.weekly_pomo END,
    monthly_pomo = CASE WHEN NEW.monthly_pomo IS OLD.monthly_pomo AND OLD.updated_at <
      coalesce((SELECT started_at FROM {own}leaderboard_periods
                WHERE leaderboard_id = OLD.leaderboard_id AND period = 'monthly'), 0)
      THEN 0 ELSE NEW.monthly_pomo END,
    yearly_pomo = CASE WHEN NEW.yearly_pomo IS OLD.yearly_pomo AND OLD.updated_at <
      coalesce((SELECT started_at FROM {own}leaderboard_periods
                WHERE leaderboard_id = OLD.leaderboard_id AND period = 'yearly'), 0)
      THEN 0 ELSE NEW.yearly_pomo END,
    updated_at = CASE WHEN NEW.updated_at IS NOT OLD.updated_at
      THEN CASE WHEN NEW.updated_at BETWEEN 946684800000000 AND
          CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000
        THEN NEW.updated_at
        ELSE CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000 END
      WHEN (NEW.daily_pomo IS OLD.daily_pomo AND NEW.weekly_pomo IS OLD.weekly_pomo
            AND NEW.monthly_pomo IS OLD.monthly_pomo AND NEW.yearly_pomo IS OLD.yearly_pomo)
      THEN OLD.updated_at
      ELSE max(OLD.updated_at,
               CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000) END,
    version = (SELECT version FROM {own}store_clock)
  WHERE leaderboard_id = NEW.leaderboard_id AND user_id = NEW.user_id;
  INSERT INTO {own}foreign_scores
    SELECT NEW.leaderboard_id, NEW.user_id, version FROM {own}store_clock WHERE true
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
END;

CREATE TRIGGER {own}foreign_score_delete AFTER DELETE ON {own}leaderboard_scores
WHEN NOT EXISTS (SELECT 1 FROM {own}deleted_scores
                 WHERE leaderboard_id = OLD.leaderboard_id AND user_id = OLD.user_id
                   AND version = OLD.version)
  AND NOT (SELECT own FROM {own}store_clock)
BEGIN
  UPDATE {own}store_clock SET version = version + 1;
  INSERT INTO {own}deleted_scores
      (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, run_id, deleted_at, deleted_version)
    SELECT OLD.leaderboard_id, OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo,
           OLD.yearly_pomo, OLD.updated_at, OLD.version, OLD.metadata, 'sql',
           CAST(round((julianday('now') - 2440587.5) * 86400000.0) AS INTEGER) * 1000, version
    FROM {own}store_clock;
  INSERT INTO {own}foreign_scores
    SELECT OLD.leaderboard_id, OLD.user_id, version FROM {own}store_clock WHERE true
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
END;

-- Boards show metadata only where somebody carries any.
CREATE TRIGGER {own}foreign_metadata_insert AFTER INSERT ON {own}leaderboard_scores
WHEN NEW.metadata IS NOT NULL
BEGIN
  UPDATE {own}leaderboards SET user_metadata = 1 WHERE id = NEW.leaderboard_id AND NOT user_metadata;
END;

CREATE TRIGGER {own}foreign_metadata_update AFTER UPDATE OF metadata ON {own}leaderboard_scores
WHEN NEW.metadata IS NOT NULL
BEGIN
  UPDATE {own}leaderboards SET user_metadata = 1 WHERE id = NEW.leaderboard_id AND NOT user_metadata;
END;
