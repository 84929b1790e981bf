// Reconcile: what is going on, runs and dry runs, what is held, the history, the quarantine.

import { every, fill, h } from "./dom.js";
import { followEvents } from "./events.js";
import { clock, count, duration, plural, relative } from "./format.js";
import { changesTable, runsTable } from "./runs.js";
import { banner, button, confirm, facts, panel, progress, showLive, showPill, table, whileBusy } from "./ui.js";

const base = "/api/periodic-sync";

export function mount(root, context) {
  const ask = (method, path, call) => context.client.request(method, base + path, call);

  const liveState = h("span", { id: "live-state", role: "status" });
  const state = h("span");
  const dry = button("Dry run", () => run({ dry_run: true }));
  const real = button("Run now", askRun, "main");
  const bar = progress("Comparing");
  const barPlace = h("div", { class: "panel-body", id: "run-progress", hidden: true }, bar.element);
  const status = panel({ title: "Status", actions: [state, h("div", { class: "actions" }, dry, real)], lines: 4, context });
  status.element.insertBefore(barPlace, status.element.children[1]);
  const release = button("Release deletes", askRelease, "danger");
  const heldText = h("span", {});
  const held = banner("warn", heldText, release);
  held.id = "held";
  held.hidden = true;
  const report = h("div", { id: "report", tabindex: "-1", hidden: true });
  const history = panel({ title: "History", lines: 5, flush: true, context });
  const quarantine = panel({ title: "Quarantine", lines: 3, flush: true, context });
  root.append(h("div", { class: "view-head" }, h("h1", {}, "Reconcile"), h("span", { class: "space" }), liveState), held, status.element, report, history.element, quarantine.element);

  // -- status --------------------------------------------------------------------------------------
  let last; // the last status
  let running = false;

  async function look(signal) {
    try {
      showStatus(await ask("GET", "/status", { signal }));
    } catch (error) {
      if (!signal?.aborted) status.fail(error, poll.now);
    }
  }

  function showStatus(s) {
    const changed = last && (s.last_run?.run_id !== last.last_run?.run_id || s.running !== last.running);
    last = s;
    showPill(state, ...wordFor(s));
    status.show(facts([
      ["Every", duration(s.interval_ms)],
      ["Next run", s.started ? h("span", { title: clock(s.next_run_at) }, relative(s.next_run_at, Date.now())) : "on request only"],
      ["Last run", s.last_run ? h("span", { title: clock(s.last_run.started_at) }, relative(s.last_run.finished_at ?? s.last_run.started_at, Date.now())) : "none yet"],
      ["This instance", s.leader ? "does the periodic work" : "stands by"],
      ["Changed keys", s.incremental?.mode === "notifications" ? `${count(s.incremental.compared)} compared at once` : (s.incremental?.mode ?? "–")],
      ["Changed rows", s.database_changes ? `${count(s.database_changes.changes)} by others` : "–"],
      ["In quarantine", plural(s.quarantined, "user")],
      s.webhook_failures > 0 && ["Failed webhooks", count(s.webhook_failures)],
    ]));
    held.hidden = !s.deletes_held;
    if (s.deletes_held) fill(heldText, `${plural(s.held_candidates, "delete")} held: ${s.held_reason}`);
    showRun(s.running ? s.current_run : undefined);
    if (changed || history.shown === "loading") lists.now();
  }

  function wordFor(s) {
    if (s.running) return ["busy", "Running"];
    if (s.deletes_held) return ["warn", "Deletes held"];
    if (!s.enabled) return ["idle", "Off"];
    const bad = s.last_run && ["failed", "stopped_early", "abandoned"].includes(s.last_run.status);
    return bad ? ["bad", "Last run failed"] : ["good", "In step"];
  }

  function showRun(current) {
    if (!current) {
      barPlace.hidden = !running;
      return;
    }
    barPlace.hidden = false;
    bar.show(current.users ? current.checked / current.users : 0, `${count(current.checked)} of ${plural(current.users, "user")}`, current.dry_run ? "Dry run: comparing" : "Comparing");
  }

  // -- running -------------------------------------------------------------------------------------
  async function askRun() {
    const sure = await confirm("Run reconcile now?", [
      "Every user is compared in cache and database, and what differs is settled. A dry run shows what that would change.",
      "Deleted rows are archived: a run can be undone from the history.",
    ], "Run now");
    if (sure) await run({});
  }

  async function askRelease() {
    const sure = await confirm(`Release ${plural(last.held_candidates, "held delete")}?`, [
      `They are held because ${last.held_reason}.`,
      "A run deletes them from the database. Their rows are archived: the run can be undone from the history.",
    ], "Delete them", "danger");
    if (sure) await run({ force: true });
  }

  function run(what) {
    return whileBusy(what.force ? release : what.dry_run ? dry : real, async () => {
      running = true;
      barPlace.hidden = false;
      bar.show(0, "starting…", what.dry_run ? "Dry run: comparing" : "Comparing");
      try {
        const { run_id: id } = await ask("POST", "/sync", { body: { ...what, wait: false } });
        showReport(await ended(id));
      } catch (error) {
        context.failed(error);
      } finally {
        running = false;
        barPlace.hidden = true;
        poll.now();
      }
    });
  }

  /** The report of a run when it has ended; meanwhile its progress. */
  async function ended(id) {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, 300));
      const now = await ask("GET", "/status").catch(() => undefined); // the next look may succeed
      if (isGone) return undefined;
      if (now) showStatus(now);
      if (!now || now.running) continue;
      const { runs } = await ask("GET", "/runs", { query: { limit: 20 } });
      return runs.find((r) => r.run_id === id);
    }
  }

  function showReport(done) {
    if (!done) return;
    const box = panel({ title: done.dry_run ? "What a run would change" : "What the run has changed", flush: true, context, actions: button("Close", () => (report.hidden = true), "plain compact") });
    box.show(changesTable(done));
    box.foot.hidden = false;
    fill(box.foot, `${plural(done.checked, "user")} compared in ${duration(done.duration_ms)}`,
      done.error && h("span", {}, done.error),
      done.deletes_held && h("span", {}, `Deletes would be held: ${done.held_reason}`));
    report.replaceChildren(box.element);
    report.hidden = false;
    report.focus();
    if (!done.dry_run) context.toast(done.status === "completed" ? "good" : "bad", done.status === "completed" ? "The run is complete." : `The run has ended: ${done.error || done.status}.`);
  }

  // -- history and quarantine ----------------------------------------------------------------------
  async function undo(run, pressed) {
    const sure = await confirm(`Bring ${plural(run.deleted, "user")} back?`, "The rows that this run deleted are restored from the archive, in both stores.", "Undo the run");
    if (!sure) return;
    await whileBusy(pressed, async () => {
      try {
        const done = await ask("POST", `/runs/${encodeURIComponent(run.run_id)}/undo`, { timeoutMs: 0 });
        context.toast("good", `${plural(done.users_restored, "user")} restored.`);
        lists.now();
      } catch (error) {
        context.failed(error);
      }
    });
  }

  let shownRuns = "";
  async function lookAtLists(signal) {
    await Promise.all([
      ask("GET", "/runs", { query: { limit: 12 }, signal }).then(({ runs }) => {
        const next = JSON.stringify(runs);
        if (next === shownRuns) return;
        shownRuns = next;
        if (runs.length === 0) history.empty("No run yet", "The first one starts a few seconds after the service.");
        else history.show(runsTable(runs, { undo }));
      }).catch((error) => signal.aborted || history.fail(error, lists.now)),
      ask("GET", "/quarantine", { query: { limit: 50 }, signal }).then(({ users }) => {
        if (users.length === 0) quarantine.empty("Nobody is in quarantine", "Users that a run cannot reconcile are listed here with the reason.");
        else quarantine.show(quarantineTable(users));
      }).catch((error) => signal.aborted || quarantine.fail(error, lists.now)),
    ]);
  }

  // -- told, or asked for --------------------------------------------------------------------------
  function happened({ kind, state: what }) {
    if (kind !== "run" && kind !== "held") return;
    poll.now();
    if (what !== "progress") lists.now();
  }

  let isGone = false;
  const events = followEvents(context.client, { event: happened, live: (isLive) => showLive(liveState, isLive) });
  const lists = every(30_000, lookAtLists);
  const poll = every(() => (events.isLive ? 10_000 : 2_000), look);
  return {
    unmount() {
      isGone = true;
      events.stop();
      poll.stop();
      lists.stop();
    },
  };
}

function quarantineTable(users) {
  return table("Users in quarantine", [
    { name: "User", cell: (u) => u.user_id },
    { name: "Reason", cell: (u) => u.reason },
    { name: "Since", cell: (u) => h("span", { title: clock(u.first_at) }, relative(u.first_at, Date.now())) },
    { name: "Attempts", number: true, cell: (u) => count(u.attempts) },
  ], users);
}
