// Rates and latencies from /metrics, for the service view.

import { chart } from "./chart.js";
import { every, h } from "./dom.js";
import { count, duration, percent, rate } from "./format.js";
import { between, digest, parse } from "./prometheus.js";
import { panel, table } from "./ui.js";

const everyMs = 2_000;
const room = 150; // five minutes
const longest = everyMs * 3; // between two scrapes that a point may lie between

const isUpdate = (route) => route.startsWith("/api/redis-leaderboard/update");
const isRead = (route) => route.startsWith("/api/") && !isUpdate(route) && !/\/(live|events|admin)\b/.test(route);
const isApi = (route) => route.startsWith("/api/") && !/\/(live|events)$/.test(route);

let scrapes = []; // outlasts the view, so that the charts are there when one comes back

export function mountTraffic(context) {
  const charts = {
    rate: chart({ title: "Requests a second", format: rate, room }),
    failures: chart({ title: "Failures a second (5xx)", format: rate, room }),
    reads: chart({ title: "Reads, p99", format: duration, room }),
    updates: chart({ title: "Updates, p99", format: duration, room }),
  };
  const box = panel({ title: "Requests", lines: 6, context });
  const routes = h("div", { class: "wide" });
  const all = h("div", { class: "stack" }, h("div", { class: "tiles charts" }, Object.values(charts).map((c) => c.element)), routes);

  async function scrape(signal) {
    try {
      const text = await context.client.request("GET", "/metrics", { headers: { Accept: "text/plain" }, signal });
      take(digest(parse(text), Date.now()));
    } catch (error) {
      if (signal.aborted) return;
      if (error.status === 404) box.empty("No metrics here", "This service has no /metrics; rates and latencies are drawn from it.");
      else box.fail(error);
    }
  }

  function take(next) {
    if (next.isEmpty) return box.empty("No requests yet", "Rates and latencies are drawn as soon as the service has answered some.");
    scrapes = [...scrapes, next].slice(-room - 1);
    const steps = scrapes.slice(1).map((s, i) => (s.at - scrapes[i].at > longest ? undefined : [scrapes[i], s]));
    const series = (wants, what) => steps.map((step) => step && between(...step, wants)[what]);
    charts.rate.show(series(isApi, "rate"));
    charts.failures.show(series(isApi, "failures"));
    charts.reads.show(series(isRead, "p99"));
    charts.updates.show(series(isUpdate, "p99"));
    showRoutes();
    if (box.shown !== "content") box.show(all);
  }

  /** The busiest routes of the last minute. */
  function showRoutes() {
    const last = scrapes.at(-1);
    const first = scrapes.find((s) => s.at > last.at - 60_000);
    if (first === last) return;
    const rows = [...last.routes.keys()]
      .map((route) => ({ route, ...between(first, last, (r) => r === route) }))
      .filter((row) => row.rate > 0)
      .sort((a, b) => b.rate - a.rate)
      .slice(0, 8);
    routes.replaceChildren(table("The busiest routes of the last minute", [
      { name: "Route, last minute", cell: (r) => h("code", {}, r.route) },
      { name: "Per second", number: true, cell: (r) => rate(r.rate) },
      { name: "Failed", number: true, cell: (r) => (r.failures > 0 ? percent((100 * r.failures) / r.rate) : count(0)) },
      { name: "p50", number: true, cell: (r) => duration(r.p50) },
      { name: "p99", number: true, cell: (r) => duration(r.p99) },
    ], rows));
  }

  const poll = every(everyMs, scrape);
  return { element: box.element, unmount: () => poll.stop() };
}
