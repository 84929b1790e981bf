#pragma once

/// The SQL of the PostgreSQL session store. `{us:x}` and `{time:x}` as in time_sql.hpp;
/// `{time_or_null:x}` is null if the bigint x is `{never}`.
namespace standings::postgres_session_sql {

/// One row for each column of $1 (tables) and $2 (columns) that is missing in an existing table.
inline constexpr auto missing_columns = R"sql(
SELECT n.ord FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS n (tab, col, ord)
WHERE to_regclass(n.tab) IS NOT NULL AND NOT EXISTS (
  SELECT FROM pg_attribute
  WHERE attrelid = to_regclass(n.tab) AND attname = n.col AND NOT attisdropped)
ORDER BY n.ord
)sql";

/// $1 tables.
inline constexpr auto has_tables =
    "SELECT bool_and(to_regclass(t) IS NOT NULL) FROM unnest($1::text[]) AS t";

inline constexpr auto has_indexes =
    "SELECT to_regclass('messages_by_key') IS NOT NULL AND to_regclass('messages_by_time') IS NOT"
    " NULL AND to_regclass('messages_by_content') IS NOT NULL AND"
    " to_regclass('messages_by_session') IS NOT NULL";

/// What keeps us from using tables that another application has created: we add no index to them
/// that could refuse its rows.
inline constexpr auto unfit_tables = R"sql(
SELECT why FROM (
  SELECT 1 AS turn, v.tab || '.' || v.col || ' has no unique index' AS why
  FROM (VALUES ('users', 'external_id'), ('groups', 'name'), ('sessions', 'external_id'),
               ('session_quarantine', 'external_id')) AS v (tab, col)
  WHERE to_regclass(v.tab) IS NOT NULL AND NOT EXISTS (
    SELECT FROM pg_index i
    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = to_regclass(v.tab) AND i.indisunique AND i.indnkeyatts = 1
      AND i.indpred IS NULL AND a.attname = v.col)
  UNION ALL
  SELECT 2, v.tab || '.' || v.col || ' is not an integer'
  FROM (VALUES ('users', 'id'), ('groups', 'id'), ('sessions', 'id'), ('sessions', 'group_id'),
               ('messages', 'id'), ('messages', 'session_id'), ('messages', 'sender_id'))
       AS v (tab, col)
  JOIN pg_attribute a ON a.attrelid = to_regclass(v.tab) AND a.attname = v.col
  WHERE a.atttypid NOT IN ('int4'::regtype, 'int8'::regtype)
  UNION ALL
  SELECT 3, v.tab || '.' || a.attname || ' has to be given, and session sync has nothing for it'
  FROM (VALUES ('users', '{external_id}'), ('groups', '{name}'), ('sessions', '{external_id}'),
               ('messages', '{session_id,sender_id,content}')) AS v (tab, given)
  JOIN pg_attribute a ON a.attrelid = to_regclass(v.tab) AND a.attnum > 0 AND NOT a.attisdropped
  WHERE a.attnotnull AND a.attname <> ALL (v.given::name[]) AND a.attidentity = ''
    AND (NOT a.atthasdef OR (v.tab IN ('sessions', 'messages') AND a.attname IN
                             ('group_id', 'created_at', 'updated_at', 'external_id', 'sent_at')))
) reasons ORDER BY turn LIMIT 1
)sql";

/// The same if there are rows that we could not tell apart.
inline constexpr auto unfit_messages =
    "SELECT 'messages has rows already, and lacks the unique index messages_by_key'"
    " WHERE to_regclass('messages_by_key') IS NULL AND EXISTS (SELECT FROM messages)";

/// A content may be too long for an index entry, so its hash is indexed.
inline constexpr auto create_indexes = R"sql(
SELECT pg_advisory_xact_lock(hashtext('standings.migrations'));
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_key ON messages (session_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_time
  ON messages (session_id, sender_id, md5(content), sent_at)
  WHERE external_id IS NULL AND sent_at IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_content
  ON messages (session_id, sender_id, md5(content))
  WHERE external_id IS NULL AND sent_at IS NULL;
CREATE INDEX IF NOT EXISTS messages_by_session ON messages (session_id, id);
)sql";

