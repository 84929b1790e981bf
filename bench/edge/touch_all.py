#!/usr/bin/env python3
"""touch_all.py PORT PREFIX LEADERBOARDS: counts one update in each leaderboard, over 16 connections, and prints how many leaderboards a
second that makes. Fails where an answer is no success."""
import http.client
import json
import sys
import threading
import time

port, prefix, leaderboards, connections = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), 16
failures = []


def touch(first):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.connect()
    for number in range(first, leaderboards + 1, connections):
        connection.request("POST", f"{prefix}{number}/update", json.dumps({"user_id": "user-000000000001"}),
                           {"Content-Type": "application/json"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            failures.append(f"{answer.status}: {body[:300]!r}")
            return


begun = time.perf_counter()
threads = [threading.Thread(target=touch, args=(first,)) for first in range(1, connections + 1)]
for one in threads:
    one.start()
for one in threads:
    one.join()
if failures:
    sys.exit(failures[0])
print(f"{leaderboards / (time.perf_counter() - begun):.0f}")
