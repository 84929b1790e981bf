import assert from "node:assert/strict";
import test from "node:test";

import { Standings, StandingsError, backoff, eventParser, newKey } from "../../../web/standings.js";

const details = { user_id: "ada", daily_pomo: 1 };
const boardOf = (score) => ({ period: "daily", limit: 10, offset: 0, total_users: 1, entries: [{ rank: 1, score }] });

const json = (body, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });

const problem = (status, code, headers = {}) => json({ title: "No", detail: "why", code, request_id: "r1" }, status, headers);

/** A client whose requests are answered by `answers`, one after the other; the last one stays. */
function clientOf(answers, options = {}) {
  const asked = [];
  const fetch = async (url, init) => {
    asked.push({ url, ...init });
    const next = answers.length > 1 ? answers.shift() : answers[0];
    return next(url, init);
  };
  return { asked, client: new Standings({ baseUrl: "http://scores/", fetch, maxDelayMs: 1, pollMs: 1, ...options }) };
}

const lost = () => {
  throw new TypeError("fetch failed");
};

test("an update is repeated with the same key until it is counted", async () => {
  const { client, asked } = clientOf([lost, () => problem(503, "overloaded"), () => problem(429, "rate_limited"), () => json({ success: true, data: details, warning: null })]);
  assert.equal((await client.update("ada", 5)).data.user_id, "ada");
  assert.equal(asked.length, 4);
  assert.equal(new Set(asked.map((a) => a.headers["Idempotency-Key"])).size, 1);
  assert.ok(asked[0].headers["Idempotency-Key"].length >= 32);
  assert.equal(asked[0].url, "http://scores/api/redis-leaderboard/update");
  assert.deepEqual(JSON.parse(asked[0].body), { user_id: "ada", count: 5 });
});

test("the caller's key is kept", async () => {
  const { client, asked } = clientOf([() => json({ success: true, data: details })]);
  await client.update("ada", 1, { idempotencyKey: "mine" });
  assert.equal(asked[0].headers["Idempotency-Key"], "mine");
});

test("an update that was refused is not repeated", async () => {
  const { client, asked } = clientOf([() => problem(422, "out_of_range")]);
  await assert.rejects(client.update("ada", 0), (error) => {
    assert.ok(error instanceof StandingsError);
    assert.deepEqual([error.status, error.code, error.requestId, error.message], [422, "out_of_range", "r1", "why"]);
    return true;
  });
  assert.equal(asked.length, 1);
});

test("repeats end after the given number", async () => {
  const { client, asked } = clientOf([lost], { retries: 2 });
  await assert.rejects(client.update("ada"), { code: "network", status: 0 });
  assert.equal(asked.length, 3);
});

test("a longer wait than the caller allows is left to the caller", async () => {
  const { client, asked } = clientOf([() => problem(429, "rate_limited", { "Retry-After": "60" })], { maxDelayMs: 1000 });
  await assert.rejects(client.update("ada"), { status: 429, retryAfterMs: 60_000 });
  assert.equal(asked.length, 1);
});

test("the wait that the service asks for is kept", async (t) => {
  const { client } = clientOf([() => problem(503, "overloaded", { "Retry-After": "0.02" }), () => json({ data: details })], { maxDelayMs: 1000 });
  const waits = [];
  const real = globalThis.setTimeout;
  t.mock.method(globalThis, "setTimeout", (f, ms) => (ms < 20_000 && waits.push(ms), real(f, 0)));
  await client.update("ada");
  assert.ok(waits[0] >= 20);
});

test("a batch says what became of each of its updates", async () => {
  const { client, asked } = clientOf([() => json({ success: false, applied: 1, failed: 1, results: [] })]);
  assert.equal((await client.updateBatch([{ user_id: "ada" }, { user_id: "", count: 1 }])).failed, 1);
  assert.equal(asked[0].url, "http://scores/api/redis-leaderboard/update/batch");
});

test("a board comes from the cache, and from the database while the cache is away", async () => {
  const first = clientOf([() => json(boardOf(1))]);
  assert.equal((await first.client.board("daily", { limit: 3, offset: 6 })).source, "cache");
  assert.equal(first.asked[0].url, "http://scores/api/redis-leaderboard/daily?limit=3&offset=6");
  const { client, asked } = clientOf([() => problem(503, "store_unavailable"), () => json(boardOf(2))]);
  const board = await client.board("daily");
  assert.deepEqual([board.source, board.entries[0].score], ["database", 2]);
  assert.equal(asked[1].url, "http://scores/api/leaderboard/daily?limit=10&offset=0");
});

