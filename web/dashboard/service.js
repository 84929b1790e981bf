// The service: is it well, do both stores agree, who runs, how fast.

import { each, every, fill, h } from "./dom.js";
import { followEvents, noted, toneOf } from "./events.js";
import { bytes, clock, count, duration, percent, plural, words as wordsOf } from "./format.js";
import { mountTraffic } from "./traffic.js";
import { tree } from "./tree.js";
import { banner, button, confirm, facts, icon, panel, progress, showLive, table, whileBusy } from "./ui.js";

const periods = ["daily", "weekly", "monthly", "yearly"];

export function mount(root, context) {
  const tiles = ["Service", "Updates", "Database", "Cache"].map(tile);
  const rebuild = button("Rebuild cache", askRebuild);
  const stores = panel({ title: "Both stores", actions: rebuild, lines: 6, flush: true, context });
  const bar = progress("Filling the cache");
  const barPlace = h("div", { class: "panel-body", id: "rebuild-progress", hidden: true }, bar.element);
  stores.element.insertBefore(barPlace, stores.element.children[1]);
  const actors = panel({ title: "Supervision tree", lines: 10, context });
  const liveState = h("span", { id: "live-state", role: "status" });
  const happened = panel({ title: "What happened", actions: liveState, lines: 4, context });
  const queues = panel({ title: "Queues and counters", lines: 4, context });
  const traffic = mountTraffic(context);
  const supervision = tree();
  root.append(
    h("div", { class: "view-head" }, h("h1", {}, "Service")),
    h("div", { class: "tiles", id: "tiles" }, tiles.map((t) => t.element)),
    traffic.element,
    h("div", { class: "columns even" },
      h("div", { class: "stack" }, stores.element, queues.element),
      h("div", { class: "stack" }, happened.element, actors.element)));

  // -- health ------------------------------------------------------------------------------------
  function showHealth(health) {
    if (!health) return; // the frame says that the service is away
    const { hydration: h9n, stores: seen } = health;
    const [service, updates, database, cache] = tiles;
    const words = { ready: ["good", "Ready"], degraded: ["warn", "Degraded"], not_ready: ["bad", "Not ready"] };
    service.show(...(words[health.status] ?? ["bad", health.status]), troubles(health));
    updates.show(...(health.accepts_updates ? ["good", "Accepted"] : ["bad", "Refused"]), `${plural(health.gauges.updates_queued ?? 0, "update")} waiting`);
    database.show(...(seen.database === "reachable" ? ["good", "Reachable"] : ["bad", "Away"]), "the truth");
    if (seen.cache !== "reachable") cache.show("bad", "Away", "breaker open");
    else if (h9n.complete) cache.show("good", "Complete", h9n.pending > 0 ? `${plural(h9n.pending, "user")} to catch up` : "breaker closed");
    else cache.show("warn", h9n.running ? "Filling" : "Incomplete", h9n.last_error || "boards wait for it");
    supervision.show(health);
    if (actors.shown !== "content") actors.show(supervision.element);
    const gauges = Object.entries(health.gauges);
    queues.show(facts(gauges.map(([name, value]) => [wordsOf(name), count(value)])));
    showFilling(h9n);
  }

  function troubles(health) {
    const down = [...health.children, ...health.workers].filter((c) => c.state !== "running");
    return down.length === 0 ? "everything runs" : `${plural(down.length, "actor")} not running`;
  }

  // -- both stores -------------------------------------------------------------------------------
  async function askStores(signal) {
    try {
      showStores(await context.client.request("GET", "/api/redis-leaderboard/admin/status", { signal }));
    } catch (error) {
      if (!signal.aborted) stores.fail(error, poll.now);
    }
  }

  function showStores(status) {
    const users = status.database_users;
    const rows = periods.map((period) => ({ period, cached: status[`${period}_count`] }));
    const isEqual = (r) => r.cached === users;
    const difference = (r) => {
      if (r.cached === undefined || users === undefined) return "unknown";
      return isEqual(r) ? h("span", { class: "muted" }, "none") : h("span", { class: "differs" }, icon("warn", 14), count(r.cached - users).replace("-", "−"));
    };
    const problems = (status.cache_problems ?? []).map((text) => banner("bad", text));
    const notes = (status.cache_notes ?? []).map((text) => banner("warn", text));
    stores.show(
      table("Users of each board in both stores", [
        { name: "Board", cell: (r) => wordsOf(r.period) },
        { name: "Cache", number: true, cell: (r) => count(r.cached) },
        { name: "Database", number: true, cell: () => count(users) },
        { name: "Difference", number: true, cell: difference },
      ], rows, { kind: "" }),
      h("div", { class: "panel-body stack" }, problems, notes,
        agreement(status.sync_percentage),
        facts([
          ["Cache is", status.complete === undefined ? "away" : status.complete ? "complete" : "incomplete"],
          ["Memory", bytes(status.memory_usage)],
          ["Generation", status.generation ? h("code", { title: status.generation }, status.generation.slice(0, 8)) : "none"],
          ["Foreign members", count(status.foreign_members)],
          ["Undated scores", count(status.undated_scores)],
          ["Keys set aside", count(status.keys_set_aside)],
        ])));
  }

  const agree = progress("Cache and database agree on");
  function agreement(share) {
    agree.show((share ?? 0) / 100, percent(share, 2));
    return agree.element;
  }

  // -- rebuilding ----------------------------------------------------------------------------------
  let wasFilling = false;

  function showFilling(hydration) {
    const isFilling = hydration.running;
    const isOver = wasFilling && !isFilling;
    wasFilling = isFilling;
    if (isFilling) {
      barPlace.hidden = false;
      bar.show(hydration.total ? hydration.loaded / hydration.total : 0, `${count(hydration.loaded)} of ${plural(hydration.total, "user")}`, "Filling the cache");
    } else if (isOver) {
      finish(hydration);
    }
  }

  function finish(hydration) {
    bar.show(1, plural(hydration.total, "user"), "The cache is complete");
    setTimeout(() => (barPlace.hidden = !wasFilling), 4_000);
    poll.now();
  }

  async function askRebuild() {
    const sure = await confirm("Rebuild the cache?", [
      "The cache is filled anew from the database. No score is lost: the database is the truth.",
      "Until it is complete, boards and ranks wait or are served from the database.",
    ], "Rebuild");
    if (sure) await whileBusy(rebuild, runRebuild);
  }

  async function runRebuild() {
    barPlace.hidden = false;
    bar.show(0, "starting…", "Filling the cache");
    const follow = every(100, async (signal) => {
      const health = await context.client.request("GET", "/readyz", { signal }).catch((error) => error.body);
      if (health?.hydration?.running) showFilling(health.hydration);
    });
    try {
      const done = await context.client.request("POST", "/api/redis-leaderboard/admin/sync", { timeoutMs: 0 });
      wasFilling = false;
      finish({ total: done.users_synced });
      context.toast("good", `The cache was rebuilt: ${plural(done.users_synced, "user")} in ${duration(done.duration_ms)}.`);
    } catch (error) {
      barPlace.hidden = true;
      context.failed(error);
    } finally {
      follow.stop();
    }
  }

  // -- what happens --------------------------------------------------------------------------------
  const list = h("ol", { class: "events" });
  let events = []; // newest first

  function showEvent(event) {
    events = noted(events, event);
    each(list, events, (e) => e, eventLine);
    if (happened.shown !== "content") happened.show(list);
    context.lookAtHealth();
    if (event.state !== "progress") poll.now();
  }

  function eventLine(event) {
    const tone = toneOf(event);
    return h("li", {}, h("span", { class: `event-icon ${tone}` }, icon(tone, 16)), h("p", {}, event.text), h("time", { datetime: event.at }, clock(event.at)));
  }

  const following = followEvents(context.client, {
    event: showEvent,
    live: (isLive) => showLive(liveState, isLive),
    refused: (error) => happened.fail(error),
  });
  const endHealth = context.onHealth(showHealth);
  const poll = every(5_000, askStores);
  return {
    unmount() {
      following.stop();
      endHealth();
      poll.stop();
      traffic.unmount();
    },
  };
}

function tile(name) {
  const shape = h("span", { class: "tile-icon" });
  const value = h("dd", {}, "\u00a0");
  const detail = h("dd", { class: "detail" }, "\u00a0");
  return {
    element: h("div", { class: "tile" }, shape, h("dl", {}, h("dt", {}, name), value, detail)),
    show(tone, text, more) {
      shape.className = `tile-icon ${tone}`;
      fill(shape, icon(tone, 20));
      fill(value, text);
      fill(detail, more);
    },
  };
}
