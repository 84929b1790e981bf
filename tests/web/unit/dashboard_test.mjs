import assert from "node:assert/strict";
import test from "node:test";

import { pieces } from "../../../web/dashboard/chart.js";
import { followEvents, noted, toneOf } from "../../../web/dashboard/events.js";
import { bytes, count, day, duration, percent, plural, rate, relative, words } from "../../../web/dashboard/format.js";
import { between, digest, parse, quantile } from "../../../web/dashboard/prometheus.js";
import { changesOf } from "../../../web/dashboard/runs.js";
import { treeOf } from "../../../web/dashboard/tree.js";
import { Standings } from "../../../web/standings.js";

test("numbers and times are written for readers", () => {
  assert.deepEqual([count(1234567), count(undefined), plural(1, "user"), plural(2, "user")], ["1,234,567", "–", "1 user", "2 users"]);
  assert.deepEqual([rate(0), rate(0.5), rate(12.34), rate(1234.5), rate(NaN)], ["0", "0.50", "12.3", "1,235", "–"]);
  assert.deepEqual([bytes(900), bytes(2048), bytes(50 * 1024 * 1024)], ["900 B", "2.0 KiB", "50 MiB"]);
  assert.deepEqual([0, 0.5, 999, 1500, 59_000, 61_000, 3_600_000, 5_400_000].map(duration), ["0 ms", "0.50 ms", "999 ms", "1.5 s", "59 s", "1 min 1 s", "1 h", "1 h 30 min"]);
  const now = Date.parse("2026-03-02T12:00:00Z");
  assert.deepEqual(["2026-03-02T11:59:58Z", "2026-03-02T11:59:00Z", "2026-03-02T14:00:00Z", "2026-02-27T12:00:00Z", null].map((t) => relative(t, now)), ["now", "1 min ago", "in 2 h", "3 d ago", "–"]);
  assert.deepEqual([day("2026-03-02T12:00:00Z"), day(undefined)], ["2 Mar 2026", "–"]);
  assert.deepEqual([percent(99.123), words("session_sync")], ["99.1 %", "Session sync"]);
});

const scrape = (reads, failed, fast) => `# HELP standings_http_requests_total Requests.
# TYPE standings_http_requests_total counter
standings_http_requests_total{route="/api/redis-leaderboard/{period}",method="GET",code="200"} ${reads}
standings_http_requests_total{route="/api/redis-leaderboard/{period}",method="GET",code="503"} ${failed}
standings_http_requests_total{code="200",method="GET",route="/healthz"} 1e3
standings_http_request_duration_seconds_bucket{route="/api/redis-leaderboard/{period}",le="0.001"} ${fast}
standings_http_request_duration_seconds_bucket{route="/api/redis-leaderboard/{period}",le="0.01"} ${reads + failed}
standings_http_request_duration_seconds_bucket{route="/api/redis-leaderboard/{period}",le="+Inf"} ${reads + failed}
`;

test("a scrape is read, with escapes, in any order of labels", () => {
  const samples = parse('a{x="q\\"\\n}",y="2"} 3 1700000000\nb 1e3\n\nnot a sample\nc{le="+Inf"} +Inf\n');
  assert.deepEqual(samples.get("a"), [{ labels: { x: 'q"\n}', y: "2" }, value: 3 }]);
  assert.equal(samples.get("b")[0].value, 1000);
  assert.equal(samples.get("c")[0].value, Infinity);
});

test("two scrapes are rates and quantiles", () => {
  const isApi = (route) => route.startsWith("/api/");
  const first = digest(parse(scrape(100, 0, 100)), 0);
  const second = digest(parse(scrape(290, 10, 200)), 2000);
  const { rate, failures, p50, p99 } = between(first, second, isApi);
  assert.deepEqual([rate, failures], [100, 5]);
  assert.equal(p50, 1); // half of the 200 took at most a millisecond
  assert.ok(p99 > 9 && p99 < 10);
  assert.equal(between(second, second, () => false).p50, undefined);
});

test("after a restart counting begins anew", () => {
  const { rate } = between(digest(parse(scrape(5000, 0, 0)), 0), digest(parse(scrape(30, 0, 30)), 1000), (r) => r.startsWith("/api/"));
  assert.equal(rate, 30);
});

test("a service that counts nothing is told from one without requests", () => {
  assert.equal(digest(parse("up 1\n"), 0).isEmpty, true);
  assert.equal(digest(parse(scrape(0, 0, 0)), 0).isEmpty, false);
});

