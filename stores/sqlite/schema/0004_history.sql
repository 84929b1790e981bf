-- When the database went back behind what others had seen of it, and what the cache
-- had then. See docs/recovery.md. Times are microseconds since 1970 in UTC.

CREATE TABLE {own}history_events (
  id TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  reason TEXT NOT NULL,
  raised_to INTEGER NOT NULL,
  open INTEGER NOT NULL
);

CREATE TABLE {own}lost_states (
  event_id TEXT NOT NULL,
  user_id TEXT NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  base_daily INTEGER NOT NULL,
  base_weekly INTEGER NOT NULL,
  base_monthly INTEGER NOT NULL,
  base_yearly INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  recovered INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (event_id, user_id)
) WITHOUT ROWID;

-- Users whose rows other programs have changed; the cache is told of them.
CREATE TABLE {own}foreign_changes (
  user_id TEXT PRIMARY KEY NOT NULL,
  version INTEGER NOT NULL
) WITHOUT ROWID;

-- Set within transactions of ours that change rows without giving them versions.
ALTER TABLE {own}store_clock ADD COLUMN own INTEGER NOT NULL DEFAULT 0;

-- Whether the higher scores of a cache that another application had filled were
-- taken over; that happens once.
ALTER TABLE {own}sync_state ADD COLUMN contacted INTEGER NOT NULL DEFAULT 0;
UPDATE {own}sync_state SET contacted = (run_id <> '');