test("a user does, too, and their name is encoded", async () => {
  const { client, asked } = clientOf([() => problem(503, "cache_warming"), () => json(details)]);
  assert.equal((await client.user("a/b ü")).source, "database");
  assert.equal(asked[1].url, "http://scores/api/leaderboard/user/a%2Fb%20%C3%BC");
});

test("where the database cannot serve either, the first failure counts", async () => {
  const { client } = clientOf([() => problem(503, "cache_warming"), () => problem(503, "store_unavailable")]);
  await assert.rejects(client.board("daily"), (error) => error.code === "cache_warming" && error.cause.code === "store_unavailable");
});

test("other failures of a board do not go to the database", async () => {
  const { client, asked } = clientOf([() => problem(404, "unknown_period")]);
  await assert.rejects(client.board("hourly"), { code: "unknown_period" });
  assert.equal(asked.length, 1);
});

test("the token is sent with every request", async () => {
  const { client, asked } = clientOf([() => json({})], { token: "secret" });
  await client.rank("ada", "daily");
  client.token = undefined;
  await client.around("ada", "daily", { limit: 2 });
  assert.equal(asked[0].headers.Authorization, "Bearer secret");
  assert.equal(asked[1].headers.Authorization, undefined);
  assert.equal(asked[1].url, "http://scores/api/redis-leaderboard/user/ada/around/daily?limit=2");
});

test("the ranks of several users are asked for with a body", async () => {
  const { client, asked } = clientOf([() => json({ entries: [], not_found: [] })]);
  await client.ranks(["ada", "bob"], "weekly");
  assert.equal(asked[0].method, "POST");
  assert.equal(asked[0].url, "http://scores/api/redis-leaderboard/ranks/weekly");
  assert.deepEqual(JSON.parse(asked[0].body), { user_ids: ["ada", "bob"] });
});

test("ended periods are listed, and one is asked for by a time in it", async () => {
  const { client, asked } = clientOf([() => json({ past: [] }), () => json({ entries: [] })]);
  await client.past("daily");
  assert.equal(asked[0].url, "http://scores/api/redis-leaderboard/daily/past");
  await client.past("daily", { start: "2026-11-25T00:00:00Z", limit: 3 });
  const url = new URL(asked[1].url);
  assert.equal(url.searchParams.get("start"), "2026-11-25T00:00:00Z");
  assert.equal(url.searchParams.get("limit"), "3");
});

test("a named leaderboard has the same methods below its own path", async () => {
  const { client, asked } = clientOf([() => json({ entries: [] })]);
  const eu = client.leaderboard("acme.eu");
  await eu.board("daily", { limit: 3, offset: 6 });
  await eu.user("a/b");
  await eu.rank("ada", "weekly");
  await eu.ranks(["ada", "bob"], "weekly");
  await eu.around("ada", "daily", { limit: 2 });
  assert.deepEqual(asked.map((a) => `${a.method} ${a.url.replace("http://scores", "")}`), [
    "GET /api/leaderboards/acme.eu/daily?limit=3&offset=6",
    "GET /api/leaderboards/acme.eu/user/a%2Fb",
    "GET /api/leaderboards/acme.eu/user/ada/rank/weekly",
    "POST /api/leaderboards/acme.eu/ranks/weekly",
    "GET /api/leaderboards/acme.eu/user/ada/around/daily?limit=2",
  ]);
  assert.deepEqual(JSON.parse(asked[3].body), { user_ids: ["ada", "bob"] });
  assert.equal(eu.id, "acme.eu");
});

test("what a user carries is set below the user", async () => {
  const answer = { success: true, user_id: "a/b", metadata: { name: "Ada" } };
  const { client, asked } = clientOf([() => json(answer)]);
  assert.deepEqual(await client.leaderboard("acme.eu").setMetadata("a/b", { name: "Ada" }), answer);
  assert.equal(`${asked[0].method} ${asked[0].url}`, "PUT http://scores/api/leaderboards/acme.eu/user/a%2Fb/metadata");
  assert.deepEqual(JSON.parse(asked[0].body), { name: "Ada" });
});