inline constexpr auto find_groups = "SELECT id, name FROM groups WHERE name = ANY ($1::text[])";

/// Only new names draw ids; another instance may have added them first.
inline constexpr auto add_groups = R"sql(
INSERT INTO groups (name) SELECT n FROM unnest($1::text[]) AS n ORDER BY n COLLATE "C"
ON CONFLICT DO NOTHING
)sql";

inline constexpr auto find_users =
    "SELECT id, external_id, coalesce(name, '') FROM users WHERE external_id = ANY ($1::text[])";

inline constexpr auto add_users = R"sql(
INSERT INTO users (external_id) SELECT n FROM unnest($1::text[]) AS n ORDER BY n COLLATE "C"
ON CONFLICT DO NOTHING
)sql";

/// $1 ids, $2 names.
inline constexpr auto name_users = R"sql(
UPDATE users u SET name = n.name
FROM unnest($1::bigint[], $2::text[]) AS n (id, name) WHERE u.id = n.id
)sql";

inline constexpr auto find_sessions = R"sql(
SELECT id, external_id, coalesce(group_id, 0), coalesce({us:created_at}, {never}),
       coalesce({us:updated_at}, {never})
FROM sessions WHERE external_id = ANY ($1::text[])
)sql";

inline constexpr auto add_sessions = R"sql(
INSERT INTO sessions (external_id) SELECT n FROM unnest($1::text[]) AS n ORDER BY n COLLATE "C"
ON CONFLICT DO NOTHING RETURNING external_id
)sql";

/// $1 ids, $2 groups (0: none), $3 and $4 times.
inline constexpr auto change_sessions = R"sql(
UPDATE sessions s SET group_id = nullif(n.group_id, 0), created_at = {time_or_null:n.created},
  updated_at = {time_or_null:n.updated}, synced_at = clock_timestamp()
FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bigint[])
     AS n (id, group_id, created, updated)
WHERE s.id = n.id
)sql";

/// $1 sessions, $2 senders, $3 message ids ('': none), $4 contents, $5 times.
inline constexpr auto add_messages = R"sql(
INSERT INTO messages (session_id, sender_id, external_id, content, sent_at)
SELECT n.session, n.sender, nullif(n.key, ''), n.content, {time_or_null:n.at}
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
     WITH ORDINALITY AS n (session, sender, key, content, at, ord)
ORDER BY n.ord
ON CONFLICT DO NOTHING RETURNING session_id, id, external_id IS NOT NULL, sent_at IS NOT NULL
)sql";

/// $1 rows that were just added with a message_id and a time. Finds the earlier rows of the same
/// session, sender, content and time without a message_id. OFFSET 0 makes the planner look up each
/// row in its partial index.
inline constexpr auto find_twins_with_time = R"sql(
SELECT a.session_id, a.id, a.external_id, o.id, ''
FROM messages a CROSS JOIN LATERAL (
  SELECT o.id FROM messages o
  WHERE o.session_id = a.session_id AND o.sender_id = a.sender_id
    AND md5(o.content) = md5(a.content) AND o.content = a.content AND o.sent_at = a.sent_at
    AND o.external_id IS NULL AND o.sent_at IS NOT NULL OFFSET 0) o
WHERE a.id = ANY ($1::bigint[]) ORDER BY o.id, a.id
)sql";

/// The same for rows that were added without a time.
inline constexpr auto find_twins_without_time = R"sql(
SELECT a.session_id, a.id, a.external_id, o.id, ''
FROM messages a CROSS JOIN LATERAL (
  SELECT o.id FROM messages o
  WHERE o.session_id = a.session_id AND o.sender_id = a.sender_id
    AND md5(o.content) = md5(a.content) AND o.content = a.content
    AND o.external_id IS NULL AND o.sent_at IS NULL OFFSET 0) o
WHERE a.id = ANY ($1::bigint[]) ORDER BY o.id, a.id
)sql";

