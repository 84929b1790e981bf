-- {table} is the configured name, {at} the column with the exact time of a row. Times
-- are microseconds since 1970 in UTC.

-- One row: the sequence of versions, and the last time given out. Time never
-- stands still between two transactions, so a reset separates them exactly.
CREATE TABLE {own}store_clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL
);
INSERT INTO {own}store_clock
  SELECT 1, coalesce(max(version), 0), coalesce(max({at}), 0) FROM {table};

CREATE TABLE {own}period_state (
  period TEXT PRIMARY KEY NOT NULL,
  started_at INTEGER NOT NULL
);

-- Idempotency keys with the first result, kept for 24 hours.
CREATE TABLE {own}score_requests (
  request_key TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX {own}score_requests_created_at ON {own}score_requests (created_at);

-- Every deleted row, so that a deletion can be undone.
CREATE TABLE {table}_deleted (
  user_id TEXT NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  deleted_version INTEGER NOT NULL,
  PRIMARY KEY (user_id, deleted_version)
) WITHOUT ROWID;
CREATE INDEX {table}_deleted_run_id ON {table}_deleted (run_id);
