-- Named leaderboards beside the default one. What belongs to one carries its id, which
-- comes first in every key. Times are microseconds since 1970 in UTC.
CREATE TABLE {own}leaderboards (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE COLLATE BINARY,
  settings TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  last_used_at INTEGER NOT NULL,
  archived_at INTEGER
);

CREATE TABLE {own}leaderboard_scores (
  leaderboard_id INTEGER NOT NULL,
  user_id TEXT NOT NULL COLLATE BINARY,
  daily_pomo INTEGER NOT NULL DEFAULT 0,
  weekly_pomo INTEGER NOT NULL DEFAULT 0,
  monthly_pomo INTEGER NOT NULL DEFAULT 0,
  yearly_pomo INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  metadata TEXT,
  PRIMARY KEY (leaderboard_id, user_id)
) WITHOUT ROWID;

CREATE TABLE {own}leaderboard_periods (
  leaderboard_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  PRIMARY KEY (leaderboard_id, period)
) WITHOUT ROWID;

-- Idempotency keys with the first result, kept for 24 hours, by the first leaderboard that the
-- update names; id 0 stands for the default one.
CREATE TABLE {own}leaderboard_requests (
  leaderboard_id INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  request_key TEXT NOT NULL,
  body TEXT NOT NULL,
  states TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id, request_key)
) WITHOUT ROWID;
CREATE INDEX {own}leaderboard_requests_created_at ON {own}leaderboard_requests (created_at);

-- Every deleted row, so that a deletion can be undone.
CREATE TABLE {own}deleted_scores (
  leaderboard_id INTEGER NOT NULL,
  user_id TEXT NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  metadata TEXT,
  run_id TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  deleted_version INTEGER NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id, deleted_version)
) WITHOUT ROWID;
