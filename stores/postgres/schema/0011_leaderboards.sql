-- Named leaderboards beside the default one. What belongs to one carries its id, which
-- comes first in every key, so that the tables can be partitioned by it.
CREATE TABLE {own}leaderboards (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  name text COLLATE "C" NOT NULL UNIQUE,
  settings json NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_used_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  archived_at timestamptz
);

-- Room on each page, so that an update stays on its page and touches no index.
CREATE TABLE {own}leaderboard_scores (
  leaderboard_id bigint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  daily_pomo bigint NOT NULL DEFAULT 0,
  weekly_pomo bigint NOT NULL DEFAULT 0,
  monthly_pomo bigint NOT NULL DEFAULT 0,
  yearly_pomo bigint NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL,
  metadata json,
  PRIMARY KEY (leaderboard_id, user_id)
) WITH (fillfactor = 70);

CREATE TABLE {own}leaderboard_periods (
  leaderboard_id bigint NOT NULL,
  period text NOT NULL,
  started_at timestamptz NOT NULL,
  PRIMARY KEY (leaderboard_id, period)
);

-- Idempotency keys with the first result, kept for 24 hours, by the first leaderboard that the
-- update names; id 0 stands for the default one.
CREATE TABLE {own}leaderboard_requests (
  leaderboard_id bigint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  request_key text COLLATE "C" NOT NULL,
  body text NOT NULL,
  states text NOT NULL,
  created_at timestamptz NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id, request_key)
);
CREATE INDEX ON {own}leaderboard_requests (created_at);

-- Every deleted row, so that a deletion can be undone.
CREATE TABLE {own}deleted_scores (
  leaderboard_id bigint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  daily_pomo bigint NOT NULL,
  weekly_pomo bigint NOT NULL,
  monthly_pomo bigint NOT NULL,
  yearly_pomo bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL,
  metadata json,
  run_id text NOT NULL,
  deleted_at timestamptz NOT NULL,
  deleted_version bigint NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id, deleted_version)
);
