-- The leaderboard's table, {table} being the configured name. Times are microseconds
-- since 1970 in UTC. It runs again where somebody has dropped the table.

-- A row that another program makes gets its version and its time from a trigger.
CREATE TABLE IF NOT EXISTS {table} (
  user_id TEXT PRIMARY KEY NOT NULL COLLATE BINARY,
  daily_pomo INTEGER NOT NULL DEFAULT 0,
  weekly_pomo INTEGER NOT NULL DEFAULT 0,
  monthly_pomo INTEGER NOT NULL DEFAULT 0,
  yearly_pomo INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL DEFAULT 0,
  version INTEGER NOT NULL DEFAULT 0
);
