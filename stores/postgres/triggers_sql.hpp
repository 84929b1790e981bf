#pragma once

/// The triggers that give the changes of other programs a version; placeholders as in
/// postgres/score_sql.hpp. They ignore our own transactions, which set `standings.own`.
namespace standings::postgres_sql {

inline constexpr auto has_triggers = R"sql(
SELECT count(*) = 2 FROM pg_trigger
WHERE tgrelid = '{table}'::regclass AND tgenabled IN ('O', 'A')
  AND tgname IN ('standings_foreign_write_1',
                                                   'standings_foreign_truncate_1')
)sql";

/// The quoted schema of the table, in which the functions find our tables, whichever role calls
/// them.
inline constexpr auto table_schema = R"sql(
SELECT quote_ident(n.nspname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = '{table}'::regclass
)sql";

/// {schema} is the table's schema, {exact} the time that NEW.updated_at stands for, {shown} the
/// time of a change in the column's own format. A change of scores that leaves the time alone
/// counts as made now; expired scores that were not written do not come back with the new time. In
/// a text column a value that is no time counts as now.
inline constexpr auto create_triggers = R"sql(
CREATE OR REPLACE FUNCTION {own}foreign_write() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
DECLARE
  changed_at timestamptz := clock_timestamp();
  starts timestamptz[];
  rescored boolean;
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.user_id, NEW.daily_pomo, NEW.weekly_pomo, NEW.monthly_pomo,
                           NEW.yearly_pomo, NEW.updated_at, NEW.version)
     IS NOT DISTINCT FROM (OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo,
                           OLD.yearly_pomo, OLD.updated_at, OLD.version) THEN
    RETURN NEW;
  END IF;
  IF TG_OP = 'DELETE' OR (TG_OP = 'UPDATE' AND NEW.user_id <> OLD.user_id) THEN
    INSERT INTO {table}_deleted
      (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version, run_id,
       deleted_at, deleted_version)
    VALUES (OLD.user_id, OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo, OLD.yearly_pomo,
            OLD.{at}, OLD.version, 'sql', clock_timestamp(), nextval('{table}_version'));
    INSERT INTO {own}foreign_changes VALUES (OLD.user_id, currval('{table}_version'))
    ON CONFLICT (user_id) DO UPDATE SET version = excluded.version;
  END IF;
  PERFORM pg_notify('standings_changes', '{table}');
  IF TG_OP = 'DELETE' THEN
    RETURN OLD;
  END IF;
  IF TG_OP = 'INSERT' OR NEW.updated_at IS DISTINCT FROM OLD.updated_at THEN
    BEGIN
      changed_at := least(coalesce({exact}, clock_timestamp()), clock_timestamp());
    EXCEPTION WHEN data_exception THEN
      changed_at := clock_timestamp();
    END;
  END IF;
  IF TG_OP = 'UPDATE' THEN
    rescored := (NEW.daily_pomo, NEW.weekly_pomo, NEW.monthly_pomo, NEW.yearly_pomo)
                IS DISTINCT FROM
                (OLD.daily_pomo, OLD.weekly_pomo, OLD.monthly_pomo, OLD.yearly_pomo);
    IF NEW.updated_at IS NOT DISTINCT FROM OLD.updated_at THEN
      IF rescored THEN
        changed_at := greatest(OLD.{at}, changed_at);
        NEW.updated_at := {shown};
      ELSE
        changed_at := OLD.{at};
      END IF;
    END IF;
    IF changed_at > OLD.{at} THEN
      starts := ARRAY(SELECT coalesce(s.started_at, '-infinity') FROM
        unnest(ARRAY['daily', 'weekly', 'monthly', 'yearly']) WITH ORDINALITY AS p (name, place)
        LEFT JOIN {own}period_state s ON s.period = p.name ORDER BY p.place);
      IF OLD.{at} < starts[1] AND NEW.daily_pomo = OLD.daily_pomo THEN
        NEW.daily_pomo := 0;
      END IF;
      IF OLD.{at} < starts[2] AND NEW.weekly_pomo = OLD.weekly_pomo THEN
        NEW.weekly_pomo := 0;
      END IF;
      IF OLD.{at} < starts[3] AND NEW.monthly_pomo = OLD.monthly_pomo THEN
        NEW.monthly_pomo := 0;
      END IF;
      IF OLD.{at} < starts[4] AND NEW.yearly_pomo = OLD.yearly_pomo THEN
        NEW.yearly_pomo := 0;
      END IF;
    END IF;
  END IF;
  NEW.{at} := changed_at;
  NEW.version := nextval('{table}_version');
  INSERT INTO {own}foreign_changes VALUES (NEW.user_id, NEW.version)
  ON CONFLICT (user_id) DO UPDATE SET version = excluded.version;
  RETURN NEW;
END
$body$;

CREATE OR REPLACE FUNCTION {own}foreign_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = {schema}, pg_temp AS $body$
BEGIN
  WITH gone AS (
    INSERT INTO {table}_deleted
      (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version, run_id,
       deleted_at, deleted_version)
    SELECT user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, {at}, version, 'sql',
           clock_timestamp(), nextval('{table}_version')
    FROM {table} RETURNING user_id, deleted_version
  )
  INSERT INTO {own}foreign_changes SELECT user_id, deleted_version FROM gone
  ON CONFLICT (user_id) DO UPDATE SET version = excluded.version;
  PERFORM pg_notify('standings_changes', '{table}');
  RETURN NULL;
END
$body$;

CREATE OR REPLACE TRIGGER standings_foreign_write_1
BEFORE INSERT OR UPDATE OR DELETE ON {table} FOR EACH ROW
WHEN (current_setting('standings.own', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION {own}foreign_write();

CREATE OR REPLACE TRIGGER standings_foreign_truncate_1
BEFORE TRUNCATE ON {table} FOR EACH STATEMENT
WHEN (current_setting('standings.own', true) IS DISTINCT FROM 'on')
EXECUTE FUNCTION {own}foreign_truncate();
)sql";

inline constexpr auto pending_changes =
    "SELECT user_id, version FROM {own}foreign_changes ORDER BY user_id LIMIT $1";

/// $1 users, $2 versions.
inline constexpr auto settle_changes = R"sql(
DELETE FROM {own}foreign_changes c
USING unnest($1::text[], $2::bigint[]) AS d (user_id, version)
WHERE c.user_id = d.user_id COLLATE "C" AND c.version = d.version
)sql";

} // namespace standings::postgres_sql
