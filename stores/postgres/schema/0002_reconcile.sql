-- What the last complete run of reconcile has verified, and whether deletes are
-- held. One row, common to all instances.
CREATE TABLE {own}sync_state (
  id int PRIMARY KEY CHECK (id = 1),
  generation text NOT NULL DEFAULT '',
  run_id text NOT NULL DEFAULT '',
  verified_up_to bigint NOT NULL DEFAULT 0,
  held boolean NOT NULL DEFAULT false,
  held_candidates bigint NOT NULL DEFAULT 0,
  held_reason text NOT NULL DEFAULT '',
  started boolean NOT NULL DEFAULT true
);
INSERT INTO {own}sync_state (id) VALUES (1);

-- The history of runs; `report` is the run as the API shows it.
CREATE TABLE {own}sync_runs (
  run_id text PRIMARY KEY,
  started_at timestamptz NOT NULL,
  status text NOT NULL,
  report jsonb NOT NULL
);
CREATE INDEX ON {own}sync_runs (started_at);

-- Users whom the last run that looked at them could not settle.
CREATE TABLE {own}sync_quarantine (
  user_id text COLLATE "C" PRIMARY KEY,
  reason text NOT NULL,
  run_id text NOT NULL,
  first_at timestamptz NOT NULL,
  last_at timestamptz NOT NULL,
  attempts bigint NOT NULL
);
