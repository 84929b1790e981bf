"""Where the blocks of one page run: a folder, a port, and what the page's service needs."""
import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/contract"))

from service import BINARY, clean_environment, end, free_port, postgres_database, redis_server, standings, until  # noqa: E402


class room:
    def __init__(self, words):
        self.words = words
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="standings-docs-"))
        self.port = free_port()
        self.running = None
        self.servers = []
        self.environment = clean_environment() | {
            "PATH": f"{self.folder}/bin:{os.environ['PATH']}", "STANDINGS_HTTP_PORT": str(self.port),
            "STANDINGS_LEADERBOARD_ROLLOVER": "off", "STANDINGS_RECONCILE_ENABLED": "false", "HOME": str(self.folder)}
        self.lay_out()
        self.start_servers()
        if "service" in words or "demo" in words:
            self.serve("standings serve --demo" if "demo" in words else "standings serve")
        if "aliases" in words:
            until(lambda: self.read("/api/aliases/status")["last_cycle"], "the names to be mirrored")
        if "sessions" in words and "service" in words:
            until(lambda: self.read("/api/v1/sync/status")["service_status"] == "running", "sessions to be followed")

    def lay_out(self):
        """What the pages find where they say it is. scripts/run does not build here."""
        for link in ("bin/standings", "build/standings"):
            (self.folder / link).parent.mkdir()
            (self.folder / link).symlink_to(BINARY)
        (self.folder / "scripts").mkdir()
        script = self.folder / "scripts/run"
        script.write_text('#!/bin/sh\nmkdir -p var\nexec build/standings serve --data-dir var "$@"\n')
        script.chmod(0o755)
        for name in ("web", "docs"):
            if (ROOT / name).exists():
                (self.folder / name).symlink_to(ROOT / name)
        (self.folder / "standings.yaml").write_text("log: {level: info}\n")
        if "aliases" in self.words:
            standings.make_aliases(self)

    def start_servers(self):
        if "postgres" in self.words:
            database = self.add(postgres_database())
            self.environment |= {"STANDINGS_DATABASE_BACKEND": "postgres", "STANDINGS_DATABASE_URL": database.url,
                                 "DATABASE_URL": database.url}
            self.add_programs(database.bin)
            if "adopted" in self.words:
                database.sql((ROOT / "tests/data/adoption/sqlalchemy.postgres.sql").read_text())
        if "redis" in self.words:
            redis = self.add(redis_server())
            self.environment |= {"STANDINGS_CACHE_BACKEND": "redis", "STANDINGS_CACHE_PORT": str(redis.port),
                                 "REDIS_PORT": str(redis.port)}
            self.add_programs(redis.bin)
            if "sessions" in self.words:
                redis.cli("set", "session:room-1", json.dumps({
                    "session_id": "room-1", "group": "lobby", "created_at": "2026-11-26T09:14:03Z",
                    "updated_at": "2026-11-26T09:14:03Z", "messages": [{"sender_id": "ada", "content": "hello"}]}))

    def add(self, server):
        self.servers.append(server)
        return server

    def add_programs(self, folder):
        self.environment["PATH"] += f":{folder}"

    def here(self, text):
        """The page's addresses, as they are here. HOST stands for the service's in the runbook."""
        for name in ("127.0.0.1:8000", "localhost:8000", "HOST:8000"):
            text = text.replace(name, f"127.0.0.1:{self.port}")
        return text

    def run(self, text):
        """Runs a block. Returns the finished process."""
        environment = dict(self.environment)
        if "RUN_ID" in text:
            environment["RUN_ID"] = self.read("/api/periodic-sync/runs")["runs"][0]["run_id"]
        process = subprocess.Popen(["bash", "-euo", "pipefail", "-c", self.here(text)], cwd=self.folder, env=environment,
                                   text=True, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   start_new_session=True)
        try:
            output, error = process.communicate(timeout=60)
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)  # also what it left in the background
        return subprocess.CompletedProcess(text, process.returncode, output, error)

    def script(self, text):
        """Runs a module of JavaScript."""
        module = self.folder / "page.mjs"
        module.write_text(self.here(text.replace("http://127.0.0.1:8000/standings.js", str(ROOT / "web/standings.js"))))
        return subprocess.run(["node", module], cwd=self.folder, env=self.environment, text=True, capture_output=True, timeout=60)

    def serve(self, text):
        self.stop_service()
        self.running = self.in_background(text)
        until(self.is_ready, f"the service of: {text}")
        made = next(path for path in (self.folder / "var/admin.token", self.folder / "admin.token") if path.exists())
        self.token = made.read_text().strip()
        self.environment["STANDINGS_TOKEN"] = self.token

    def is_ready(self):
        if self.running.poll() is not None:
            raise AssertionError(f"it has ended: {(self.folder / 'log').read_text()}")
        try:
            return standings.request(self, "GET", "/readyz").status == 200
        except ConnectionError:
            return False

    def in_background(self, text, output="log"):
        with open(self.folder / output, "a") as log:
            return subprocess.Popen(["bash", "-euc", "exec " + self.here(text).strip()], cwd=self.folder,
                                    env=self.environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)

    def interrupt(self, text):
        """Runs a block until Ctrl+C. Returns its exit code."""
        (self.folder / "log").write_text("")
        process = self.in_background(text)
        until(lambda: (self.folder / "log").read_text(), "a sign of life")
        process.send_signal(signal.SIGINT)
        return process.wait(20)

    def follow(self, text):
        """Runs a block until it has printed something. Returns that."""
        process = self.in_background(text, "followed")
        try:
            return until(lambda: (self.folder / "followed").read_text(), "something to be printed")
        finally:
            process.kill()
            process.wait()

    def read(self, target):
        return json.loads(standings.request(self, "GET", target, {"Authorization": f"Bearer {self.token}"}).content)

    def stop_service(self):
        if self.running:
            end(self.running)
        self.running = None

    def stop(self):
        self.stop_service()
        for server in reversed(self.servers):
            server.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextlib.contextmanager
def opened(words):
    made = room(words)
    try:
        yield made
    finally:
        made.stop()
