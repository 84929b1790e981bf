-- Written by hand: no rowid, RFC 822 texts as Python's email.utils prints them, a zero for "never".
CREATE TABLE pomo_leaderboard (
  user_id VARCHAR(50) PRIMARY KEY,
  daily_pomo REAL, weekly_pomo REAL, monthly_pomo REAL, yearly_pomo REAL,
  updated_at VARCHAR
) WITHOUT ROWID;
INSERT INTO pomo_leaderboard VALUES
  ('anna', 3, 14, 60, 600, 'Thu, 26 Nov 2026 08:12:44 GMT'),
  ('ben', 1, 2, 5, 410, NULL),
  ('cleo', 0, 0, 0, 7, 'Tue, 03 Feb 2026 10:00:00 GMT');
