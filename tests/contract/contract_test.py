#!/usr/bin/env python3
"""Drives every documented operation against the running service, with every answer that can be had, and
compares what it sends with the contract. Once with SQLite and the cache in the process, once with
PostgreSQL and Redis."""
import hashlib
import json
import tempfile
import unittest
from datetime import datetime, timezone

import jsonschema

from contract import contract
from service import postgres_database, redis_server, standings, until

TOKEN = "a-token-for-the-contract"
BEARER = {"Authorization": f"Bearer {TOKEN}"}

# Answers that need an outage or a race at the right moment. Tests in C++ provoke them.
NOT_DRIVEN = {
    ("rebuildCache", "409"), ("startRun", "409"), ("selfCheck", "409"), ("undoRun", "409"), ("recoverEvent", "409"),
    ("metrics", "429"),
}
# Common to all routes and provoked once, or never: 408 takes the time limit, 500 is a defect.
EVERYWHERE = {"400", "408", "413", "431", "500"}
LIMITED = {"RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"}


class driver:
    """Sends requests to one service, and collects how their answers differ from the contract."""

    def __init__(self, service, described):
        self.service = service
        self.described = described
        self.seen = set()
        self.problems = []

    def call(self, name, status, code=None, path=None, query=None, headers=None, body=None, raw=None, as_admin=True):
        """Sends an operation's examples with what is given instead; returns the parsed answer."""
        operation = self.described.operations[name]
        headers = dict(headers or {})
        content = raw
        body = body if body is not None else self.described.example_body(operation)
        if raw is None and body is not None:
            content = json.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        if as_admin:
            headers |= BEARER
        target = self.described.target(operation, path or {}, query or {})
        response = self.service.request(operation["method"], target, headers, content)
        where = f"{operation['method']} {target[:200]} ({name})"
        self.seen.add((name, str(response.status)))
        self.problems += [f"{where}: {why}" for why in self.described.check(operation, response)]
        answer = self.parsed(response)
        got = (response.status, answer.get("code") if code and isinstance(answer, dict) else None)
        if got != (status, code):
            self.problems.append(f"{where}: {status} {code or ''} was expected, not {response.status}: {response.content[:300]!r}")
        return answer

    @staticmethod
    def parsed(response):
        is_json = (response.getheader("Content-Type") or "").endswith("json")
        return json.loads(response.content) if is_json and response.content else response.content

    def follow(self, name, event, schema):
        """Reads a stream up to its first event of that name, whose data have to fit the schema."""
        operation = self.described.operations[name]
        target = self.described.target(operation, {}, {})
        with self.service.stream(target, BEARER) as response:
            response.content = b"a stream"
            self.problems += [f"{name}: {why}" for why in self.described.check(operation, response)]
            self.seen.add((name, str(response.status)))
            lines = iter(lambda: response.readline().decode(), "")
            while next(lines) != f"event: {event}\n":
                pass
            data = next(line for line in lines if line.startswith("data: "))
        found = self.described.misfits({"$ref": f"#/components/schemas/{schema}"}, json.loads(data.removeprefix("data: ")))
        self.problems += [f"{name}: {why}" for why in found]

    def paths(self, problem_of_path):
        """Each path refuses other methods, bodies that it cannot decode, and bodies of any other size."""
        for name, operation in self.described.operations.items():
            target = self.described.target(operation, {}, {})
            self.refused(name, self.service.request("PATCH", target), 405, "method_not_allowed", problem_of_path)
            encoded = self.service.request(operation["method"], target, BEARER | {"Content-Encoding": "gzip"})
            self.problems += [f"{name}: {why}" for why in self.described.check(operation, encoded)]
            self.seen.add((name, str(encoded.status)))
            self.refused(name, encoded, 415, "unsupported_media_type", problem_of_path)
            if operation["x-access"] != "admin":
                foreign = self.service.request(operation["method"], target, {"Host": "evil.example"})
                self.problems += [f"{name}: {why}" for why in self.described.check(operation, foreign)]
                self.seen.add((name, str(foreign.status)))
                self.refused(name, foreign, 403, "forbidden", problem_of_path)
            large = self.service.request(operation["method"], target, BEARER | {"Content-Length": "999999999"})
            self.refused(name, large, 413, "body_too_large", problem_of_path)
            if operation["method"] == "GET":
                self.same_head(name, target)
            self.tells_its_methods(name, operation["method"], target)

    def refused(self, name, response, status, code, schema):
        problem = self.parsed(response)
        if response.status != status or self.described.misfits(schema, problem) or problem["code"] != code:
            self.problems.append(f"{name}: {code} was expected, not {response.content!r}")
        if status == 405 and self.described.operations[name]["method"] not in response.getheader("Allow", ""):
            self.problems.append(f"{name}: Allow does not name the method")

    def tells_its_methods(self, name, method, target):
        told = self.service.request("OPTIONS", target)
        allowed = set(told.getheader("Allow", "").split(", "))
        if told.status != 204 or told.content or not allowed >= {method, "OPTIONS"} | ({"HEAD"} if method == "GET" else set()):
            self.problems.append(f"OPTIONS {target} ({name}): {told.status}, Allow: {allowed}")

    def same_head(self, name, target):
        head = self.service.request("HEAD", target, BEARER)
        if head.content or head.status >= 500 and name != "readyz":
            self.problems.append(f"HEAD {target}: {head.status} {head.content[:100]!r}")


