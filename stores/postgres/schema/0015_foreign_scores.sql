-- Users of named leaderboards whose rows other programs have changed; the cache is told of them.
CREATE TABLE {own}foreign_scores (
  leaderboard_id bigint NOT NULL,
  user_id text COLLATE "C" NOT NULL,
  version bigint NOT NULL,
  PRIMARY KEY (leaderboard_id, user_id)
);

-- Gives the changes of other programs a version, as the trigger of the default leaderboard's table
-- does. A change of scores that leaves the time alone counts as made now; scores that have expired
-- by a start that is recorded, and were not written, do not come back with the new time. Our own transactions set `standings.own`.
CREATE FUNCTION {own}score_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $body$
DECLARE
  starts timestamptz[];
BEGIN
  IF TG_OP <> 'DELETE' AND NEW.metadata IS NOT NULL THEN
    UPDATE {own}leaderboards SET user_metadata = true
    WHERE id = NEW.leaderboard_id AND NOT user_metadata;
  END IF;
  IF TG_OP = 'UPDATE'
     AND (NEW.leaderboard_id, NEW.user_id, NEW.daily_pomo, NEW.weekly_pomo, NEW.monthly_pomo,
          NEW.yearly_pomo, NEW.updated_at, NEW.version)
         IS NOT DISTINCT FROM
         (OLD.leaderboard_id, OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo,
          OLD.yearly_pomo, OLD.updated_at, OLD.version) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND (NEW.leaderboard_id, NEW.user_id)
                                               <> (OLD.leaderboard_id, OLD.user_id)) THEN
    INSERT INTO {own}deleted_scores
      (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, run_id, deleted_at, deleted_version)
    VALUES (OLD.leaderboard_id, OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo,
            OLD.yearly_pomo, OLD.updated_at, OLD.version, OLD.metadata, 'sql', clock_timestamp(),
            nextval('{table}_version'));
    INSERT INTO {own}foreign_scores
    VALUES (OLD.leaderboard_id, OLD.user_id, currval('{table}_version'))
    ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
  END IF;
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN
    IF (NEW.updated_at BETWEEN timestamptz '2000-01-01 00:00:00+00' AND clock_timestamp())
       IS NOT TRUE THEN
      NEW.updated_at := clock_timestamp();
    END IF;
  ELSIF (NEW.daily_pomo, NEW.weekly_pomo, NEW.monthly_pomo, NEW.yearly_pomo)
        IS DISTINCT FROM
        (OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo, OLD.yearly_pomo) THEN
    NEW.updated_at := greatest(OLD.updated_at, clock_timestamp());
  END IF;
  IF TG_OP = 'UPDATE' AND NEW.updated_at > OLD.updated_at THEN
    starts := ARRAY(SELECT coalesce(s.started_at, '-infinity') FROM
      unnest(ARRAY['daily', 'weekly', 'monthly', 'yearly']) WITH ORDINALITY AS p (name, place)
      LEFT JOIN {own}leaderboard_periods s
        ON s.leaderboard_id = OLD.leaderboard_id AND s.period = p.name ORDER BY p.place);
    IF OLD.updated_at < starts[1] AND NEW.daily_pomo = OLD.daily_pomo THEN
      NEW.daily_pomo := 0;
    END IF;
    IF OLD.updated_at < starts[2] AND NEW.weekly_pomo = OLD.weekly_pomo THEN
      NEW.weekly_pomo := 0;
    END IF;
    IF OLD.updated_at < starts[3] AND NEW.monthly_pomo = OLD.monthly_pomo THEN
      NEW.monthly_pomo := 0;
    END IF;
    IF OLD.updated_at < starts[4] AND NEW.yearly_pomo = OLD.yearly_pomo THEN
      NEW.yearly_pomo := 0;
    END IF;
  END IF;
  NEW.version := nextval('{table}_version');
  INSERT INTO {own}foreign_scores VALUES (NEW.leaderboard_id, NEW.user_id, NEW.version)
  ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
  RETURN NEW;
END
$body$;

CREATE FUNCTION {own}score_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER AS $body$
BEGIN
  WITH gone AS (
    INSERT INTO {own}deleted_scores
      (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
       version, metadata, run_id, deleted_at, deleted_version)
    SELECT leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at,
           version, metadata, 'sql', clock_timestamp(), nextval('{table}_version')
    FROM {own}leaderboard_scores RETURNING leaderboard_id, user_id, deleted_version
  )
  INSERT INTO {own}foreign_scores SELECT leaderboard_id, user_id, deleted_version FROM gone
  ON CONFLICT (leaderboard_id, user_id) DO UPDATE SET version = excluded.version;
  RETURN NULL;
END
$body$;

-- The sequence of versions is found in the schema of the leaderboard's table, whichever role writes.
DO $body$
DECLARE
  home text := (SELECT quote_ident(n.nspname) FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = '{table}'::regclass);
BEGIN
  EXECUTE 'ALTER FUNCTION {own}score_write() SET search_path = ' || home || ', pg_temp';
  EXECUTE 'ALTER FUNCTION {own}score_truncate() SET search_path = ' || home || ', pg_temp';
END
$body$;

CREATE TRIGGER standings_foreign_score_write
BEFORE INSERT OR UPDATE OR DELETE ON {own}leaderboard_scores FOR EACH ROW
WHEN (current_setting('standings.own', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION {own}score_write();

CREATE TRIGGER standings_foreign_score_truncate
BEFORE TRUNCATE ON {own}leaderboard_scores FOR EACH STATEMENT
WHEN (current_setting('standings.own', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION {own}score_truncate();
