#!/usr/bin/env python3
"""fill_sqlite.py DATABASE NAME=USERS...: adds named leaderboards with the users user-000000000001 and so on to a
database that no service has open."""
import sqlite3
import sys
import time

db = sqlite3.connect(sys.argv[1], isolation_level=None)
db.execute("PRAGMA synchronous = OFF")
db.execute("BEGIN")
now = int(time.time() * 1_000_000)
version = db.execute("SELECT version FROM standings_store_clock").fetchone()[0]
for which in sys.argv[2:]:
    name, users = which.rsplit("=", 1)
    leaderboard = db.execute(
        "INSERT INTO standings_leaderboards (name, settings, created_at, last_used_at) VALUES (?, '{}', ?, ?)",
        (name, now, now)).lastrowid
    # Versions above the one in store_clock: to the triggers these are writes of the service itself.
    db.execute(
        """
        WITH RECURSIVE number(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM number WHERE i < :users)
        INSERT INTO standings_leaderboard_scores
            (leaderboard_id, user_id, daily_pomo, weekly_pomo, monthly_pomo, yearly_pomo, updated_at, version)
        SELECT :leaderboard, printf('user-%012d', i), s, s, s, s, :now, :version + i
        FROM (SELECT i, 1 + i * 7919 % 999983 AS s FROM number)
        """,
        {"users": int(users), "leaderboard": leaderboard, "now": now, "version": version})
    version += int(users)
db.execute("UPDATE standings_store_clock SET version = ?", (version,))
db.execute("COMMIT")
db.close()