def boards(to):
    to.call("update", 200)
    key = {"Idempotency-Key": "once"}
    to.call("update", 200, headers=key)
    to.call("update", 200, headers=key)
    to.call("update", 409, "idempotency_conflict", headers=key, body={"user_id": "ada", "count": 6})
    to.call("update", 422, "out_of_range", headers={"Idempotency-Key": "with blanks"})
    to.call("update", 422, "invalid_user_id", body={"user_id": "\x01"})
    to.call("update", 422, "invalid_count", body={"user_id": "ada", "count": 0})
    to.call("update", 400, "malformed", body={"user_id": "ada", "counts": 1})
    to.call("update", 400, "malformed", raw="{", headers={"Content-Type": "application/json"})
    to.call("update", 415, "unsupported_media_type", raw="{}", headers={"Content-Type": "text/plain"})
    to.call("updateBatch", 200)
    to.call("updateBatch", 422, "out_of_range", body={"updates": []})
    to.call("updateBatch", 400, "malformed", body={})
    for board in ("board", "databaseBoard"):
        for period in ("daily", "weekly", "monthly", "yearly"):
            to.call(board, 200, path={"period": period})
        to.call(board, 404, "unknown_period", path={"period": "hourly"})
        to.call(board, 422, "out_of_range", query={"limit": 1001})
        to.call(board, 400, "malformed", query={"offset": "x"})
    for user in ("user", "databaseUser"):
        to.call(user, 200)
        to.call(user, 404, "unknown_user", path={"user_id": "nobody"})
        to.call(user, 422, "invalid_user_id", path={"user_id": "x" * 129})
    for place in ("rank", "around"):
        to.call(place, 200)
        to.call(place, 404, "unknown_user", path={"user_id": "nobody"})
        to.call(place, 404, "unknown_period", path={"period": "hourly"})
        to.call(place, 422, "invalid_user_id", path={"user_id": "x" * 129})
    to.call("around", 422, "out_of_range", query={"limit": 0})
    to.call("ranks", 200)
    to.call("ranks", 404, "unknown_period", path={"period": "hourly"})
    to.call("ranks", 422, "out_of_range", body={"user_ids": []})
    to.call("ranks", 422, "out_of_range", body={"user_ids": [str(i) for i in range(201)]})
    to.call("ranks", 422, "invalid_user_id", body={"user_ids": ["ada", ""]})
    to.call("ranks", 400, "malformed", body={"user_ids": [7]})
    ended_periods(to, "past", "resetPeriod")


