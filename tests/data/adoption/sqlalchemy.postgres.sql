-- SQLAlchemy: onupdate=datetime.utcnow leaves updated_at null until the first UPDATE.
CREATE TABLE pomo_leaderboard (
	id SERIAL NOT NULL,
	user_id VARCHAR(50) NOT NULL,
	daily_pomo INTEGER,
	weekly_pomo INTEGER,
	monthly_pomo INTEGER,
	yearly_pomo INTEGER,
	updated_at TIMESTAMP WITHOUT TIME ZONE,
	PRIMARY KEY (id)
);
CREATE UNIQUE INDEX ix_pomo_leaderboard_user_id ON pomo_leaderboard (user_id);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL,
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO alembic_version VALUES ('1975ea83b712');
INSERT INTO pomo_leaderboard (user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at) VALUES
	('anna', 3, 14, 60, 600, '2026-11-26 08:12:44.123456'),
	('ben', 1, 2, 5, 410, NULL),
	('cleo', NULL, NULL, NULL, 7, '2026-02-03 10:00:00');
