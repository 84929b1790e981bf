-- {table} is the configured name. A table of an earlier application has been
-- adopted before this runs.

CREATE SEQUENCE IF NOT EXISTS {table}_version;

CREATE TABLE IF NOT EXISTS {table} (
  user_id text COLLATE "C" PRIMARY KEY,
  daily_pomo bigint NOT NULL DEFAULT 0,
  weekly_pomo bigint NOT NULL DEFAULT 0,
  monthly_pomo bigint NOT NULL DEFAULT 0,
  yearly_pomo bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  version bigint NOT NULL DEFAULT nextval('{table}_version')
);
-- Room on each page, so that an update stays on its page and touches no index.
ALTER TABLE {table} SET (fillfactor = 70);

CREATE TABLE {own}period_state (
  period text PRIMARY KEY,
  started_at timestamptz NOT NULL
);

-- Idempotency keys with the first result, kept for 24 hours.
CREATE TABLE {own}score_requests (
  request_key text COLLATE "C" PRIMARY KEY,
  user_id text COLLATE "C" NOT NULL,
  count bigint NOT NULL,
  daily_pomo bigint NOT NULL,
  weekly_pomo bigint NOT NULL,
  monthly_pomo bigint NOT NULL,
  yearly_pomo bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL,
  created_at timestamptz NOT NULL
);
CREATE INDEX ON {own}score_requests (created_at);

-- Every deleted row, so that a deletion can be undone.
CREATE TABLE {table}_deleted (
  user_id text COLLATE "C" NOT NULL,
  daily_pomo bigint NOT NULL,
  weekly_pomo bigint NOT NULL,
  monthly_pomo bigint NOT NULL,
  yearly_pomo bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL,
  run_id text NOT NULL,
  deleted_at timestamptz NOT NULL,
  deleted_version bigint NOT NULL,
  PRIMARY KEY (user_id, deleted_version)
);
CREATE INDEX ON {table}_deleted (run_id);
