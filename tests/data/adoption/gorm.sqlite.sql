-- GORM: times are texts with nine digits and an offset; schema_migrations is golang-migrate's.
CREATE TABLE `pomo_leaderboard` (`id` integer PRIMARY KEY AUTOINCREMENT,`created_at` datetime,`updated_at` datetime,`deleted_at` datetime,`user_id` text NOT NULL,`daily_pomo` integer,`weekly_pomo` integer,`monthly_pomo` integer,`yearly_pomo` integer);
CREATE UNIQUE INDEX `idx_pomo_leaderboard_user_id` ON `pomo_leaderboard`(`user_id`);
CREATE INDEX `idx_pomo_leaderboard_deleted_at` ON `pomo_leaderboard`(`deleted_at`);
CREATE TABLE schema_migrations (version uint64, dirty bool);
INSERT INTO schema_migrations VALUES (3, 0);
INSERT INTO `pomo_leaderboard` (`created_at`,`updated_at`,`deleted_at`,`user_id`,`daily_pomo`,`weekly_pomo`,`monthly_pomo`,`yearly_pomo`) VALUES
  ('2025-01-01 00:00:00.5+01:00','2026-11-26 09:12:44.123456789+01:00',NULL,'anna',3,14,60,600),
  ('2025-01-01 00:00:00.5+01:00','2026-11-26 08:00:00.25+01:00',NULL,'ben',1,2,5,410),
  ('2025-01-01 00:00:00.5+01:00','0001-01-01 00:00:00+00:00',NULL,'cleo',NULL,0,0,7);
