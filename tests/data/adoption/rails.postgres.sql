-- Rails: timestamps are NOT NULL and set by ActiveRecord; schema_migrations is its own.
CREATE TABLE "schema_migrations" ("version" character varying NOT NULL PRIMARY KEY);
INSERT INTO "schema_migrations" VALUES ('20260131093000');
CREATE TABLE "ar_internal_metadata" ("key" character varying NOT NULL PRIMARY KEY, "value" character varying,
  "created_at" timestamp(6) NOT NULL, "updated_at" timestamp(6) NOT NULL);
CREATE TABLE "pomo_leaderboard" (
  "id" bigserial PRIMARY KEY,
  "user_id" character varying NOT NULL,
  "daily_pomo" integer DEFAULT 0 NOT NULL,
  "weekly_pomo" integer DEFAULT 0 NOT NULL,
  "monthly_pomo" integer DEFAULT 0 NOT NULL,
  "yearly_pomo" integer DEFAULT 0 NOT NULL,
  "created_at" timestamp(6) NOT NULL,
  "updated_at" timestamp(6) NOT NULL
);
CREATE UNIQUE INDEX "index_pomo_leaderboard_on_user_id" ON "pomo_leaderboard" ("user_id");
INSERT INTO "pomo_leaderboard" ("user_id", "daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo", "created_at", "updated_at") VALUES
  ('anna', 3, 14, 60, 600, '2025-01-01 00:00:00', '2026-11-26 08:12:44.123456'),
  ('ben', 1, 2, 5, 410, '2025-01-01 00:00:00', '2026-11-26 07:00:00'),
  ('cleo', 0, 0, 0, 7, '2025-01-01 00:00:00', '2026-02-03 10:00:00');
