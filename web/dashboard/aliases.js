// Aliases: the ids behind a name, and how the mirror of the source file is doing.

import { every, h } from "./dom.js";
import { clock, count, duration, plural, relative, words } from "./format.js";
import { banner, button, facts, panel, pill, showPill, table, whileBusy } from "./ui.js";

const types = ["team", "player", "league", "market"];

export function mount(root, context) {
  // -- look-up -------------------------------------------------------------------------------------
  const type = h("select", { name: "type" }, types.map((t) => h("option", { value: t }, words(t))));
  const alias = h("input", { name: "alias", required: true, autocomplete: "off", spellcheck: "false" });
  const one = lookUp("One name", "One name may stand for several ids.", [h("label", { class: "field" }, "Kind", type), h("label", { class: "field" }, "Name", alias)], async () => {
    const { ids } = await context.client.alias(type.value, alias.value);
    return answer([[`${words(type.value)} “${alias.value}”`, ids]]);
  });
  const team = h("input", { name: "team", required: true, autocomplete: "off", spellcheck: "false" });
  const player = h("input", { name: "player", required: true, autocomplete: "off", spellcheck: "false" });
  const both = lookUp("A team and a player", "Both at once, remembered for the next query.", [h("label", { class: "field" }, "Team", team), h("label", { class: "field" }, "Player", player)], async () => {
    const found = await context.client.resolve(team.value, player.value);
    return answer([[`Team “${found.team}”`, found.team_ids], [`Player “${found.player}”`, found.player_ids]], found.cached ? "Remembered from an earlier query." : "Looked up now, and remembered for the next query.");
  });

  function lookUp(title, hint, fields, find) {
    const result = h("div", { class: "lookup-result", role: "status" }, h("p", { class: "small muted" }, hint));
    const form = h("form", { class: "form-row", onsubmit: async (event) => {
      event.preventDefault();
      try {
        result.replaceChildren(await find());
      } catch (error) {
        const isUnknown = error.status === 404;
        result.replaceChildren(h("p", { class: isUnknown ? "muted" : "" }, isUnknown ? "No such name. Names are compared as the source writes them." : `${error.message} (${error.code})`));
      }
    } }, fields, h("button", { class: "button" }, "Look up"));
    return h("section", { class: "panel", "aria-label": title }, h("div", { class: "panel-head" }, h("h2", {}, title)), h("div", { class: "panel-body stack" }, form, result));
  }

  function answer(lists, text) {
    return h("div", { class: "stack" }, lists.map(([name, ids]) => h("div", {}, h("p", { class: "small muted" }, name), h("ul", { class: "ids" }, ids.map((id) => h("li", { class: "mono" }, id))))), text && h("p", { class: "small muted" }, text));
  }

  // -- the mirror ----------------------------------------------------------------------------------
  const state = h("span");
  const sync = button("Sync now", runSync);
  const mirror = panel({ title: "Mirror", actions: [state, sync], lines: 5, context });
  const history = panel({ title: "Cycles", lines: 4, flush: true, context });
  root.append(
    h("div", { class: "view-head" }, h("h1", {}, "Aliases")),
    h("div", { class: "columns even" }, one, both),
    mirror.element, history.element);

  async function look(signal) {
    try {
      show(await context.client.request("GET", "/api/aliases/status", { signal }));
    } catch (error) {
      if (signal.aborted) return;
      mirror.fail(error, poll.now);
      history.fail(error, poll.now);
    }
  }

  function show(s) {
    showPill(state, ...wordFor(s));
    const cycle = s.last_cycle;
    mirror.show(
      h("div", { class: "stack" },
        s.reason ? banner("warn", s.reason) : cycle?.error && banner("bad", cycle.error),
        facts([
          ["Source", h("code", {}, s.source || "none")],
          ["Every", duration(s.interval_ms)],
          ["Next cycle", s.next_in_ms === null ? "–" : `in ${duration(s.next_in_ms)}`],
          ["Cycles", count(s.cycles)],
        ]),
        cycle && tables(cycle)));
    if (s.history.length === 0) history.empty("No cycle yet", "The mirror compares its source with the cache every few minutes.");
    else history.show(cycles(s.history.slice(0, 12)));
  }

  function wordFor(s) {
    if (s.syncing) return ["busy", "Syncing"];
    if (!s.enabled) return ["idle", "Waiting for a source"];
    if (!s.running) return ["idle", "Stopped"];
    return s.last_cycle && !s.last_cycle.success ? ["bad", "Last cycle failed"] : ["good", "Running"];
  }

  function tables(cycle) {
    const problems = cycle.tables.flatMap((t) => [t.error, ...t.problems].filter(Boolean).map((text) => `${words(t.type)}: ${text}`));
    return [
      h("div", { class: "inset" }, table("Names of each kind", [
        { name: "Kind", cell: (t) => words(t.type) },
        { name: "Names", number: true, cell: (t) => count(t.total) },
        { name: "Added", number: true, cell: (t) => count(t.added) },
        { name: "Changed", number: true, cell: (t) => count(t.updated) },
        { name: "Deleted", number: true, cell: (t) => count(t.deleted) },
        { name: "Unusable", number: true, cell: (t) => count(t.invalid) },
      ], cycle.tables)),
      problems.length > 0 && h("div", { id: "alias-problems" }, h("h3", {}, "Problems"), h("ul", { class: "problems" }, problems.map((p) => h("li", {}, p)))),
    ];
  }

  function cycles(list) {
    return table("The last cycles", [
      { name: "Started", cell: (c) => h("span", { title: clock(c.started_at) }, relative(c.started_at, Date.now())) },
      { name: "Result", cell: (c) => (c.success ? pill("good", c.skipped_reading ? "Unchanged" : "Compared") : pill("bad", "Failed")) },
      { name: "Why", cell: (c) => words(c.reason) },
      { name: "Changes", number: true, cell: (c) => count(c.added + c.updated + c.deleted) },
      { name: "Took", number: true, cell: (c) => duration(c.duration_ms) },
    ], list);
  }

  function runSync() {
    return whileBusy(sync, async () => {
      showPill(state, "busy", "Syncing");
      try {
        const cycle = await context.client.request("POST", "/api/aliases/sync", { timeoutMs: 0 });
        context.toast(cycle.success ? "good" : "bad", cycle.success ? `${cycle.message}: ${plural(cycle.total, "name")}.`.replace("::", ":") : cycle.message);
      } catch (error) {
        context.failed(error);
      }
      poll.now();
    });
  }

  const poll = every(4_000, look);
  return { unmount: () => poll.stop() };
}
