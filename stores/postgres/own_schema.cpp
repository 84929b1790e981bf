#include "stores/postgres/own_schema.hpp"

#include "stores/postgres/failure.hpp"
#include "stores/postgres/statement.hpp"

#include <array>

namespace standings {

namespace {

/// Finds the table of the migrations in {schema} through the catalogue: naming an object in a
/// schema that the role may not use would fail.
constexpr auto find_own = R"sql(
SELECT has_schema_privilege(n.oid, 'USAGE')
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2::name
)sql";

/// One row for each grant that this role lacks on existing tables. $1 our schema, $2 the
/// leaderboard's table, $3 the prefix of our tables, $4 the archive.
constexpr auto missing_grants = R"sql(
WITH wanted AS (
  SELECT 1 AS turn, c.oid, c.relkind, n.oid AS schema, n.nspname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE c.oid IN (to_regclass($2), to_regclass($2 || '_version'))
  UNION ALL
  SELECT 2, c.oid, c.relkind, n.oid, n.nspname
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE n.nspname = $1 AND c.relkind = 'r'
    AND c.relname IN ($4::name, ($3 || 'schema_migrations')::name, ($3 || 'period_state')::name,
                      ($3 || 'score_requests')::name, ($3 || 'sync_state')::name,
                      ($3 || 'sync_runs')::name, ($3 || 'sync_quarantine')::name,
                      ($3 || 'leaderboards')::name, ($3 || 'leaderboard_scores')::name,
                      ($3 || 'leaderboard_periods')::name, ($3 || 'leaderboard_requests')::name,
                      ($3 || 'deleted_scores')::name, ($3 || 'past_periods')::name,
                      ($3 || 'past_scores')::name, ($3 || 'tenant_users')::name,
                      ($3 || 'foreign_scores')::name)
), rights AS (
  SELECT w.*, string_agg(r.name, ', ' ORDER BY r.turn) FILTER (
    WHERE NOT CASE w.relkind WHEN 'S' THEN has_sequence_privilege(w.oid, r.name)
                             ELSE has_table_privilege(w.oid, r.name) END) AS lacking
  FROM wanted w
  JOIN (VALUES (1, 'SELECT', 'r'), (2, 'INSERT', 'r'), (3, 'UPDATE', 'r'), (4, 'DELETE', 'r'),
               (1, 'USAGE', 'S'), (2, 'SELECT', 'S')) AS r (turn, name, kind)
    ON (r.kind = 'S') = (w.relkind = 'S')
  GROUP BY w.turn, w.oid, w.relkind, w.schema, w.nspname
)
SELECT format('GRANT USAGE ON SCHEMA %I TO %I', nspname, current_user)
FROM (SELECT DISTINCT schema, nspname FROM wanted) s
WHERE NOT has_schema_privilege(schema, 'USAGE')
UNION ALL
SELECT * FROM (
  SELECT format('GRANT %s ON %s%s TO %I', lacking, CASE relkind WHEN 'S' THEN 'SEQUENCE ' ELSE '' END,
                (SELECT format('%I.%I', nspname, relname) FROM pg_class c WHERE c.oid = rights.oid),
                current_user)
  FROM rights WHERE lacking IS NOT NULL ORDER BY turn, relkind
) grants
)sql";

/// What creating tables needs: whether our schema exists and may be added to, the same for the
/// schema of the leaderboard's table, and the names for the explanation.
constexpr auto making = R"sql(
SELECT to_regnamespace(quote_ident($1)) IS NOT NULL,
       CASE WHEN to_regnamespace(quote_ident($1)) IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege(to_regnamespace(quote_ident($1))::oid, 'CREATE') END,
       to_regclass($2) IS NOT NULL,
       coalesce(current_schema(), ''),
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false),
       quote_ident(current_database()), quote_ident(current_user),
       current_setting('search_path')
)sql";

