-- The boards of periods that have ended. Leaderboard 0 is the default one. A row without an end
-- stands for the period that is open, so that its end is noticed, however late.
CREATE TABLE {own}past_periods (
  leaderboard_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  total_users INTEGER NOT NULL DEFAULT 0,
  dropped INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (leaderboard_id, period, started_at)
) WITHOUT ROWID;
CREATE INDEX {own}past_periods_dropped ON {own}past_periods (leaderboard_id) WHERE dropped;

CREATE TABLE {own}past_scores (
  leaderboard_id INTEGER NOT NULL,
  period TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  rank INTEGER NOT NULL,
  user_id TEXT NOT NULL COLLATE BINARY,
  score INTEGER NOT NULL,
  PRIMARY KEY (leaderboard_id, period, started_at, rank)
) WITHOUT ROWID;
