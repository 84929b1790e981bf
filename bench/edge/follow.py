"""Follows a live board: follow.py PORT FOLLOWERS SECONDS PID

Opens the streams, then updates one user 50 times a second and counts the events that arrive. Prints
the followers, events a second, processor time of process PID for each event in microseconds (without
what the updates alone cost, which is measured first), and events a second for each follower.
"""

import os
import resource
import selectors
import socket
import sys
import time

UPDATES = 50  # a second
BODY = b'{"user_id":"user-000000000001","count":1}'
UPDATE = (
    b"POST /api/redis-leaderboard/update HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
    b"Content-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
)
FOLLOW = b"GET /api/redis-leaderboard/daily/live?limit=10 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"


def processor_time(pid):
    with open(f"/proc/{pid}/stat", encoding="ascii") as file:
        fields = file.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def connect(port):
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def run(port, pid, seconds, streams):
    """Updates at the rate and reads the streams; returns their events and the processor time."""
    writer = connect(port)
    events = 0
    started, before = time.monotonic(), processor_time(pid)
    for number in range(int(seconds * UPDATES)):
        writer.sendall(UPDATE)
        if not writer.recv(65_536).startswith(b"HTTP/1.1 200 "):
            sys.exit("an update was refused")
        while (left := started + number / UPDATES - time.monotonic()) > 0:
            for key, _ in streams.select(left):
                events += key.fileobj.recv(262_144).count(b"event: board\n")
    return events, processor_time(pid) - before


def main():
    port, followers, seconds, pid = (int(word) for word in sys.argv[1:5])
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    streams = selectors.DefaultSelector()
    _, idle = run(port, pid, seconds, streams)
    for _ in range(followers):
        stream = connect(port)
        stream.sendall(FOLLOW)
        while b"event: board\n" not in stream.recv(262_144):
            pass
        streams.register(stream, selectors.EVENT_READ)
    events, busy = run(port, pid, seconds, streams)
    cost = (busy - idle) / max(1, events) * 1e6
    print(followers, round(events / seconds), f"{cost:.1f}", f"{events / seconds / followers:.1f}")


main()
