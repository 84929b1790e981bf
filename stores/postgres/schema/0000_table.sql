-- The leaderboard's table, {table} being the configured name. A table of an earlier
-- application has been adopted before this runs. It runs again where somebody has
-- dropped the table, so everything in it has to be such that it may be repeated.

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