def ended_periods(to, past, reset):
    """A reset of the year ends a period."""
    year, day = {"period": "yearly"}, {"start": f"{datetime.now(timezone.utc).year}-01-01T00:00:00Z"}
    to.call(past, 200)
    to.call(past, 404, "unknown_period", path=year, query=day)
    to.call(reset, 200, path=year)
    to.call(past, 200, path=year, query=day)
    to.call(past, 404, "unknown_period", path={"period": "hourly"})
    to.call(past, 422, "out_of_range", query={"start": "yesterday"})


def named(to):
    global_one = {"leaderboard": "global"}
    to.call("putLeaderboard", 201, path=global_one, body={})
    to.call("putLeaderboard", 201, body={"feeds": ["global"], "time_zone": "Europe/Berlin", "metadata": {"name": "EU"}})
    to.call("putLeaderboard", 200, body={"max_count": 50})
    to.call("putLeaderboard", 404, "unknown_leaderboard", path={"leaderboard": "none"}, body={"restore": True})
    to.call("putLeaderboard", 422, "out_of_range", body={"mode": "best"})
    to.call("putLeaderboard", 422, "invalid_leaderboard_id", path={"leaderboard": "Acme"})
    to.call("putLeaderboard", 400, "malformed", body={"colour": "red"})
    to.call("getLeaderboard", 200)
    to.call("listLeaderboards", 200)
    to.call("listLeaderboards", 422, "out_of_range", query={"limit": 0})
    for update, body in (("updateNamed", {"user_id": "ada", "count": 5}),
                         ("updateSeveral", {"user_id": "ada", "count": 5, "leaderboards": ["acme.eu", "default"]})):
        key = {"Idempotency-Key": f"once-{update}"}
        to.call(update, 200, headers=key)
        to.call(update, 200, headers=key)
        to.call(update, 409, "idempotency_conflict", headers=key, body=body | {"count": 6})
        to.call(update, 422, "invalid_count", body=body | {"count": 51})
        to.call(update, 422, "invalid_user_id", body=body | {"user_id": ""})
    to.call("updateSeveral", 404, "unknown_leaderboard", body={"user_id": "ada", "leaderboards": ["none"]})
    to.call("updateSeveral", 422, "out_of_range", body={"user_id": "ada", "leaderboards": []})
    to.call("updateNamedBatch", 200)
    to.call("updateNamedBatch", 422, "out_of_range", body={"updates": []})
    to.call("namedBoard", 422, "out_of_range", query={"limit": 1001})
    to.call("namedAround", 422, "out_of_range", query={"limit": 0})
    to.call("namedRanks", 422, "out_of_range", body={"user_ids": []})
    for read in ("namedBoard", "namedRanks", "namedUser", "namedRank", "namedAround", "rebuildNamed", "resetNamed", "namedStatus"):
        to.call(read, 200)
    nowhere = {"leaderboard": "none"}
    for each in ("getLeaderboard", "updateNamed", "updateNamedBatch", "namedBoard", "namedPast", "namedRanks", "namedUser",
                 "deleteNamedUser", "namedRank", "namedAround", "rebuildNamed", "resetNamed", "namedStatus", "archiveLeaderboard"):
        to.call(each, 404, "unknown_leaderboard", path=nowhere)
        to.call(each, 422, "invalid_leaderboard_id", path={"leaderboard": "a..b"})
    ended_periods(to, "namedPast", "resetNamed")
    to.call("setUserMetadata", 200)
    for read in ("namedBoard", "namedRanks", "namedUser", "namedAround"):
        to.call(read, 200)
    to.call("setUserMetadata", 422, "out_of_range", body={"text": "x" * 1024})
    to.call("setUserMetadata", 404, "unknown_leaderboard", path={"leaderboard": "none"})
    to.call("setUserMetadata", 422, "invalid_leaderboard_id", path={"leaderboard": "a..b"})
    for each in ("namedUser", "deleteNamedUser", "namedRank", "namedAround", "setUserMetadata"):
        to.call(each, 404, "unknown_user", path={"user_id": "nobody"})
    laps = {"leaderboard": "laps"}
    to.call("putLeaderboard", 201, path=laps, body={"mode": "best", "order": "asc"})
    to.call("updateNamed", 200, path=laps)
    to.call("resetNamed", 200, path=laps | {"period": "daily"})
    for place in ("namedRank", "namedAround"):
        to.call(place, 404, "not_on_board", path=laps | {"period": "daily"})
    to.call("deleteNamedUser", 200)
    to.call("archiveLeaderboard", 200)
    to.call("listLeaderboards", 200, query={"archived": "true"})
    to.call("listLeaderboards", 400, "malformed", query={"archived": "yes"})
    to.call("putLeaderboard", 200, body={"restore": True})


