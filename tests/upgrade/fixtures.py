"""What the older build leaves in its stores: made by it, compared with what the newer one finds, and written as text."""
import datetime
import json
import re
import subprocess
import urllib.parse

from load import same
from service import until
from stores import program, stores_of

PERIODS = ("daily", "weekly", "monthly", "yearly")
API = "/api/redis-leaderboard"
# The fixtures say that they were made on this Monday, so that no clock of a test is before them.
MADE_ON = datetime.date(2025, 3, 10)

UPDATES = [("ann", 5, "k-ann-1"), ("bob", 7, "k-bob-1"), ("ann", 2, None), ("Ångström", 3, "k-3"), ("山田", 3, "k-4"),
           ("a:b", 1, None), ("{braced}", 4, "k-5"), ("'; DROP TABLE x", 2, "k-6"), ("gone", 9, "k-gone"), ("idle", 8, "k-7")]
AFTER_THE_RESET = [("ann", 4, "k-ann-2"), ("bob", 1, None), ("late", 6, "k-late")]
SESSION = {"session_id": "room-1", "group": "lobby", "created_at": "2025-03-10T09:14:03Z",
           "updated_at": "2025-03-10T09:14:03Z", "messages": [{"sender_id": "ada", "content": "hello"}]}


def fill(old, stores):
    """Has the old program write what a small installation has; returns what there was then."""
    results = {}
    for user, count, key in UPDATES:
        write(old, results, user, count, key)
    assert old.request("DELETE", f"{API}/admin/user/gone")[0] == 200
    assert old.request("POST", f"{API}/admin/reset/daily")[0] == 200
    for user, count, key in AFTER_THE_RESET:
        write(old, results, user, count, key)
    if stores.redis:
        stores.redis.cli("set", "session:room-1", json.dumps(SESSION))
        until(lambda: stores.rows("SELECT count(*) FROM messages") == [["1"]], "the session's rows")
    status, run = old.request("POST", "/api/periodic-sync/sync", {})
    assert status == 200, run
    return left(old, results)


def write(old, results, user, count, key):
    status, answer = old.update(user, count, key)
    assert status == 200, answer
    if key:
        results[key] = (user, count, answer["data"])


def without_cached_at(details):
    return {name: value for name, value in details.items() if name != "cached_at"}


class left:
    """What the old program showed in the end."""

    def __init__(self, old, results):
        self.results = results
        self.boards = {period: old.board(period) for period in PERIODS}
        self.details = {user: self.details_at(old, user) for user in self.boards["yearly"]}

    @staticmethod
    def details_at(service, user):
        status, details = service.get(f"{API}/user/{urllib.parse.quote(user, safe='')}")
        return without_cached_at(details) if status == 200 else status

    def expect(self, new, report, others=()):
        for period in PERIODS:
            found = {user: score for user, score in new.board(period).items() if user not in others}
            report.check(f"the {period} board is as before", *same(self.boards[period], found))
        report.check("scores, versions and times of all users are as before",
                     *same(self.details, {user: self.details_at(new, user) for user in self.details}))
        replayed = {key: new.update(user, count, key) for key, (user, count, _) in self.results.items()}
        report.check("repeated keys give the first result", *same(
            {key: (200, without_cached_at(first)) for key, (_, _, first) in self.results.items()},
            {key: (status, without_cached_at(answer.get("data", answer))) for key, (status, answer) in replayed.items()}))
        report.check("and count nothing", *same(self.boards["yearly"], {
            user: score for user, score in new.board("yearly").items() if user not in others}))
        report.check("a deleted user is gone", new.get(f"{API}/user/gone")[0] == 404)


def write_fixtures(old_binary, folder):
    folder.mkdir(parents=True, exist_ok=True)
    for pair, name in (("sqlite and memory", "sqlite.sql"), ("postgres and redis", "postgres.sql")):
        with stores_of(pair) as stores:
            old = program("old", old_binary, stores)
            fill(old, stores)
            old.stop()
            (folder / name).write_text(dated_back(dump_of(stores)))
            if stores.redis:
                (folder / "redis.jsonl").write_text(dated_back(commands_of(stores.redis)))


def dump_of(stores):
    if not stores.postgres:
        with stores.sqlite() as database:
            return "\n".join(database.iterdump()) + "\n"
    dump = subprocess.run([stores.postgres.bin / "pg_dump", "--inserts", "--no-owner", "--no-privileges", "--schema=public",
                           stores.postgres.url], check=True, text=True, capture_output=True).stdout
    kept = [line for line in dump.splitlines()
            if line and not re.match(r"--|SET |SELECT pg_catalog.set_config|\\|CREATE SCHEMA", line)]
    return "\n".join(kept) + "\n"


def commands_of(redis):
    """A Redis as the commands that fill it, one JSON array a line."""
    out = []
    for key in sorted(redis.cli("keys", "*").splitlines()):
        kind = redis.cli("type", key).strip()
        if kind == "string":
            out.append(["SET", key, redis.cli("get", key).removesuffix("\n")])
        elif kind == "zset":
            words = redis.cli("zrange", key, "0", "-1", "withscores").splitlines()
            out += [["ZADD", key, score, member] for member, score in zip(words[::2], words[1::2])]
        elif kind == "hash":
            words = redis.cli("hgetall", key).splitlines()
            out += [["HSET", key, field, value] for field, value in zip(words[::2], words[1::2])]
        else:
            raise AssertionError(f"{key} is a {kind}")
    return "".join(json.dumps(command, ensure_ascii=False) + "\n" for command in out)


def dated_back(text):
    """The same with all times moved from today to MADE_ON."""
    today = datetime.datetime.now(datetime.timezone.utc).date()
    micros = (today - MADE_ON).days * 86_400_000_000
    midnight = int(datetime.datetime.combine(today, datetime.time(), datetime.timezone.utc).timestamp()) * 1_000_000
    text = re.sub(r"\b\d{16}\b", lambda at: str(int(at[0]) - micros) if int(at[0]) >= midnight else at[0], text)
    return text.replace(today.isoformat(), MADE_ON.isoformat())