test("a user of a named leaderboard is deleted, and a period of it started anew", async () => {
  const { client, asked } = clientOf([() => json({ success: true })]);
  const eu = client.leaderboard("acme.eu");
  await eu.remove("a/b");
  await eu.reset("weekly");
  assert.deepEqual(asked.map((a) => `${a.method} ${a.url.replace("http://scores", "")} ${a.body ?? ""}`.trim()), [
    "DELETE /api/leaderboards/acme.eu/user/a%2Fb",
    "POST /api/leaderboards/acme.eu/admin/reset/weekly",
  ]);
});

test("a count that is left out is left to the service", async () => {
  const { client, asked } = clientOf([() => json({ success: true, data: details, leaderboards: [] })]);
  await client.update("ada");
  await client.leaderboard("acme.eu").update("ada", undefined, { idempotencyKey: "mine" });
  await client.updateSeveral(["acme.eu"], "ada");
  assert.deepEqual(asked.map((a) => JSON.parse(a.body)), [{ user_id: "ada" }, { user_id: "ada" }, { user_id: "ada", leaderboards: ["acme.eu"] }]);
  assert.equal(asked[1].headers["Idempotency-Key"], "mine");
});

test("updates of named leaderboards are repeated with the same key as well", async () => {
  const answers = [lost, () => json({ success: true, data: details, leaderboards: [] })];
  for (const update of [
    (client) => client.leaderboard("acme.eu").update("ada", 5),
    (client) => client.leaderboard("acme.eu").updateBatch([{ user_id: "ada" }]),
    (client) => client.updateSeveral(["acme.eu", "default"], "ada", 5),
  ]) {
    const { client, asked } = clientOf([...answers]);
    await update(client);
    assert.equal(asked.length, 2);
    assert.equal(new Set(asked.map((a) => a.headers["Idempotency-Key"])).size, 1);
  }
  const { client, asked } = clientOf([() => json({ success: true })]);
  await client.updateSeveral(["acme.eu", "default"], "ada", 5, { idempotencyKey: "mine" });
  assert.equal(asked[0].url, "http://scores/api/leaderboards/update");
  assert.equal(asked[0].headers["Idempotency-Key"], "mine");
  assert.deepEqual(JSON.parse(asked[0].body), { user_id: "ada", count: 5, leaderboards: ["acme.eu", "default"] });
  await client.leaderboard("acme.eu").updateBatch([{ user_id: "ada" }]);
  assert.equal(asked[1].url, "http://scores/api/leaderboards/acme.eu/update/batch");
});

test("the board of a named leaderboard has no way around its cache", async () => {
  const { client, asked } = clientOf([() => problem(503, "cache_warming")]);
  await assert.rejects(client.leaderboard("acme").board("daily"), { code: "cache_warming" });
  assert.equal(asked.length, 1);
});

test("leaderboards are made, changed, listed, archived and restored", async () => {
  const { client, asked } = clientOf([() => json({ leaderboards: [], next: null })]);
  const laps = client.leaderboard("acme.laps");
  await laps.save({ mode: "best", order: "asc" });
  await laps.describe();
  await laps.status();
  await laps.load();
  await laps.archive();
  await laps.restore();
  await client.leaderboards();
  await client.leaderboards({ tenant: "acme", after: "acme.eu", limit: 2 });
  await client.leaderboards({ archived: true });
  assert.deepEqual(asked.map((a) => `${a.method} ${a.url.replace("http://scores/api/leaderboards", "")} ${a.body ?? ""}`.trim()), [
    'PUT /acme.laps {"mode":"best","order":"asc"}',
    "GET /acme.laps",
    "GET /acme.laps/admin/status",
    "POST /acme.laps/admin/sync",
    "DELETE /acme.laps",
    'PUT /acme.laps {"restore":true}',
    "GET ?limit=100",
    "GET ?limit=2&tenant=acme&after=acme.eu",
    "GET ?limit=100&archived=true",
  ]);
});

test("names are looked up", async () => {
  const { client, asked } = clientOf([() => json({ ids: ["1"] })]);
  await client.alias("team", "real madrid");
  await client.resolve("a&b", "c");
  assert.equal(asked[0].url, "http://scores/api/aliases/team/real%20madrid");
  assert.equal(asked[1].url, "http://scores/api/aliases/resolve?team=a%26b&player=c");
});

