-- Whether users of the leaderboard carry metadata, so that boards of others need not look for it.
ALTER TABLE {own}leaderboards ADD COLUMN user_metadata INTEGER NOT NULL DEFAULT 0;