def quotas(to):
    """Where an update makes its leaderboard, and each tenant may have one with one user."""
    one, other = {"leaderboard": "t.one"}, {"leaderboard": "t.two"}
    to.call("updateNamed", 200, path=one)
    to.call("updateNamed", 403, "quota_exceeded", path=one, body={"user_id": "bob", "count": 1})
    to.call("putLeaderboard", 403, "quota_exceeded", path=other, body={})
    to.call("updateNamed", 403, "quota_exceeded", path=other)
    to.call("updateNamedBatch", 403, "quota_exceeded", path=other)
    to.call("updateSeveral", 403, "quota_exceeded", body={"user_id": "ada", "leaderboards": ["t.two"]})
    to.call("updateSeveral", 200, body={"user_id": "ada", "leaderboards": ["several", "t.one"]})
    refused = to.call("updateNamedBatch", 200, path=one, body={"updates": [{"user_id": "ada"}, {"user_id": "bob"}]})
    got = [each.get("code") for each in refused["results"]]
    if got != [None, "quota_exceeded"]:
        to.problems.append(f"a batch was answered {got}")
    to.call("archiveLeaderboard", 200, path=one)
    to.call("putLeaderboard", 201, path=other, body={})
    to.call("putLeaderboard", 403, "quota_exceeded", path=one, body={"restore": True})
    to.call("updateNamed", 404, "unknown_leaderboard", path=one)


def tenants_rates(to):
    """For a tenant that may have one update a second: until one is refused, however long each takes."""
    several = {"user_id": "ada", "leaderboards": ["fast", "slow.one"]}
    for name, path, body in (("updateNamed", {"leaderboard": "slow.one"}, {"user_id": "ada"}), ("updateSeveral", {}, several)):
        operation = to.described.operations[name]
        target = to.described.target(operation, path, {})

        def refused():
            answer = to.service.request(operation["method"], target, BEARER | {"Content-Type": "application/json"},
                                        json.dumps(body))
            to.problems += [f"{name}: {why}" for why in to.described.check(operation, answer)]
            if not LIMITED <= set(answer.headers):
                to.problems.append(f"{name}: {answer.status} does not tell of the limit")
            return answer.status == 429

        until(refused, "a refusal")
    to.call("updateNamed", 200, path={"leaderboard": "fast"}, body={"user_id": "ada"})


def live(to):
    to.follow("live", "board", "Board")
    to.call("live", 404, "unknown_period", path={"period": "hourly"})
    to.call("live", 422, "out_of_range", query={"limit": 101})
    to.follow("namedLive", "board", "Board")
    to.call("namedLive", 404, "unknown_leaderboard", path={"leaderboard": "none"})
    to.call("namedLive", 404, "unknown_period", path={"period": "hourly"})
    to.call("namedLive", 422, "invalid_leaderboard_id", path={"leaderboard": "a..b"})
    to.call("namedLive", 422, "out_of_range", query={"limit": 101})
    to.call("resetPeriod", 200)
    to.follow("events", "reset", "ServiceEvent")


