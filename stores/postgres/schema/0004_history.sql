-- When the database went back behind what others had seen of it, and what the cache
-- had then. See docs/recovery.md.

CREATE TABLE {own}history_events (
  id text PRIMARY KEY,
  at timestamptz NOT NULL,
  reason text NOT NULL,
  raised_to bigint NOT NULL,
  open boolean NOT NULL
);

CREATE TABLE {own}lost_states (
  event_id text NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  daily_pomo bigint NOT NULL,
  weekly_pomo bigint NOT NULL,
  monthly_pomo bigint NOT NULL,
  yearly_pomo bigint NOT NULL,
  base_daily bigint NOT NULL,
  base_weekly bigint NOT NULL,
  base_monthly bigint NOT NULL,
  base_yearly bigint NOT NULL,
  updated_at timestamptz NOT NULL,
  version bigint NOT NULL,
  recovered boolean NOT NULL DEFAULT false,
  PRIMARY KEY (event_id, user_id)
);

-- Users whose rows other programs have changed; the cache is told of them.
CREATE TABLE {own}foreign_changes (
  user_id text COLLATE "C" PRIMARY KEY,
  version bigint NOT NULL
);

-- Whether the higher scores of a cache that another application had filled were
-- taken over; that happens once.
ALTER TABLE {own}sync_state ADD COLUMN contacted boolean NOT NULL DEFAULT false;
UPDATE {own}sync_state SET contacted = (run_id <> '');
