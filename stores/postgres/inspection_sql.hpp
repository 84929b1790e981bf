#pragma once

/// The queries on PostgreSQL's catalogue about the leaderboard table, and on the table's rows
/// before it is adopted. `{table}` is the configured name, `{schema}` the name of our own schema as
/// a literal.
namespace standings::postgres_inspection_sql {

inline constexpr auto server = R"sql(
SELECT current_setting('server_version'), current_user, current_setting('server_encoding'),
       CASE WHEN to_regnamespace({schema}) IS NULL
            THEN has_database_privilege(current_database(), 'CREATE')
            ELSE has_schema_privilege(to_regnamespace({schema})::oid, 'CREATE') END,
       coalesce(has_schema_privilege(current_schema(), 'CREATE'), false)
)sql";

/// Whether our list of migrations exists, and whether it is ours.
inline constexpr auto bookkeeping = R"sql(
SELECT to_regclass('{own}schema_migrations') IS NOT NULL,
       count(*) FILTER (WHERE attname IN ('name', 'applied_at')) = 2
FROM pg_attribute
WHERE attrelid = to_regclass('{own}schema_migrations') AND attnum > 0 AND NOT attisdropped
)sql";

inline constexpr auto relation = R"sql(
SELECT format('%s.%s', n.nspname, c.relname) AS name, c.relkind, c.relpersistence,
       CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view'
            WHEN 'p' THEN 'partitioned table' WHEN 'f' THEN 'foreign table' ELSE 'table' END
         AS kind_name,
       EXISTS (SELECT FROM pg_inherits WHERE inhparent = c.oid) AND c.relkind = 'r' AS has_children,
       pg_get_userbyid(c.relowner) AS owner, pg_has_role(c.relowner, 'USAGE') AS may_alter,
       row_security_active(c.oid) AS row_security,
       has_table_privilege(c.oid, 'SELECT') AS may_select,
       has_table_privilege(c.oid, 'INSERT') AS may_insert,
       has_table_privilege(c.oid, 'UPDATE') AS may_update,
       has_table_privilege(c.oid, 'DELETE') AS may_delete
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE c.oid = to_regclass('{table}')
)sql";

/// A domain counts as its base type. `exact`: text is in byte order, times are exact to the
/// microsecond. `dependants`: objects that prevent a change of the type.
inline constexpr auto columns = R"sql(
SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type, b.typname, a.attnotnull,
       (a.atthasdef AND a.attgenerated = '') OR a.attidentity <> '' AS has_default,
       a.attgenerated <> '' AS generated,
       coalesce(l.collname, '') AS collation, coalesce(l.collisdeterministic, true) AS deterministic,
       t.typtype <> 'd' AND CASE
         WHEN b.typname = 'text' THEN l.collname = 'C'
         WHEN b.typname IN ('varchar', 'bpchar') THEN false
         ELSE a.atttypmod IN (-1, 6) END AS exact,
       coalesce(pg_get_expr(d.adbin, d.adrelid) LIKE '%{table}_version%', false) AS is_our_version,
       (SELECT string_agg(DISTINCT CASE WHEN r.oid IS NULL THEN 'the generated column ' || g.attname
                                        ELSE 'the view ' || r.ev_class::regclass END, ', ')
        FROM pg_depend p
        LEFT JOIN pg_rewrite r ON p.classid = 'pg_rewrite'::regclass AND r.oid = p.objid
        LEFT JOIN pg_attrdef e ON p.classid = 'pg_attrdef'::regclass AND e.oid = p.objid
        LEFT JOIN pg_attribute g ON g.attrelid = e.adrelid AND g.attnum = e.adnum
                                AND g.attgenerated <> '' AND g.attnum <> a.attnum
        WHERE p.refclassid = 'pg_class'::regclass AND p.refobjid = a.attrelid
          AND p.refobjsubid = a.attnum AND (r.oid IS NOT NULL OR g.attname IS NOT NULL))
         AS dependants
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_type b ON b.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
LEFT JOIN pg_collation l ON l.oid = a.attcollation
WHERE a.attrelid = to_regclass('{table}') AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum
)sql";

/// A unique index that ON CONFLICT can use.
inline constexpr auto unique_index = R"sql(
SELECT i.indexrelid::regclass FROM pg_index i
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attname = 'user_id'
WHERE i.indrelid = to_regclass('{table}') AND i.indisunique AND i.indimmediate AND i.indisvalid
  AND i.indpred IS NULL AND i.indexprs IS NULL AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
)sql";

/// A deferrable constraint, on which ON CONFLICT fails even if there are other indexes.
inline constexpr auto deferrable_unique = R"sql(
SELECT k.conname FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'user_id'
WHERE k.conrelid = to_regclass('{table}') AND k.contype IN ('p', 'u') AND k.condeferrable
  AND k.conkey = ARRAY[a.attnum]
)sql";

inline constexpr auto references = R"sql(
SELECT DISTINCT k.confrelid::regclass::text FROM pg_constraint k
JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attname = 'user_id'
WHERE k.contype = 'f' AND k.conrelid = to_regclass('{table}') AND a.attnum = ANY (k.conkey)
)sql";

inline constexpr auto referenced_by = R"sql(
SELECT DISTINCT k.conrelid::regclass::text FROM pg_constraint k
WHERE k.contype = 'f' AND k.confrelid = to_regclass('{table}')
)sql";

inline constexpr auto checks = R"sql(
SELECT conname FROM pg_constraint
WHERE contype IN ('c', 'x') AND conrelid = to_regclass('{table}') ORDER BY conname
)sql";

inline constexpr auto triggers = R"sql(
SELECT tgname FROM pg_trigger
WHERE tgrelid = to_regclass('{table}') AND NOT tgisinternal AND tgname NOT LIKE 'zz\_standings\_%'
ORDER BY tgname
)sql";

inline constexpr auto count = "SELECT count(*) FROM {table}";

inline constexpr auto null_ids = "SELECT count(*) FROM {table} WHERE user_id IS NULL";

inline constexpr auto duplicates = R"sql(
SELECT left(user_id::text, 60), count(*), sum(count(*) - 1) OVER ()
FROM {table} WHERE user_id IS NOT NULL GROUP BY user_id HAVING count(*) > 1
ORDER BY 2 DESC, 1 LIMIT 3
)sql";

} // namespace standings::postgres_inspection_sql