def admin(to):
    to.call("adminStatus", 200)
    to.call("rebuildCache", 200)
    to.call("resetPeriod", 200)
    to.call("resetPeriod", 404, "unknown_period", path={"period": "hourly"})
    to.call("update", 200, body={"user_id": "leaves"})
    to.call("deleteUser", 200, path={"user_id": "leaves"})
    to.call("deleteUser", 404, "unknown_user", path={"user_id": "nobody"})
    to.call("deleteUser", 422, "invalid_user_id", path={"user_id": "x" * 129})
    to.call("clearCache", 200)


def doors(to, reader):
    """Where everything needs a token: without one, and with one that may only read."""
    for name, operation in to.described.operations.items():
        if operation["x-access"] != "anyone":
            to.call(name, 401, "unauthorized", as_admin=False)
        if operation["x-access"] not in ("anyone", "read"):
            to.call(name, 403, "forbidden", headers={"Authorization": f"Bearer {reader}"}, as_admin=False)


def limits(to):
    """For an address that may ask once a second: what it asks is answered with the state of its limit, and
    the next request, whatever it is, is refused."""
    for name in to.described.operations.keys() - {"live", "namedLive", "events"}:
        operation = to.described.operations[name]
        unlimited = operation.get("x-unlimited", False)
        target = to.described.target(operation, {}, {})
        answers = [to.service.request(operation["method"], target, BEARER) for _ in range(3)]
        for answer in answers:
            to.problems += [f"{name}: {why}" for why in to.described.check(operation, answer)]
            to.seen.add((name, str(answer.status)))
            if not unlimited and not LIMITED <= set(answer.headers):
                to.problems.append(f"{name}: {answer.status} does not tell of the limit")
        refused = [answer.status for answer in answers].count(429)
        if refused if unlimited else refused < 1:
            to.problems.append(f"{name}: {[answer.status for answer in answers]}")


def streams(to):
    """For an address that may have one stream."""
    to.call("putLeaderboard", 201)
    with to.service.stream(to.described.target(to.described.operations["live"], {}, {}), BEARER) as held:
        for name in ("live", "namedLive", "events"):
            to.call(name, 429, "rate_limited")
        held.close()


def at_rest(to):
    until(lambda: not to.call("reconcileStatus", 200)["running"], "the run to end")


def reconcile(to):
    to.call("stopTimer", 200)
    at_rest(to)
    run = to.call("startRun", 200)
    to.call("startRun", 202, body={"dry_run": True, "wait": False})
    to.call("startRun", 404, "unknown_period", body={"periods": ["hourly"]})
    to.call("startRun", 400, "malformed", body={"dry": True})
    at_rest(to)
    to.call("runs", 200)
    to.call("runs", 422, "out_of_range", query={"limit": 0})
    to.call("undoRun", 200, path={"run_id": run["run_id"]})
    to.call("undoRun", 404, "unknown_run", path={"run_id": "none"})
    to.call("selfCheck", 200)
    to.call("startTimer", 200)
    to.call("reconcileHealth", 200)
    to.call("reconcileMetrics", 200)
    to.call("quarantine", 200)
    to.call("quarantine", 422, "out_of_range", query={"limit": 0})
    to.call("historyEvents", 200)
    to.call("historyEvents", 422, "out_of_range", query={"limit": 0})
    to.call("recoverEvent", 404, "unknown_run", path={"event_id": "none"})
    to.call("recoverEvent", 400, "malformed", body={"dry": True})


def aliases(to):
    to.call("syncAliases", 200)
    to.call("syncAliases", 400, "malformed", query={"release": "perhaps"})
    to.call("alias", 200)
    to.call("alias", 404, "unknown_alias", path={"alias": "nobody"})
    to.call("alias", 404, "unknown_alias", path={"type": "river"})
    to.call("alias", 422, "out_of_range", path={"alias": "\0"})
    to.call("resolve", 200)
    to.call("resolve", 404, "unknown_alias", query={"team": "nobody"})
    to.call("resolve", 422, "out_of_range", query={"team": ""})
    to.call("aliasStatus", 200)
    to.call("stopAliases", 200)
    to.call("startAliases", 200)