test("an answer that is no problem document is an error as well", async () => {
  const { client } = clientOf([() => new Response("<h1>Bad gateway</h1>", { status: 502 })], { retries: 0 });
  await assert.rejects(client.update("ada"), { status: 502, code: "http_502" });
});

test("an aborted request rejects with its reason and is not repeated", async () => {
  const abort = new AbortController();
  const { client, asked } = clientOf([(_, { signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)))]);
  const pending = client.update("ada", 1, { signal: abort.signal });
  abort.abort();
  await assert.rejects(pending, { name: "AbortError" });
  assert.equal(asked.length, 1);
});

test("an answer that does not come in time counts as none", async () => {
  const { client } = clientOf([(_, { signal }) => new Promise((_, no) => signal.addEventListener("abort", () => no(signal.reason)))], { timeoutMs: 5 });
  await assert.rejects(client.board("daily"), { code: "network" });
});

test("waits grow and spread", () => {
  const at = (attempt, chance) => backoff(attempt, { random: () => chance });
  assert.deepEqual([at(0, 0), at(0, 1), at(3, 0), at(3, 1), at(30, 1)], [125, 250, 1000, 2000, 30_000]);
});

test("keys are different, also where there is no randomUUID", (t) => {
  assert.notEqual(newKey(), newKey());
  t.mock.method(crypto, "randomUUID", undefined, { getter: false });
  Object.defineProperty(crypto, "randomUUID", { value: undefined, configurable: true });
  assert.match(newKey(), /^[0-9a-f]{32}$/);
  delete crypto.randomUUID;
});

test("events are found in pieces of any size", () => {
  const text = ": hello\nretry: 2000\n\nevent: board\r\nid: 7\r\ndata: {\"a\":\r\ndata:1}\r\n\r\n: still here\n\ndata: x\n\n";
  for (let size = 1; size <= text.length; ++size) {
    const seen = [];
    const take = eventParser((e) => seen.push(e));
    for (let i = 0; i < text.length; i += size) take(text.slice(i, i + size));
    assert.deepEqual(seen, [
      { event: "message", data: "", id: "", retry: 2000 },
      { event: "board", data: '{"a":\n1}', id: "7", retry: undefined },
      { event: "message", data: "x", id: "7", retry: undefined },
    ], `pieces of ${size}`);
  }
});

/** A live board of a leaderboard, and what it tells; `until(f)` waits for the first thing said that fulfils f. */
function follow(of, period = "daily") {
  const said = [];
  let wake = () => {};
  const say = (what) => (said.push(what), wake());
  const live = of.live(period, { limit: 10 }, {
    board: (b) => say({ score: b.entries[0].score, source: b.source }),
    state: (s) => say({ state: s }),
    error: (e) => say({ error: e.code }),
  });
  const until = async (f) => {
    while (!said.some(f)) await new Promise((r) => (wake = r));
    return said;
  };
  return { live, said, until };
}

