-- The boards of periods that have ended. Leaderboard 0 is the default one. A row without an end
-- stands for the period that is open, so that its end is noticed, however late.
CREATE TABLE {own}past_periods (
  leaderboard_id bigint NOT NULL,
  period text NOT NULL,
  started_at timestamptz NOT NULL,
  ended_at timestamptz,
  total_users bigint NOT NULL DEFAULT 0,
  dropped boolean NOT NULL DEFAULT false,
  PRIMARY KEY (leaderboard_id, period, started_at)
);
CREATE INDEX ON {own}past_periods (leaderboard_id) WHERE dropped;

CREATE TABLE {own}past_scores (
  leaderboard_id bigint NOT NULL,
  period text NOT NULL,
  started_at timestamptz NOT NULL,
  rank bigint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  score bigint NOT NULL,
  PRIMARY KEY (leaderboard_id, period, started_at, rank)
);
