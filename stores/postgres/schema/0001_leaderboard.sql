-- What belongs to the leaderboard {table}.

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
