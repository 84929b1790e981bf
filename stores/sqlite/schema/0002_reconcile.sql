-- What the last complete run of reconcile has verified, and whether deletes are
-- held. One row, common to all instances.
CREATE TABLE {own}sync_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation TEXT NOT NULL DEFAULT '',
  run_id TEXT NOT NULL DEFAULT '',
  verified_up_to INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  held_candidates INTEGER NOT NULL DEFAULT 0,
  held_reason TEXT NOT NULL DEFAULT '',
  started INTEGER NOT NULL DEFAULT 1
);
INSERT INTO {own}sync_state (id) VALUES (1);

-- The history of runs; `report` is the run as the API shows it.
CREATE TABLE {own}sync_runs (
  run_id TEXT PRIMARY KEY NOT NULL,
  started_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  report TEXT NOT NULL
);
CREATE INDEX {own}sync_runs_started_at ON {own}sync_runs (started_at);

-- Users whom the last run that looked at them could not settle.
CREATE TABLE {own}sync_quarantine (
  user_id TEXT PRIMARY KEY NOT NULL,
  reason TEXT NOT NULL,
  run_id TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
);
