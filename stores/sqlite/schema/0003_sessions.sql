-- Chat sessions that another application writes to Redis. Tables of these names
-- may be there already; the session store says which column they lack, and
-- creates the indexes that tell messages apart (sqlite_session_sql.hpp). Times are
-- microseconds since 1970 in UTC.

CREATE TABLE IF NOT EXISTS users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  external_id TEXT NOT NULL UNIQUE,
  name TEXT
);

CREATE TABLE IF NOT EXISTS "groups" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE
);

CREATE TABLE IF NOT EXISTS sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  external_id TEXT NOT NULL UNIQUE,
  group_id INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  synced_at INTEGER
);

-- Ids grow in the order of a session's messages.
CREATE TABLE IF NOT EXISTS messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id INTEGER NOT NULL,
  sender_id INTEGER NOT NULL,
  external_id TEXT,
  content TEXT NOT NULL,
  sent_at INTEGER
);

CREATE TABLE IF NOT EXISTS session_quarantine (
  external_id TEXT PRIMARY KEY NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