def the_service_itself(to):
    for name in ("healthz", "openapiYaml", "openapiJson", "docs", "docsStyle", "metrics"):
        to.call(name, 200)
    for name in ("openapiYaml", "openapiJson", "docs", "docsStyle"):
        to.call(name, 304, headers={"If-None-Match": "*"})
    for name in ("index", "dashboardFile", "examplePage", "exampleFile", "javascriptClient"):
        to.call(name, 200)
        page = {"Accept": "text/html"}
        to.call(name, 200, headers=page)
        to.call(name, 304, headers=page | {"If-None-Match": "*"})
    for name in ("dashboardFile", "exampleFile"):
        to.call(name, 404, "unknown_route", path={"file": "none.js"})
    to.call("readyz", 200)
    to.call("readyz", 200, query={"write": ""})


def without_redis(to):
    to.call("sessionStatus", 200)
    for name in ("syncSessions", "syncSession", "compareSessions"):
        to.call(name, 409, "feature_disabled")


def without_aliases(to):
    for name in ("alias", "resolve", "syncAliases", "startAliases", "stopAliases"):
        to.call(name, 409, "feature_disabled")
    to.call("aliasStatus", 200)


def sessions(to, redis):
    redis.cli("set", "session:room-1", json.dumps({
        "session_id": "room-1", "group": "lobby", "created_at": "2026-11-26T09:14:03Z", "updated_at": "2026-11-26T09:14:03Z",
        "messages": [{"sender_id": "ada", "content": "hello"}]}))
    redis.cli("set", "session:broken", '{')
    until(lambda: to.call("sessionStatus", 200)["sync_enabled"], "session sync")
    to.call("syncSessions", 200)
    to.call("syncSession", 200)
    to.call("syncSession", 404, "unknown_session", path={"id": "nobody"})
    to.call("syncSession", 422, "invalid_session", path={"id": "broken"})
    to.call("compareSessions", 200)
    to.call("compareSessions", 422, "out_of_range", query={"limit": 0})


def a_database_that_went_back(to, database):
    database.sql("SELECT setval('pomo_leaderboard_version', 1)")
    closed = until(lambda: [event for event in to.call("historyEvents", 200)["events"] if not event["open"]], "the event")
    to.call("recoverEvent", 200, path={"event_id": closed[0]["event_id"]})


def an_outage(to, redis):
    redis.stop()
    until(lambda: to.service.get("/readyz").status == 503, "the outage to be noticed")
    to.call("readyz", 503)
    to.call("reconcileHealth", 503)
    to.call("board", 503, "store_unavailable")
    to.call("rank", 503, "store_unavailable")


