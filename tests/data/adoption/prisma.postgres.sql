-- Prisma: DateTime is TIMESTAMP(3), and @updatedAt is written by the client.
CREATE TABLE "pomo_leaderboard" (
    "id" UUID NOT NULL,
    "user_id" TEXT NOT NULL,
    "daily_pomo" INTEGER NOT NULL DEFAULT 0,
    "weekly_pomo" INTEGER NOT NULL DEFAULT 0,
    "monthly_pomo" INTEGER NOT NULL DEFAULT 0,
    "yearly_pomo" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "updated_at" TIMESTAMP(3) NOT NULL,

    CONSTRAINT "pomo_leaderboard_pkey" PRIMARY KEY ("id")
);
CREATE UNIQUE INDEX "pomo_leaderboard_user_id_key" ON "pomo_leaderboard"("user_id");
INSERT INTO "pomo_leaderboard" ("id", "user_id", "daily_pomo", "weekly_pomo", "monthly_pomo", "yearly_pomo", "updated_at") VALUES
    ('5f0c2c4e-0d2f-4b57-a8f4-2f3a9c0f7b11', 'anna', 3, 14, 60, 600, '2026-11-26 08:12:44.123'),
    ('8a0e7d55-6f3e-4c58-9a3b-1d1f0a6c2e22', 'ben', 1, 2, 5, 410, '2026-11-26 07:00:00'),
    ('c3b1a2d4-7e6f-4f59-8b2c-9e8d7c6b5a33', 'cleo', 0, 0, 0, 7, '2026-02-03 10:00:00');