test("quantiles lie between the edges, and never beyond the last", () => {
  assert.equal(quantile(new Map(), 0.5), undefined);
  assert.equal(quantile(new Map([[0.1, 10], [Infinity, 10]]), 0.5), 50);
  assert.equal(quantile(new Map([[Infinity, 10], [0.1, 0]]), 0.5), 100);
});

test("a line has a gap where nothing was measured", () => {
  const [one, two, ...none] = pieces([1, 2, undefined, 4], 10);
  assert.deepEqual([one.length, two.length, none.length], [2, 1, 0]);
  assert.equal(two[0].x, 237); // the newest is at the right
  assert.equal(two[0].y, 3); // the highest is at the top
  assert.deepEqual(pieces([], 10), []);
});

test("workers stand below their front, and unknown ones beside it", () => {
  const one = (name) => ({ name, state: "running", restarts: 0 });
  const tree = treeOf({ children: [one("scoring"), one("reconcile")], workers: [one("score_writer/0"), one("run_keeper"), one("reconcile_worker/1"), one("stranger")] });
  assert.deepEqual(tree.map((c) => [c.name, c.workers.map((w) => w.name)]), [["scoring", ["score_writer/0"]], ["reconcile", ["run_keeper", "reconcile_worker/1"]], ["stranger", []]]);
});

test("a report says what a run would do with deletes", () => {
  const deletes = (run) => changesOf(run).find((c) => c.name === "Deleted");
  assert.equal(deletes({ dry_run: true, delete_candidates: 7, deleted: 0 }).users, 7);
  assert.equal(deletes({ delete_candidates: 7, deleted: 6 }).users, 6);
  const held = deletes({ delete_candidates: 7, deleted: 0, deletes_held: true });
  assert.deepEqual([held.users, held.done], [7, "held until they are released"]);
});

const noteAll = (events) => events.reduce(noted, []).map((e) => e.n);

test("of each run and each rebuild the latest event is listed", () => {
  const run = (n, id) => ({ n, kind: "run", run_id: id });
  assert.deepEqual(noteAll([run(1, "a"), run(2, "b"), run(3, "a"), { n: 4, kind: "held", run_id: "a" }]), [4, 3, 2]);
  const rebuild = (n, state) => ({ n, kind: "rebuild", state });
  assert.deepEqual(noteAll([rebuild(1, "failed"), rebuild(2, "progress"), rebuild(3, "completed"), rebuild(4, "started")]), [4, 3]);
  assert.deepEqual(noteAll(Array.from({ length: 20 }, (_, n) => ({ n, kind: "reset" }))).slice(0, 2), [19, 18]);
  assert.equal(noteAll(Array.from({ length: 20 }, (_, n) => ({ n, kind: "reset" }))).length, 8);
});

test("what is not known to be well counts as bad news", () => {
  assert.deepEqual([toneOf({ kind: "run", state: "completed" }), toneOf({ kind: "run", state: "failed" }), toneOf({ kind: "drift", state: "found" }), toneOf({ kind: "new", state: "x" })], ["good", "bad", "warn", "bad"]);
});

/** Follows a service whose requests are answered by `answers`, one after the other; resolves when `enough` is told. */
function followUntil(answers, enough) {
  const asked = [];
  const told = [];
  const fetch = async (url, init) => (asked.push(init.headers), answers.shift()(init));
  return new Promise((resolve) => {
    const tell = (what) => {
      told.push(what);
      if (enough(what)) setTimeout(() => (following.stop(), resolve({ told, asked })));
    };
    const following = followEvents(new Standings({ fetch }), { event: (e) => tell(e.text), live: tell, refused: (e) => tell(e.code) });
  });
}

const streamOf = (text) => () => new Response(text, { headers: { "Content-Type": "text/event-stream" } });
const problem = (status, code) => () => new Response(JSON.stringify({ code }), { status, headers: { "Content-Type": "application/json" } });

test("events are followed, and resumed where they were lost", async () => {
  const { told, asked } = await followUntil([
    streamOf('retry: 2000\n\nevent: run\nid: p-1\ndata: {"text":"one"}\n\n'),
    problem(503, "overloaded"),
    streamOf('event: run\nid: p-2\ndata: {"text":"two"}\n\n'),
  ], (what) => what === "two");
  assert.deepEqual(told.slice(0, 5), [true, "one", false, false, true]);
  assert.deepEqual(asked.map((headers) => headers["Last-Event-ID"]), [undefined, "p-1", "p-1"]);
});

test("a refusal of events is final", async () => {
  const { told, asked } = await followUntil([problem(401, "unauthorized")], (what) => what === "unauthorized");
  assert.deepEqual([told, asked.length], [[false, "unauthorized"], 1]);
});