/// The schema of a `schema_migrations` that an earlier version has left beside this table: it
/// contains our first migration, and this table's archive is in the same schema.
constexpr auto find_old = R"sql(
SELECT n.oid, n.nspname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass('schema_migrations')
  AND n.nspname <> $1 AND has_table_privilege(c.oid, 'SELECT')
  AND (SELECT count(*) = 2 FROM pg_attribute a
       WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname IN ('name', 'applied_at'))
  AND EXISTS (SELECT FROM pg_class d WHERE d.relnamespace = n.oid AND d.relname = $2::name)
)sql";

constexpr auto knows_us =
    "SELECT EXISTS (SELECT FROM schema_migrations WHERE name::text = '0001_leaderboard.sql')";

/// The tables that an earlier version had beside the leaderboard's.
constexpr std::array<const char*, 6> old_tables{"schema_migrations", "period_state",
                                                "score_requests",    "sync_state",
                                                "sync_runs",         "sync_quarantine"};

/// An older program would make its tables anew in {home} and count without the keys and periods
/// that have moved. The empty table, which it writes its first migration to, fails that; its own
/// words for the failure are `the database does not work (MOVED)`, the server's log has ours.
constexpr auto refuse_older_programs = R"sql(
CREATE FUNCTION {own}refuse_older_program() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
  RAISE EXCEPTION USING ERRCODE = 'MOVED',
    MESSAGE = 'this program is too old for the database: a newer version of Standings has moved its tables',
    DETAIL = 'They are in schema ' || TG_ARGV[0] || '.',
    HINT = 'Start the newer version.';
END
$body$;
CREATE TABLE {home}schema_migrations (name text PRIMARY KEY, applied_at timestamptz NOT NULL);
COMMENT ON TABLE {home}schema_migrations IS 'keeps older versions of Standings out; see docs/migration.md';
CREATE TRIGGER refuse_older_program BEFORE INSERT ON {home}schema_migrations
FOR EACH STATEMENT EXECUTE FUNCTION {own}refuse_older_program({schema});
)sql";

constexpr auto indexes_of = R"sql(
SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
WHERE i.indrelid = to_regclass($1)
)sql";

/// The table that the bookkeeping belongs to, from a comment, which a dump contains, too.
constexpr auto recorded_home = R"sql(
SELECT obj_description(to_regclass($1), 'pg_class'),
       coalesce((SELECT format('%I.%I', n.nspname, c.relname)
                 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                 WHERE c.oid = to_regclass($2)),
                format('%I.%I', coalesce(current_schema(), ''), $2))
)sql";

/// The tables that this transaction has created in our schema or moved there; none if that is the
/// schema of the leaderboard's table, where the administrator's grants stay as they are.
constexpr auto made_here = R"sql(
SELECT format('%I.%I', n.nspname, c.relname)
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relkind = 'r' AND pg_has_role(c.relowner, 'USAGE')
  AND c.xmin::text::bigint = txid_current() % 4294967296
  AND n.oid IS DISTINCT FROM (SELECT relnamespace FROM pg_class WHERE oid = to_regclass($2))
  AND NOT EXISTS (SELECT FROM pg_policy p
                  WHERE p.polrelid = c.oid AND p.polname = 'writers_of_the_leaderboard')
)sql";

/// The schemas of the search_path that exist, as its text, that of the leaderboard's table first.
constexpr auto path_from_table = R"sql(
SELECT string_agg(name, ', ' ORDER BY name::regnamespace = (
         SELECT relnamespace FROM pg_class WHERE oid = to_regclass($1)) DESC NULLS LAST, turn)
FROM (SELECT quote_ident(name) AS name, turn
      FROM unnest(current_schemas(false)) WITH ORDINALITY AS s (name, turn)) s
)sql";

constexpr std::string_view policy = "writers_of_the_leaderboard";

/// By name, so that it still holds after a dump was restored; evaluated once per statement.
constexpr auto may_write = "((SELECT has_table_privilege(to_regclass({home})::oid, 'INSERT')"
                           " AND has_table_privilege(to_regclass({home})::oid, 'UPDATE')))";

constexpr std::string_view home_mark = "Standings keeps the books of ";

std::string grants_text(const pqxx::result& rows) {
  std::string out;
  for (const auto& row : rows)
    out += (out.empty() ? "" : "; ") + std::string{row[0].c_str()};
  return out;
}