const streamOf = (...pieces) => () => {
  const body = new ReadableStream({
    start(to) {
      for (const piece of pieces) to.enqueue(new TextEncoder().encode(piece));
      to.close();
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
};

/** A stream that stays open until the request is aborted. */
function openStream(signal, start = () => {}) {
  const body = new ReadableStream({
    start(to) {
      signal.addEventListener("abort", () => to.error(signal.reason));
      start(to);
    },
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

const event = (id, score) => `event: board\nid: ${id}\ndata: ${JSON.stringify(boardOf(score))}\n\n`;

test("a stream is followed, lost, and followed again from where it ended", async () => {
  const { client, asked } = clientOf([streamOf("retry: 2000\n\n", event("a", 1), event("b", 2)), lost, streamOf(event("c", 3))]);
  const { live, until } = follow(client);
  const said = await until((s) => s.score === 3);
  live.close();
  assert.deepEqual(said.filter((s) => "state" in s).map((s) => s.state).slice(0, 4), ["connecting", "live", "reconnecting", "live"]);
  assert.equal(asked[0].url, "http://scores/api/redis-leaderboard/daily/live?limit=10");
  assert.equal(asked[0].headers.Accept, "text/event-stream");
  assert.equal(asked[2].headers["Last-Event-ID"], "b");
});

test("without the route the board is polled", async () => {
  let score = 0;
  const { client } = clientOf([(url) => (url.includes("/live") ? problem(404, "unknown_route") : json(boardOf(++score)))]);
  const { live, until, said } = follow(client);
  await until((s) => s.score === 2);
  live.close();
  assert.deepEqual(said.filter((s) => !("score" in s)), [{ state: "connecting" }, { state: "polling" }, { state: "closed" }]);
});

test("while the cache is away the database's board is shown", async () => {
  const { client } = clientOf([(url) => (url.includes("redis-leaderboard") ? problem(503, "store_unavailable") : json(boardOf(4)))]);
  const { live, until } = follow(client);
  const said = await until((s) => s.score === 4);
  live.close();
  assert.equal(said.find((s) => "score" in s).source, "database");
});

test("a stream that has no board is bridged from the database until it has one", async () => {
  let say;
  const answer = (url, { signal }) => {
    if (url.includes("/live")) return openStream(signal, (to) => (say = (text) => to.enqueue(new TextEncoder().encode(text))));
    return url.includes("redis-leaderboard") ? problem(503, "store_unavailable") : json(boardOf(5));
  };
  const { client, asked } = clientOf([answer]);
  const { live, until, said } = follow(client);
  await until((s) => s.state === "connecting");
  say(event("a", 4));
  await until((s) => s.score === 4);
  say('event: unavailable\ndata: {"code":"store_unavailable"}\n\n');
  await until((s) => s.score === 5 && s.source === "database");
  assert.equal(live.state, "polling");
  say(event("b", 6));
  await until((s) => s.score === 6);
  assert.equal(live.state, "live");
  const asks = asked.length;
  await new Promise((r) => setTimeout(r, 20));
  assert.ok(asked.length <= asks + 1, "nothing is polled any more");
  live.close();
  assert.equal(asked.filter((a) => a.url.includes("/live")).length, 1);
  assert.equal(said.at(-1).state, "closed");
});

test("a stream that is resumed is live even if nothing is new", async () => {
  const silent = (_, { signal }) => openStream(signal);
  const { client } = clientOf([streamOf(event("a", 1)), lost, silent]);
  const { live, until, said } = follow(client);
  await until((s) => s.state === "reconnecting");
  await until(() => said.filter((s) => s.state === "live").length === 2);
  live.close();
});

test("a stream of fewer entries than wanted is replaced by asking", async () => {
  const { client } = clientOf([(url) => (url.includes("/live") ? problem(422, "out_of_range") : json(boardOf(1)))]);
  const { live, until } = follow(client);
  await until((s) => s.score === 1);
  assert.equal(live.state, "polling");
  live.close();
});

test("a refusal is final", async () => {
  const { client, asked } = clientOf([() => problem(401, "unauthorized")]);
  const { live, until } = follow(client);
  await until((s) => s.state === "refused");
  assert.equal(live.state, "refused");
  assert.equal(asked.length, 1);
});

test("the stream of a named leaderboard is followed until it is gone", async () => {
  const gone = 'event: gone\ndata: {"code":"unknown_leaderboard","status":404,"detail":"archived"}\n\n';
  const { client, asked } = clientOf([streamOf(event("a", 1), gone)]);
  const { live, until, said } = follow(client.leaderboard("acme.eu"));
  await until((s) => s.state === "refused");
  assert.deepEqual(said.slice(-3), [{ score: 1, source: "cache" }, { error: "unknown_leaderboard" }, { state: "refused" }]);
  await new Promise((r) => setTimeout(r, 20));
  assert.equal(asked.length, 1, "it is not asked for again");
  assert.equal(asked[0].url, "http://scores/api/leaderboards/acme.eu/daily/live?limit=10");
  live.close();
  assert.equal(live.state, "refused");
});

test("a service that cannot be reached is tried again", async () => {
  const { client } = clientOf([lost, lost, streamOf(event("a", 1))]);
  const { live, until, said } = follow(client);
  await until((s) => s.score === 1);
  live.close();
  assert.ok(said.some((s) => s.state === "reconnecting"));
});

test("after close nothing more is asked or told", async () => {
  const { client, asked } = clientOf([() => json(boardOf(1))]);
  const { live, said, until } = follow(client);
  await until((s) => "score" in s);
  live.close();
  const [asks, words] = [asked.length, said.length];
  await new Promise((r) => setTimeout(r, 20));
  assert.deepEqual([asked.length, said.length], [asks, words]);
});
