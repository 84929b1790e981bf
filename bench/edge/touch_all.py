#!/usr/bin/env python3
"""touch_all.py PORT PREFIX LEADERBOARDS: counts one update in each leaderboard, 16 in a request, and prints how many leaderboards a
second that makes. Fails where an answer is no success."""
import http.client
import json
import sys
import time

port, prefix, leaderboards = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
connection.connect()
begun = time.perf_counter()
for first in range(1, leaderboards + 1, 16):
    ids = [f"{prefix}{number}" for number in range(first, min(first + 16, leaderboards + 1))]
    connection.request("POST", "/api/leaderboards/update",
                       json.dumps({"user_id": "user-000000000001", "leaderboards": ids}),
                       {"Content-Type": "application/json"})
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        sys.exit(f"{answer.status}: {body[:300]!r}")
print(f"{leaderboards / (time.perf_counter() - begun):.0f}")