/// $1 rows that were just added without a message_id, $2 their sessions. Finds the earlier rows
/// with a message_id. No index finds them by content, so all rows of these sessions are read once.
inline constexpr auto find_twins_with_id = R"sql(
WITH a AS MATERIALIZED (
  SELECT session_id, id, sender_id, content, sent_at FROM messages WHERE id = ANY ($1::bigint[])),
o AS MATERIALIZED (
  SELECT o.* FROM unnest($2::bigint[]) AS s (id) CROSS JOIN LATERAL (
    SELECT session_id, id, sender_id, content, sent_at, external_id FROM messages
    WHERE session_id = s.id AND external_id IS NOT NULL OFFSET 0) o)
SELECT a.session_id, a.id, '', o.id, o.external_id
FROM a JOIN o USING (session_id, sender_id, content)
WHERE o.sent_at IS NOT DISTINCT FROM a.sent_at ORDER BY o.id, a.id
)sql";

inline constexpr auto drop_messages = "DELETE FROM messages WHERE id = ANY ($1::bigint[])";

/// $1 ids, $2 message ids.
inline constexpr auto name_messages = R"sql(
UPDATE messages m SET external_id = n.key
FROM unnest($1::bigint[], $2::text[]) AS n (id, key) WHERE m.id = n.id
)sql";

/// The same parameters, for messages with an id.
inline constexpr auto edit_messages = R"sql(
UPDATE messages m SET sender_id = n.sender, content = n.content, sent_at = {time_or_null:n.at}
FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])
     AS n (session, sender, key, content, at)
WHERE m.session_id = n.session AND m.external_id = n.key
  AND (m.sender_id, m.content, m.sent_at) IS DISTINCT FROM (n.sender, n.content, {time_or_null:n.at})
RETURNING m.session_id
)sql";

inline constexpr auto release =
    "DELETE FROM session_quarantine WHERE external_id = ANY ($1::text[])";

/// $1 a time.
inline constexpr auto release_before = R"sql(
DELETE FROM session_quarantine WHERE at < {time:1}
)sql";

inline constexpr auto now = "SELECT {us:clock_timestamp()}";

/// $1 how many to keep.
inline constexpr auto trim_quarantine = R"sql(
DELETE FROM session_quarantine WHERE external_id IN (
  SELECT external_id FROM session_quarantine ORDER BY at DESC, external_id OFFSET $1)
)sql";

/// $1 ids, $2 reasons.
inline constexpr auto quarantine = R"sql(
INSERT INTO session_quarantine AS q (external_id, reason, at)
SELECT n.id, n.reason, clock_timestamp() FROM unnest($1::text[], $2::text[]) AS n (id, reason)
ORDER BY n.id COLLATE "C"
ON CONFLICT (external_id) DO UPDATE SET reason = excluded.reason, at = excluded.at
)sql";

inline constexpr auto quarantined =
    "SELECT external_id, reason FROM session_quarantine WHERE external_id > $1"
    " ORDER BY external_id LIMIT $2";

inline constexpr auto read_sessions = R"sql(
SELECT s.id, s.external_id, coalesce(g.name, ''), coalesce({us:s.created_at}, {never}),
       coalesce({us:s.updated_at}, {never})
FROM sessions s LEFT JOIN groups g ON g.id = s.group_id WHERE s.external_id = ANY ($1::text[])
)sql";

/// $1 internal ids of sessions.
inline constexpr auto read_messages = R"sql(
SELECT m.session_id, coalesce(u.external_id, ''), coalesce(u.name, ''),
       coalesce(m.external_id, ''), m.content, coalesce({us:m.sent_at}, {never})
FROM messages m LEFT JOIN users u ON u.id = m.sender_id
WHERE m.session_id = ANY ($1::bigint[]) ORDER BY m.session_id, m.id
)sql";

inline constexpr auto scan = R"sql(
SELECT external_id FROM sessions WHERE external_id COLLATE "C" > $1
ORDER BY external_id COLLATE "C" LIMIT $2
)sql";

inline constexpr auto counts =
    "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM messages),"
    " (SELECT count(*) FROM users), (SELECT count(*) FROM groups),"
    " (SELECT count(*) FROM session_quarantine)";

} // namespace standings::postgres_session_sql
