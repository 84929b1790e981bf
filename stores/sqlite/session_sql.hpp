#pragma once

/// The SQL of the SQLite session store.
namespace standings::sqlite_session_sql {

inline constexpr auto has_indexes =
    "SELECT count(*) = 4 FROM sqlite_master WHERE type = 'index' AND name IN"
    " ('messages_by_key', 'messages_by_time', 'messages_by_content', 'messages_by_session')";

/// What keeps us from using tables that another application has created: ids that SQLite does not
/// assign, and columns for which we have no value.
inline constexpr auto unfit_columns = R"sql(
WITH tables (name, given) AS (VALUES ('users', 'external_id'), ('groups', 'name'),
  ('sessions', 'external_id'), ('messages', 'session_id sender_id content'))
SELECT t.name || '.id is not an integer primary key' FROM tables t
WHERE EXISTS (SELECT 1 FROM pragma_table_info(t.name)) AND NOT EXISTS (SELECT 1 FROM pragma_table_info(t.name) c
                  WHERE c.name = 'id' AND c.pk = 1 AND upper(c.type) = 'INTEGER')
UNION ALL
SELECT t.name || '.' || c.name || ' has to be given, and session sync has nothing for it'
FROM tables t, pragma_table_info(t.name) c
WHERE c."notnull" AND c.pk = 0 AND instr(t.given, c.name) = 0
  AND (c.dflt_value IS NULL OR (t.name IN ('sessions', 'messages') AND c.name IN
                                ('group_id', 'created_at', 'updated_at', 'external_id', 'sent_at')))
LIMIT 1
)sql";

/// The tables' own unique columns need no index of ours: they are looked up in the transaction that
/// adds to them, which is the only one that writes.
inline constexpr auto create_indexes = R"sql(
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_key ON messages (session_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_time
  ON messages (session_id, sender_id, sent_at, content)
  WHERE external_id IS NULL AND sent_at IS NOT NULL;
CREATE UNIQUE INDEX IF NOT EXISTS messages_by_content ON messages (session_id, sender_id, content)
  WHERE external_id IS NULL AND sent_at IS NULL;
CREATE INDEX IF NOT EXISTS messages_by_session ON messages (session_id, id);
)sql";

inline constexpr auto find_group = "SELECT id FROM \"groups\" WHERE name = ?1";
inline constexpr auto add_group = "INSERT INTO \"groups\" (name) VALUES (?1)";

inline constexpr auto find_user = "SELECT id, coalesce(name, '') FROM users WHERE external_id = ?1";
inline constexpr auto add_user = "INSERT INTO users (external_id) VALUES (?1)";
inline constexpr auto name_user = "UPDATE users SET name = ?2 WHERE id = ?1";

inline constexpr auto find_session =
    "SELECT id, group_id, created_at, updated_at FROM sessions WHERE external_id = ?1";
inline constexpr auto add_session = "INSERT INTO sessions (external_id) VALUES (?1)";

/// ?1 id, ?2 group, ?3 and ?4 times, ?5 now.
inline constexpr auto change_session =
    "UPDATE sessions SET group_id = ?2, created_at = ?3, updated_at = ?4, synced_at = ?5"
    " WHERE id = ?1";

/// ?1 session, ?2 sender, ?3 message id, ?4 content, ?5 time.
inline constexpr auto add_message =
    "INSERT INTO messages (session_id, sender_id, external_id, content, sent_at)"
    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";

/// Parameters as above.
inline constexpr auto edit_message =
    "UPDATE messages SET sender_id = ?2, content = ?4, sent_at = ?5"
    " WHERE session_id = ?1 AND external_id = ?3"
    " AND (sender_id <> ?2 OR content <> ?4 OR sent_at IS NOT ?5)";

/// Whether a session has messages with an id, and whether it has any without.
inline constexpr auto has_messages_with_id =
    "SELECT EXISTS (SELECT 1 FROM messages WHERE session_id = ?1 AND external_id IS NOT NULL)";
inline constexpr auto has_messages_without_id =
    "SELECT EXISTS (SELECT 1 FROM messages WHERE session_id = ?1 AND external_id IS NULL"
    " AND sent_at IS NOT NULL) OR EXISTS (SELECT 1 FROM messages WHERE session_id = ?1"
    " AND external_id IS NULL AND sent_at IS NULL)";

inline constexpr auto message_rows =
    "SELECT id, sender_id, coalesce(external_id, ''), content, sent_at FROM messages"
    " WHERE session_id = ?1 ORDER BY id";

inline constexpr auto drop_message = "DELETE FROM messages WHERE id = ?1";
inline constexpr auto name_message = "UPDATE messages SET external_id = ?2 WHERE id = ?1";

inline constexpr auto release = "DELETE FROM session_quarantine WHERE external_id = ?1";
inline constexpr auto release_before = "DELETE FROM session_quarantine WHERE at < ?1";

inline constexpr auto quarantine =
    "INSERT INTO session_quarantine VALUES (?1, ?2, ?3) ON CONFLICT (external_id)"
    " DO UPDATE SET reason = excluded.reason, at = excluded.at";

inline constexpr auto last_quarantined = "SELECT coalesce(max(at), 0) FROM session_quarantine";

/// ?1 how many to keep.
inline constexpr auto trim_quarantine =
    "DELETE FROM session_quarantine WHERE external_id IN (SELECT external_id"
    " FROM session_quarantine ORDER BY at DESC, external_id LIMIT -1 OFFSET ?1)";

inline constexpr auto quarantined =
    "SELECT external_id, reason FROM session_quarantine WHERE external_id > ?1"
    " ORDER BY external_id LIMIT ?2";

inline constexpr auto read_session = R"sql(
SELECT s.id, coalesce(g.name, ''), s.created_at, s.updated_at
FROM sessions s LEFT JOIN "groups" g ON g.id = s.group_id WHERE s.external_id = ?1
)sql";

inline constexpr auto read_messages = R"sql(
SELECT coalesce(u.external_id, ''), coalesce(u.name, ''), coalesce(m.external_id, ''), m.content,
       m.sent_at
FROM messages m LEFT JOIN users u ON u.id = m.sender_id WHERE m.session_id = ?1 ORDER BY m.id
)sql";

inline constexpr auto scan =
    "SELECT external_id FROM sessions WHERE external_id > ?1 ORDER BY external_id LIMIT ?2";

inline constexpr auto counts =
    "SELECT (SELECT count(*) FROM sessions), (SELECT count(*) FROM messages),"
    " (SELECT count(*) FROM users), (SELECT count(*) FROM \"groups\"),"
    " (SELECT count(*) FROM session_quarantine)";

} // namespace standings::sqlite_session_sql
