// Sessions: how far the database is behind Redis, what could not be stored, a comparison.

import { every, fill, h } from "./dom.js";
import { clock, count, duration, plural, relative, words } from "./format.js";
import { banner, button, facts, notice, panel, pill, showPill, table, whileBusy } from "./ui.js";

const verdicts = {
  in_sync: ["good", "In sync"],
  differs: ["warn", "Differs"],
  only_in_redis: ["warn", "Only in Redis"],
  only_in_database: ["idle", "Only in the database"],
  unreadable: ["bad", "Unreadable"],
};

const pageSize = 50;

export function mount(root, context) {
  const ask = (method, path, call) => context.client.request(method, "/api/v1/sync" + path, call);
  const state = h("span");
  const sync = button("Sync all now", runSync);
  const status = panel({ title: "Status", actions: [state, sync], lines: 5, context });
  const compare = panel({ title: "Comparison", actions: button("Compare", () => runCompare("")), lines: 2, flush: true, context });
  const problems = panel({ title: "Quarantine", lines: 3, flush: true, context });
  root.append(h("div", { class: "view-head" }, h("h1", {}, "Sessions")), status.element, problems.element, compare.element);

  async function look(signal) {
    try {
      show(await ask("GET", "/status", { signal }));
    } catch (error) {
      if (signal.aborted) return;
      status.fail(error, poll.now);
      problems.fail(error, poll.now);
      compare.fail(error, poll.now);
    }
  }

  function show(s) {
    const words3 = { running: ["good", "Running"], degraded: ["warn", "Degraded"], disabled: ["idle", "Off"] };
    showPill(state, ...(s.full_sync.running ? ["busy", "Syncing"] : (words3[s.service_status] ?? ["idle", s.service_status])));
    sync.disabled = !s.sync_enabled;
    if (!s.sync_enabled) {
      status.empty("Session sync is off", "It brings chat sessions that another application writes to Redis into the database. It needs cache.backend redis and sessions.enabled; see docs/sessions.md.");
    }
    problems.element.hidden = compare.element.hidden = !s.sync_enabled;
    if (!s.sync_enabled) return;
    const lag = s.lag_ms;
    status.show(h("div", { class: "stack" },
      s.notice && banner("warn", s.notice),
      s.last_error && banner("bad", s.last_error),
      h("div", { class: "tiles" },
        figure("Lag, median", lag.samples > 0 ? duration(lag.p50) : "–", `of ${plural(lag.samples, "change")}`),
        figure("Lag, p99", lag.samples > 0 ? duration(lag.p99) : "–", "from the hint to the row"),
        figure("Waiting", count(s.pending), "changed sessions"),
        figure("Messages", count(s.totals.messages_added), `in ${plural(s.totals.sessions_read, "read session")}`)),
      facts([
        ["Changes are", s.mode === "notifications" ? "notified" : "polled"],
        ["Redis", s.redis_connected ? "subscribed" : "away"],
        ["Last full sync", s.full_sync.last_completed_at ? h("span", { title: clock(s.full_sync.last_completed_at) }, `${relative(s.full_sync.last_completed_at, Date.now())}, took ${duration(s.full_sync.last_duration_ms)}`) : "none yet"],
        ["Created", plural(s.totals.sessions_created, "session")],
        ["Duplicates", plural(s.totals.duplicate_messages, "message")],
        ["Vanished", plural(s.totals.sessions_vanished, "session")],
        ["Skipped messages", sum(s.totals.skipped_messages)],
        ["Mended fields", sum(s.totals.mended_fields)],
      ])));
    showProblems(s);
    if (compare.shown === "loading") compare.empty("Not compared yet", "Compare looks at each session in Redis and in the database, fifty at a time.");
  }

  function figure(name, value, detail) {
    return h("div", { class: "tile" }, h("dl", {}, h("dt", {}, name), h("dd", {}, value), h("dd", { class: "detail" }, detail)));
  }

  function sum(reasons) {
    const all = Object.entries(reasons ?? {});
    if (all.length === 0) return "none";
    return all.map(([reason, n]) => `${count(n)} ${words(reason).toLowerCase()}`).join(", ");
  }

  function showProblems(s) {
    const reasons = Object.entries(s.totals.quarantine_reasons ?? {});
    if (s.recent_problems.length === 0) problems.empty("Nothing in quarantine", "Sessions that cannot be stored are listed here with the reason; the others go on.");
    else problems.show(table("Sessions that could not be stored", [
      { name: "Session", cell: (p) => h("code", {}, p.session_id) },
      { name: "Reason", cell: (p) => p.reason },
    ], s.recent_problems));
    problems.foot.hidden = reasons.length === 0;
    fill(problems.foot, reasons.map(([reason, n]) => h("span", {}, `${words(reason)}: ${count(n)}`)));
  }

  // -- comparison ----------------------------------------------------------------------------------
  /** Pages until there are enough sessions for one view: those that only Redis has come after the others. */
  async function pageFrom(cursor) {
    const all = { sessions: [], counts: {}, next_cursor: cursor };
    do {
      const query = { limit: pageSize, ...(all.next_cursor && { cursor: all.next_cursor }) };
      const page = await ask("GET", "/sessions/compare", { query });
      all.sessions.push(...page.sessions);
      all.next_cursor = page.next_cursor;
      for (const [verdict, n] of Object.entries(page.counts)) all.counts[verdict] = (all.counts[verdict] ?? 0) + n;
    } while (all.next_cursor && all.sessions.length < pageSize);
    return all;
  }

  async function runCompare(cursor) {
    try {
      const page = await pageFrom(cursor);
      compare.foot.hidden = page.sessions.length === 0;
      if (page.sessions.length === 0) return compare.empty("No session here", "Neither Redis nor the database has one.");
      compare.show(table("Sessions in Redis and in the database", [
        { name: "Session", cell: (s) => h("code", {}, s.session_id) },
        { name: "Verdict", cell: (s) => pill(...(verdicts[s.verdict] ?? ["idle", s.verdict])) },
        { name: "In Redis", number: true, cell: (s) => count(s.messages_in_redis) },
        { name: "In the database", number: true, cell: (s) => count(s.messages_in_database) },
        { name: "Missing", number: true, cell: (s) => count(s.messages_missing) },
        { name: "What differs", cell: (s) => s.reason ?? s.fields?.join(", ") },
      ], page.sessions));
      fill(compare.foot, Object.entries(page.counts).map(([verdict, n]) => h("span", {}, `${words(verdict)}: ${count(n)}`)), h("span", { class: "space" }),
        page.next_cursor ? button("Next page", () => runCompare(page.next_cursor), "compact") : h("span", {}, "The last page"));
    } catch (error) {
      if (error.status === 401) return context.failed(error);
      compare.show(notice("warn", "The comparison failed", `${error.message} (${error.code})`));
    }
  }

  function runSync() {
    return whileBusy(sync, async () => {
      showPill(state, "busy", "Syncing");
      try {
        const done = await ask("POST", "/manual", { timeoutMs: 0 });
        context.toast("good", `${plural(done.sessions_read, "session")} read, ${plural(done.messages_added, "message")} added in ${duration(done.duration_ms)}.`);
      } catch (error) {
        context.failed(error);
      }
      poll.now();
    });
  }

  const poll = every(3_000, look);
  return { unmount: () => poll.stop() };
}
