BEGIN TRANSACTION;
CREATE TABLE "groups" (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  name TEXT NOT NULL UNIQUE
);
CREATE TABLE messages (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  session_id INTEGER NOT NULL,
  sender_id INTEGER NOT NULL,
  external_id TEXT,
  content TEXT NOT NULL,
  sent_at INTEGER
);
CREATE TABLE period_state (
  period TEXT PRIMARY KEY NOT NULL,
  started_at INTEGER NOT NULL
);
INSERT INTO "period_state" VALUES('daily',1741617713355239);
CREATE TABLE pomo_leaderboard (
  user_id TEXT PRIMARY KEY NOT NULL COLLATE BINARY,
  daily_pomo INTEGER NOT NULL DEFAULT 0,
  weekly_pomo INTEGER NOT NULL DEFAULT 0,
  monthly_pomo INTEGER NOT NULL DEFAULT 0,
  yearly_pomo INTEGER NOT NULL DEFAULT 0,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL
);
INSERT INTO "pomo_leaderboard" VALUES('ann',4,11,11,11,1741617713376344,12);
INSERT INTO "pomo_leaderboard" VALUES('bob',1,8,8,8,1741617713382956,13);
INSERT INTO "pomo_leaderboard" VALUES('Ångström',0,3,3,3,1741617713313375,4);
INSERT INTO "pomo_leaderboard" VALUES('山田',0,3,3,3,1741617713318977,5);
INSERT INTO "pomo_leaderboard" VALUES('a:b',0,1,1,1,1741617713328088,6);
INSERT INTO "pomo_leaderboard" VALUES('{braced}',0,4,4,4,1741617713331084,7);
INSERT INTO "pomo_leaderboard" VALUES('''; DROP TABLE x',0,2,2,2,1741617713341298,8);
INSERT INTO "pomo_leaderboard" VALUES('idle',0,8,8,8,1741617713345887,10);
INSERT INTO "pomo_leaderboard" VALUES('late',6,6,6,6,1741617713385238,14);
CREATE TABLE pomo_leaderboard_deleted (
  user_id TEXT NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  run_id TEXT NOT NULL,
  deleted_at INTEGER NOT NULL,
  deleted_version INTEGER NOT NULL,
  PRIMARY KEY (user_id, deleted_version)
) WITHOUT ROWID;
INSERT INTO "pomo_leaderboard_deleted" VALUES('gone',9,9,9,9,1741617713344021,9,'admin',1741617713347899,11);
CREATE TABLE schema_migrations (name TEXT PRIMARY KEY NOT NULL, applied_at INTEGER NOT NULL);
INSERT INTO "schema_migrations" VALUES('0001_leaderboard.sql',1741617713209341);
INSERT INTO "schema_migrations" VALUES('0002_reconcile.sql',1741617713209880);
INSERT INTO "schema_migrations" VALUES('0003_sessions.sql',1741617713210572);
CREATE TABLE score_requests (
  request_key TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL,
  count INTEGER NOT NULL,
  daily_pomo INTEGER NOT NULL,
  weekly_pomo INTEGER NOT NULL,
  monthly_pomo INTEGER NOT NULL,
  yearly_pomo INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  version INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO "score_requests" VALUES('k-3','Ångström',3,3,3,3,3,1741617713313375,4,1741617713313375);
INSERT INTO "score_requests" VALUES('k-4','山田',3,3,3,3,3,1741617713318977,5,1741617713318977);
INSERT INTO "score_requests" VALUES('k-5','{braced}',4,4,4,4,4,1741617713331084,7,1741617713331084);
INSERT INTO "score_requests" VALUES('k-6','''; DROP TABLE x',2,2,2,2,2,1741617713341298,8,1741617713341298);
INSERT INTO "score_requests" VALUES('k-7','idle',8,8,8,8,8,1741617713345887,10,1741617713345887);
INSERT INTO "score_requests" VALUES('k-ann-1','ann',5,5,5,5,5,1741617713291943,1,1741617713291943);
INSERT INTO "score_requests" VALUES('k-ann-2','ann',4,4,11,11,11,1741617713376344,12,1741617713376344);
INSERT INTO "score_requests" VALUES('k-bob-1','bob',7,7,7,7,7,1741617713299304,2,1741617713299304);
INSERT INTO "score_requests" VALUES('k-gone','gone',9,9,9,9,9,1741617713344021,9,1741617713344021);
INSERT INTO "score_requests" VALUES('k-late','late',6,6,6,6,6,1741617713385238,14,1741617713385238);
CREATE TABLE session_quarantine (
  external_id TEXT PRIMARY KEY NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL
);
CREATE TABLE sessions (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  external_id TEXT NOT NULL UNIQUE,
  group_id INTEGER,
  created_at INTEGER,
  updated_at INTEGER,
  synced_at INTEGER
);
CREATE TABLE store_clock (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL,
  at INTEGER NOT NULL
);
INSERT INTO "store_clock" VALUES(1,14,1741617713385238);
CREATE TABLE sync_quarantine (
  user_id TEXT PRIMARY KEY NOT NULL,
  reason TEXT NOT NULL,
  run_id TEXT NOT NULL,
  first_at INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL
);
CREATE TABLE sync_runs (
  run_id TEXT PRIMARY KEY NOT NULL,
  started_at INTEGER NOT NULL,
  status TEXT NOT NULL,
  report TEXT NOT NULL
);
INSERT INTO "sync_runs" VALUES('3be4ee38-959b-456f-83ff-12c08c0adac1',1741617713387244,'completed','{"run_id":"3be4ee38-959b-456f-83ff-12c08c0adac1","status":"completed","trigger":"request","dry_run":false,"forced":false,"periods":["daily","weekly","monthly","yearly"],"started_at":"2025-03-10T14:41:53.387244Z","finished_at":"2025-03-10T14:41:53.396668Z","duration_ms":9,"users":9,"checked":9,"in_sync":9,"created":0,"updated":0,"healed":0,"removed_from_cache":0,"delete_candidates":0,"deleted":0,"changed_meanwhile":0,"quarantined":0,"batches":2,"failed_batches":0,"deletes_held":false,"held_reason":"","error":""}');
CREATE TABLE sync_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  generation TEXT NOT NULL DEFAULT '',
  run_id TEXT NOT NULL DEFAULT '',
  verified_up_to INTEGER NOT NULL DEFAULT 0,
  held INTEGER NOT NULL DEFAULT 0,
  held_candidates INTEGER NOT NULL DEFAULT 0,
  held_reason TEXT NOT NULL DEFAULT '',
  started INTEGER NOT NULL DEFAULT 1
);
INSERT INTO "sync_state" VALUES(1,'19849eb7-eebc-4f66-9726-f2f132531bfe','3be4ee38-959b-456f-83ff-12c08c0adac1',14,0,0,'',1);
CREATE TABLE users (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  external_id TEXT NOT NULL UNIQUE,
  name TEXT
);
CREATE INDEX score_requests_created_at ON score_requests (created_at);
CREATE INDEX pomo_leaderboard_deleted_run_id ON pomo_leaderboard_deleted (run_id);
CREATE INDEX sync_runs_started_at ON sync_runs (started_at);
DELETE FROM "sqlite_sequence";
COMMIT;