class Contract(unittest.TestCase):
    maxDiff = None

    @classmethod
    def setUpClass(cls):
        cls.stack = [standings([f"admin.token={TOKEN}"])]
        cls.addClassCleanup(lambda: [each.stop() for each in reversed(cls.stack)])
        cls.simple = cls.stack[0]
        cls.described = contract(cls.simple.json("/openapi.json"))
        cls.seen = set()

    def start(self, thing):
        self.stack.append(thing)
        return thing

    def drive(self, service, *parts):
        to = driver(service, self.described)
        for part in parts:
            part(to)
        Contract.seen |= to.seen
        self.assertEqual([], to.problems)

    def test_1_sqlite_and_memory(self):
        problem = {"$ref": "#/components/schemas/Problem"}
        self.drive(self.simple, boards, named, live, reconcile, aliases, without_redis, the_service_itself, admin,
                   lambda to: to.paths(problem))

    def test_2_postgres_and_redis(self):
        redis = self.start(redis_server())
        database = self.start(postgres_database())
        service = self.start(standings([f"admin.token={TOKEN}", "database.backend=postgres", "cache.backend=redis",
                                        f"cache.port={redis.port}", "http.request_timeout=2s"],
                                       {"STANDINGS_DATABASE_URL": database.url}))
        self.drive(service, boards, named, reconcile, aliases, lambda to: sessions(to, redis),
                   lambda to: a_database_that_went_back(to, database), admin, lambda to: an_outage(to, redis))

    def test_3_aliases_switched_off(self):
        self.drive(self.start(standings([f"admin.token={TOKEN}", "aliases.enabled=false"])), without_aliases)

    def test_3_everything_needs_a_token(self):
        reader = "a-token-that-may-only-read"
        with tempfile.NamedTemporaryFile("w", suffix=".yaml") as tokens:
            digest = hashlib.sha256(reader.encode()).hexdigest()
            tokens.write(f"- {{name: reader, sha256: {digest}, may: read}}\n")
            tokens.flush()
            service = self.start(standings([f"admin.token={TOKEN}", "http.reads=token", "http.writes=token",
                                            "http.inspect=token", f"tokens_file={tokens.name}"]))
            self.drive(service, lambda to: doors(to, reader))

    def test_3_limits(self):
        limited = [f"admin.token={TOKEN}", "http.limits.loopback=true"]
        self.drive(self.start(standings([*limited, "http.limits.address_per_second=1", "http.limits.address_burst=1"])),
                   limits)
        self.drive(self.start(standings([*limited, "http.limits.address_streams=1"])), streams)

    def test_3_quotas(self):
        making = [f"admin.token={TOKEN}", "leaderboards.create_on_write=true"]
        self.drive(self.start(standings([*making, "leaderboards.quotas=t.leaderboards=1,t.users=1"])), quotas)
        self.drive(self.start(standings([*making, "leaderboards.quotas=slow.updates_per_second=1"])), tenants_rates)

    def test_4_every_documented_answer_was_seen(self):
        answers = {(name, status) for name, operation in self.described.operations.items()
                   for status in operation["responses"]}
        unseen = {(name, status) for name, status in answers - self.seen - NOT_DRIVEN
                  if status not in EVERYWHERE and (status != "503" or name in ("board", "readyz", "reconcileHealth"))}
        self.assertEqual(set(), unseen)
        for name in self.described.operations:
            self.assertTrue(any(of == name and status < "300" for of, status in self.seen), f"{name} never succeeded")

    def test_5_examples_fit_their_schemas(self):
        for where, schema, example in self.described.examples():
            with self.subTest(where):
                jsonschema.Draft202012Validator.check_schema(schema)
                if example is not None:
                    self.assertEqual([], self.described.misfits(schema, example))
                elif " 20" in where and where.endswith("/json"):
                    self.assertEqual("openapiJson 200 application/json", where, "an answer without an example")

    def test_6_unknown_paths_and_large_headers(self):
        problem = {"$ref": "#/components/schemas/Problem"}
        for target, headers, status, code in (("/nowhere", {}, 404, "unknown_route"), ("/%zz", {}, 400, "malformed"),
                                              ("/", {"X-Large": "x" * 70_000}, 431, "headers_too_large")):
            response = self.simple.request("GET", target, headers)
            self.assertEqual((status, code), (response.status, json.loads(response.content)["code"]))
            self.assertEqual([], self.described.misfits(problem, json.loads(response.content)))

    def test_7_an_undocumented_field_is_noticed(self):
        board = {"$ref": "#/components/schemas/Board"}
        sound = self.simple.json("/api/redis-leaderboard/daily")
        self.assertEqual([], self.described.misfits(board, sound))
        self.assertEqual(1, len(self.described.misfits(board, sound | {"secret": 1})))
        self.assertEqual(1, len(self.described.misfits(board, {name: sound[name] for name in sound if name != "limit"})))

    def test_8_the_yaml_says_the_same(self):
        import yaml
        self.assertEqual(self.described.document, yaml.safe_load(self.simple.get("/openapi.yaml").content))

    def test_9_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(self):
        page = self.simple.get("/docs")
        text = page.content.decode()
        for name, operation in self.described.operations.items():
            self.assertIn(f'<article id="{name}">', text)
        self.assertNotRegex(text, r'<script|style=|src="|href="http')
        self.assertIn("default-src 'none'", page.getheader("Content-Security-Policy"))


if __name__ == "__main__":
    unittest.main(verbosity=2)
