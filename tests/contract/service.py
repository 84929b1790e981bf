"""The real program for tests, on free ports of this machine, with its own data, PostgreSQL database and Redis."""
import contextlib
import functools
import http.client
import itertools
import json
import os
import pathlib
import random
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import uuid

BINARY = os.environ["STANDINGS_BINARY"]
CONFIGURING = ("STANDINGS_", "REDIS_", "POSTGRES_", "DATABASE_URL")


def clean_environment():
    """This process's variables without those that configure the service."""
    return {name: value for name, value in os.environ.items() if not name.startswith(CONFIGURING)}


def until(done, what, limit=30):
    """Calls `done` until it returns something true, and returns that."""
    end = time.monotonic() + limit
    while True:
        found = done()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"still waiting for {what} after {limit} s")
        time.sleep(0.02)


@functools.cache
def ports_of_this_process():
    """A block of ports that no other test process uses until this one ends: see tests/support/free_port.cpp."""
    while True:
        block = random.randrange(200)
        held = socket.socket(socket.AF_UNIX)
        with contextlib.suppress(OSError):
            held.bind(f"\0standings-test-ports-{block}")
            return held, itertools.cycle(range(10_000 + 100 * block, 10_100 + 100 * block))
        held.close()


def free_port():
    """Below the range from which the system takes the ports of outgoing connections, and not one that was given lately."""
    _, ports = ports_of_this_process()
    while True:
        port = next(ports)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def end(process):
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(15)
    if process.poll() is None:
        process.kill()
        process.wait()


class redis_server:
    def __init__(self):
        self.bin = pathlib.Path(os.environ["TEST_REDIS_BIN"])
        self.folder = tempfile.mkdtemp(prefix="standings-redis-")
        self.port = free_port()
        self.process = subprocess.Popen(
            [self.bin / "redis-server", "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--dir", self.folder],
            stdout=subprocess.DEVNULL)
        until(lambda: self.cli("ping") == "PONG\n", "Redis")

    def cli(self, *words):
        return subprocess.run([self.bin / "redis-cli", "-p", str(self.port), *words], text=True, capture_output=True).stdout

    def stop(self):
        end(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)


class postgres_database:
    """A database of its own on the server of scripts/servers.sh."""

    def __init__(self):
        self.server = os.environ["TEST_POSTGRES_URL"]
        self.bin = pathlib.Path(os.environ["TEST_POSTGRES_BIN"])
        self.name = f"contract_{uuid.uuid4().hex[:12]}"
        self.url = f"{self.server.rsplit('/', 1)[0]}/{self.name}"
        self.sql(f"CREATE DATABASE {self.name}", self.server)

    def sql(self, text, url=None):
        return subprocess.run([self.bin / "psql", "-qAtX", "-v", "ON_ERROR_STOP=1", url or self.url, "-c", text],
                              text=True, check=True, capture_output=True).stdout

    def stop(self):
        self.sql(f"DROP DATABASE {self.name} WITH (FORCE)", self.server)


class standings:
    """A running service; ready when constructed."""

    def __init__(self, settings=(), environment=None):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="standings-service-"))
        self.make_aliases()
        self.log = open(self.folder / "log", "w+")
        options = [word for setting in ("leaderboard.rollover=off", *settings) for word in ("--set", setting)]
        self.process = subprocess.Popen(
            [BINARY, "serve", "--data-dir", self.folder, "--port", "0", *options],
            stdout=self.log, stderr=self.log, env=clean_environment() | (environment or {}))
        self.port = until(self.logged_port, "the service to listen")
        until(lambda: self.get("/readyz").status == 200, "the service to be ready")

    def make_aliases(self):
        with contextlib.closing(sqlite3.connect(self.folder / "sports_data.db")) as source:
            for kind, name, number in (("team", "rmcf", 7), ("team", "Bodø/Glimt", 8),
                                       ("player", "mbappe", 10), ("league", "ucl", 1), ("market", "1x2", 3)):
                source.execute(f"CREATE TABLE IF NOT EXISTS {kind}_aliases({kind}_id, alias)")
                source.execute(f"INSERT INTO {kind}_aliases VALUES (?, ?)", (number, name))
            source.commit()

    def logged_port(self):
        if self.process.poll() is not None:
            raise AssertionError("the service has ended:\n" + self.logged())
        found = re.search(r"Listening on http://127\.0\.0\.1:(\d+)", self.logged())
        return int(found[1]) if found else None

    def logged(self):
        return (self.folder / "log").read_text()

    def request(self, method, target, headers=None, body=None):
        """Sends a request on a connection of its own. Returns the response with its body as `content`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request(method, target, body, headers or {})
            response = connection.getresponse()
            response.content = response.read()
            return response

    @contextlib.contextmanager
    def stream(self, target, headers=None):
        """The response to a GET, whose body is still to be read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        with contextlib.closing(connection):
            connection.request("GET", target, headers=headers or {})
            yield connection.getresponse()

    def get(self, target):
        return self.request("GET", target)

    def json(self, target):
        return json.loads(self.get(target).content)

    def stop(self):
        end(self.process)
        self.log.close()
        shutil.rmtree(self.folder, ignore_errors=True)
