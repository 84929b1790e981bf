-- Written by hand: numbers of JavaScript's Date.now(), no constraint, and a trigger that
-- touches every row that is changed.
CREATE TABLE pomo_leaderboard (
  user_id varchar(100) NOT NULL,
  daily_pomo numeric DEFAULT 0,
  weekly_pomo numeric DEFAULT 0,
  monthly_pomo numeric DEFAULT 0,
  yearly_pomo numeric DEFAULT 0,
  team text,
  updated_at bigint
);
CREATE INDEX ON pomo_leaderboard (user_id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS
  'BEGIN NEW.updated_at = floor(extract(epoch FROM now()) * 1000); RETURN NEW; END';
CREATE TRIGGER touch BEFORE UPDATE ON pomo_leaderboard FOR EACH ROW EXECUTE FUNCTION touch();
INSERT INTO pomo_leaderboard (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at) VALUES
  ('anna', 3, 14, 60, 600, 1795680764123),
  ('ben', 1, 2, 5, 410, 0),
  ('cleo', 0, 0, 0, 7, 1770112800000);
