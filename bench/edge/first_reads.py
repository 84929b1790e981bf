#!/usr/bin/env python3
"""first_reads.py PORT PREFIX LEADERBOARDS READS: reads the board of that many different leaderboards, one after the other,
and prints the median and the 99th percentile in milliseconds. Fails where an answer is no success."""
import http.client
import random
import sys
import time

port, prefix, leaderboards, reads = int(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
connection.connect()
took = []
for number in random.Random(11).sample(range(3, leaderboards + 1), min(reads, leaderboards - 2)):
    begun = time.perf_counter()
    connection.request("GET", f"{prefix}{number}/daily?limit=10")
    answer = connection.getresponse()
    body = answer.read()
    took.append((time.perf_counter() - begun) * 1000)
    if answer.status != 200:
        sys.exit(f"{answer.status}: {body[:300]!r}")
took.sort()
print(f"{took[len(took) // 2]:.1f} {took[int(0.99 * (len(took) - 1))]:.1f}")
