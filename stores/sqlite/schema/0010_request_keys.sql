-- An idempotency key belongs to its user: two users may use the same text.
CREATE TABLE {own}score_requests_by_user (
  request_key TEXT NOT NULL,
  user_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (user_id, request_key)
) WITHOUT ROWID;
INSERT INTO {own}score_requests_by_user
SELECT request_key, user_id, count, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, created_at
FROM {own}score_requests;
DROP TABLE {own}score_requests;
ALTER TABLE {own}score_requests_by_user RENAME TO {own}score_requests;
CREATE INDEX {own}score_requests_created_at ON {own}score_requests (created_at);
