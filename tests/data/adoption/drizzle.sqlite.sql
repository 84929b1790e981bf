-- Drizzle: integer({ mode: 'timestamp' }) is whole seconds.
CREATE TABLE `pomo_leaderboard` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`user_id` text NOT NULL,
	`daily_pomo` integer DEFAULT 0 NOT NULL,
	`weekly_pomo` integer DEFAULT 0 NOT NULL,
	`monthly_pomo` integer DEFAULT 0 NOT NULL,
	`yearly_pomo` integer DEFAULT 0 NOT NULL,
	`updated_at` integer NOT NULL
);
CREATE UNIQUE INDEX `pomo_leaderboard_user_id_unique` ON `pomo_leaderboard` (`user_id`);
CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric);
INSERT INTO `pomo_leaderboard` (`user_id`, `daily_pomo`, `weekly_pomo`, `monthly_pomo`, `yearly_pomo`, `updated_at`) VALUES
	('anna', 3, 14, 60, 600, 1795680764),
	('ben', 1, 2, 5, 410, 1795676400),
	('cleo', 0, 0, 0, 7, 1770112800);