[[noreturn]] void refuse_for_rights(const std::string& what, const std::string& remedy) {
  throw postgres_refusal{fail_because(errc::store_unavailable,
                                      "the database does not allow what the service needs",
                                      what + ": 42501 permission denied; " + remedy)};
}

/// Refuses bookkeeping that belongs to a table of the same name in another schema.
void need_same_home(pqxx::transaction_base& tx, const table_names& names) {
  const auto row = exec_with(tx, recorded_home, names.own + "schema_migrations", names.table)[0];
  const std::string recorded = row[0].is_null() ? "" : row[0].c_str();
  if (!recorded.starts_with(home_mark))
    return;
  const auto home = recorded.substr(home_mark.size());
  if (home == row[1].c_str()
      || exec_with(tx, "SELECT to_regclass($1) IS NULL", home)[0][0].as<bool>())
    return;
  throw postgres_refusal{
      fail_because(errc::store_unavailable, "the database belongs to another leaderboard",
                   "schema " + names.schema + " keeps the books of " + home + ", not of "
                       + row[1].c_str() + "; give each its own database.schema")};
}

/// Renames a table with its indexes, because two leaderboards may share a schema.
void rename_with_prefix(pqxx::transaction_base& tx, const std::string& schema,
                        const std::string& name, const std::string& prefix) {
  for (const auto& row : exec_with(tx, indexes_of, schema + name)) {
    const std::string index = row[0].c_str();
    tx.exec("ALTER INDEX " + schema + tx.quote_name(index) + " RENAME TO "
            + tx.quote_name(prefix + index));
  }
  tx.exec("ALTER TABLE " + schema + name + " RENAME TO " + prefix + name);
}

void move_old_tables(pqxx::transaction_base& tx, const table_names& names) {
  const auto old = exec_with(tx, find_old, names.schema, names.table + "_deleted");
  if (old.empty() || !only_row(tx.exec(knows_us))[0].as<bool>())
    return;
  const auto from = tx.quote_name(old[0][1].c_str()) + ".";
  const auto to = " SET SCHEMA " + tx.quote_name(names.schema);
  const auto prefix = own_part(names.table);
  for (const std::string name : old_tables) {
    if (exec_with(tx, "SELECT to_regclass($1) IS NULL", from + name)[0][0].as<bool>())
      continue;
    if (!prefix.empty())
      rename_with_prefix(tx, from, name, prefix);
    tx.exec("ALTER TABLE " + from + prefix + name + to);
  }
  tx.exec("ALTER TABLE " + from + names.table + "_deleted" + to);
  if (exec_with(tx, "SELECT has_schema_privilege($1, 'CREATE')", old[0][1].c_str())[0][0]
          .as<bool>())
    tx.exec(replaced(replaced(with_names(refuse_older_programs, names), "{home}", from), "{schema}",
                     tx.quote(names.schema)));
}

} // namespace

void need_writable(pqxx::transaction_base& tx) {
  const auto row = only_row(
      tx.exec("SELECT pg_is_in_recovery(), current_setting('transaction_read_only') = 'on'"));
  const bool standby = row[0].as<bool>();
  if (!standby && !row[1].as<bool>())
    return;
  throw postgres_refusal{fail_because(
      errc::store_unavailable, "the database takes no writes",
      cause_of("looking at the database", "25006",
               standby ? "the server is a standby" : "default_transaction_read_only is on"))};
}

