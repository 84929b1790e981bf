"""Pairs of stores, and programs that run on them."""
import contextlib
import http.client
import json
import pathlib
import re
import shutil
import sqlite3
import subprocess
import tempfile

from service import clean_environment, end, postgres_database, redis_server, until


class stores:
    def __init__(self, pair):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="standings-upgrade-"))
        self.postgres = self.redis = None
        self.settings = ["leaderboard.rollover=off", "reconcile.enabled=false"]
        if pair.startswith("postgres"):
            self.postgres, self.redis = postgres_database(), redis_server()
            self.settings += ["database.backend=postgres", f"database.url={self.postgres.url}",
                              "cache.backend=redis", f"cache.port={self.redis.port}"]
        # The role of the tests' server is called `standings`: its search_path begins with the schema of that name.
        self.schema = "standings" if "one schema" in pair else "standings_books"
        self.new_settings = [f"database.schema={self.schema}"] if self.postgres else []

    def sqlite(self):
        return contextlib.closing(sqlite3.connect(self.folder / "standings.db"))

    def rows(self, query):
        """Lists of texts."""
        if self.postgres:
            out = self.postgres.sql(query)
            return [line.split("|") for line in out.splitlines()]
        with self.sqlite() as database:
            return [["" if cell is None else str(cell) for cell in row] for row in database.execute(query)]

    def contents(self):
        """All that a start must not change, as text."""
        if not self.postgres:
            with self.sqlite() as database:
                return "\n".join(line for line in database.iterdump() if "store_clock" not in line)
        dump = subprocess.run([self.postgres.bin / "pg_dump", "--inserts", self.postgres.url], check=True, text=True,
                              capture_output=True).stdout
        keys = sorted(self.redis.cli("keys", "*").splitlines())
        return re.sub(r"\\(un)?restrict .*", "", dump) + "\n".join(keys)

    def stop(self):
        for server in (self.redis, self.postgres):
            if server:
                server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def stores_of(pair):
    made = stores(pair)
    try:
        yield made
    finally:
        made.stop()


class program:
    """A running service, `old` or `new`."""

    def __init__(self, name, binary, on):
        self.name, self.binary, self.on, self.process = name, binary, on, None
        self.start()

    def start(self, ready=True):
        settings = self.on.settings + (self.on.new_settings if self.name == "new" else [])
        options = [word for setting in settings for word in ("--set", setting)]
        self.log = tempfile.TemporaryFile("w+")
        token = {} if self.name == "old" else {"STANDINGS_ADMIN_OPEN_ON_LOOPBACK": "true"}
        self.process = subprocess.Popen([self.binary, "serve", "--data-dir", self.on.folder, "--port", "0", *options],
                                        stdout=self.log, stderr=self.log, env=clean_environment() | token)
        self.port = until(self.logged_port, f"{self.name} to listen") if ready else self.port_or_end()
        if ready:
            until(lambda: self.get("/readyz")[0] == 200, f"{self.name} to be ready")

    def port_or_end(self):
        until(lambda: self.process.poll() is not None or self.found_port(), f"{self.name} to listen or to end")
        return self.found_port()

    def logged_port(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.name} has ended:\n" + self.logged())
        return self.found_port()

    def found_port(self):
        found = re.search(r"Listening on http://127\.0\.0\.1:(\d+)", self.logged())
        return int(found[1]) if found else None

    def logged(self):
        self.log.flush()
        self.log.seek(0)
        return self.log.read()

    def request(self, method, target, body=None, headers=None, timeout=30):
        """(status, JSON or text); status 0 where there was no answer."""
        try:
            with contextlib.closing(http.client.HTTPConnection("127.0.0.1", self.port or 1, timeout=timeout)) as connection:
                connection.request(method, target, json.dumps(body) if body is not None else None,
                                   {"Content-Type": "application/json", **(headers or {})})
                response = connection.getresponse()
                text = response.read()
        except (OSError, http.client.HTTPException):
            return 0, ""
        try:
            return response.status, json.loads(text)
        except ValueError:
            return response.status, text.decode()

    def get(self, target):
        return self.request("GET", target)

    def update(self, user, count, key=None):
        return self.request("POST", "/api/redis-leaderboard/update", {"user_id": user, "count": count},
                            {"Idempotency-Key": key} if key else None, 10)

    def board(self, period, root="/api/redis-leaderboard"):
        out = {}
        while True:
            status, page = self.get(f"{root}/{period}?limit=1000&offset={len(out)}")
            if status != 200:
                return {"status": status}
            if not page["entries"]:
                return out
            out |= {entry["user_id"]: entry["score"] for entry in page["entries"]}

    def stop(self):
        if self.process:
            end(self.process)