std::vector<std::string> applied_migrations(pqxx::transaction_base& tx, const table_names& names) {
  const auto own = own_part(names.table);
  const auto grants =
      exec_with(tx, missing_grants, names.schema, names.table, own, names.table + "_deleted");
  if (!grants.empty())
    refuse_for_rights("looking at the tables of the service", grants_text(grants));
  if (exec_with(tx, find_own, names.schema, own + "schema_migrations").empty())
    return {};
  const auto columns =
      exec_with(tx,
                "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass($1)"
                " AND NOT attisdropped AND attname IN ('name', 'applied_at')",
                names.own + "schema_migrations");
  if (columns[0][0].as<int>() != 2)
    throw postgres_refusal{
        fail_because(errc::store_unavailable, "the database belongs to another program",
                     "the table schema_migrations in schema " + names.schema
                         + " is another program's; name another schema as database.schema")};
  need_same_home(tx, names);
  std::vector<std::string> out;
  for (const auto& row : tx.exec("SELECT name FROM " + names.own + "schema_migrations")) {
    const std::string_view name = row[0].c_str();
    out.emplace_back(name.substr(0, name.find(':'))); // see 0016_older_programs.sql
  }
  return out;
}

void need_rights_to_make(pqxx::transaction_base& tx, const table_names& names) {
  const auto row = exec_with(tx, making, names.schema, names.table)[0];
  const std::string database = row[5].c_str();
  const std::string role = row[6].c_str();
  const auto schema = tx.quote_name(names.schema);
  if (!row[1].as<bool>())
    refuse_for_rights("making the tables of the service in schema " + names.schema,
                      row[0].as<bool>()
                          ? "GRANT CREATE, USAGE ON SCHEMA " + schema + " TO " + role
                          : "CREATE SCHEMA " + schema + " AUTHORIZATION " + role
                                + "; or GRANT CREATE ON DATABASE " + database + " TO " + role
                                + "; or start the service once as the owner of the tables;"
                                  " or name a schema that it may use as database.schema");
  if (row[2].as<bool>() || row[4].as<bool>())
    return;
  const std::string home = row[3].c_str();
  if (home.empty())
    throw postgres_refusal{
        fail_because(errc::store_unavailable, "the database does not allow what the service needs",
                     "making the table " + names.table + ": no schema of the search_path ("
                         + row[7].c_str() + ") is there, or may be used by role " + role)};
  refuse_for_rights("making the table " + names.table + " in schema " + home,
                    "GRANT CREATE ON SCHEMA " + tx.quote_name(home) + " TO " + role
                        + " (PostgreSQL 15 and later give it to the owner of the database alone)");
}

void keep_search_path(pqxx::transaction_base& tx, const table_names& names) {
  const auto path = exec_with(tx, path_from_table, names.table)[0][0];
  if (!path.is_null())
    exec_with(tx, "SELECT set_config('search_path', $1, true)", std::string{path.c_str()});
}

void make_own_schema(pqxx::transaction_base& tx, const table_names& names) {
  need_rights_to_make(tx, names);
  const auto schema = tx.quote_name(names.schema);
  const auto made = exec_with(tx, "SELECT to_regnamespace($1) IS NULL", schema)[0][0].as<bool>();
  if (made)
    tx.exec("CREATE SCHEMA " + schema + "; GRANT USAGE ON SCHEMA " + schema + " TO PUBLIC");
  const auto table = names.own + "schema_migrations";
  const auto is_missing = [&] {
    return exec_with(tx, "SELECT to_regclass($1) IS NULL", table)[0][0].as<bool>();
  };
  if (!is_missing())
    return;
  move_old_tables(tx, names);
  if (is_missing())
    tx.exec("CREATE TABLE " + table + " (name text PRIMARY KEY, applied_at timestamptz NOT NULL)");
}

void share_own_tables(pqxx::transaction_base& tx, const table_names& names) {
  const std::string home =
      exec_with(tx, recorded_home, names.own + "schema_migrations", names.table)[0][1].c_str();
  tx.exec("COMMENT ON TABLE " + names.own + "schema_migrations IS "
          + tx.quote(std::string{home_mark} + home));
  for (const auto& row : exec_with(tx, made_here, names.schema, home)) {
    const std::string own = row[0].c_str();
    tx.exec("CREATE POLICY " + std::string{policy} + " ON " + own + " USING "
            + replaced(may_write, "{home}", tx.quote(home)) + "; ALTER TABLE " + own
            + " ENABLE ROW LEVEL SECURITY; GRANT SELECT, INSERT, UPDATE, DELETE ON " + own
            + " TO PUBLIC");
  }
}

} // namespace standings
