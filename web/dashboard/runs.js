// Tables about runs of reconcile.

import { h } from "./dom.js";
import { clock, count, duration, relative } from "./format.js";
import { button, pill, table } from "./ui.js";

const verdicts = {
  completed: ["good", "Completed"],
  running: ["busy", "Running"],
  failed: ["bad", "Failed"],
  stopped_early: ["bad", "Stopped early"],
  abandoned: ["warn", "Abandoned"],
};

/** What a report's counts mean, and what a run does about them. No DOM. */
export function changesOf(run) {
  return [
    { name: "Created", users: run.created, found: "in the cache alone", done: "added to the database" },
    { name: "Updated", users: run.updated, found: "changed in the cache by another program", done: "written to the database" },
    { name: "Healed", users: run.healed, found: "newer in the database, or lost from a board", done: "written to the cache" },
    { name: "Removed from the cache", users: run.removed_from_cache, found: "deleted users that are back in the cache", done: "removed from the cache" },
    { name: "Deleted", users: run.dry_run || run.deletes_held ? run.delete_candidates : run.deleted, found: "gone from the cache for certain", done: run.deletes_held ? "held until they are released" : "archived and deleted from the database" },
    { name: "Quarantined", users: run.quarantined, found: "not to be reconciled", done: "listed with the reason" },
    { name: "In sync", users: run.in_sync, found: "equal in both stores", done: "nothing" },
  ];
}

export function changesTable(run) {
  return table(run.dry_run ? "What a run would change" : "What the run has changed", [
    { name: "Change", cell: (c) => c.name },
    { name: "Users", number: true, cell: (c) => (c.users > 0 ? h("b", {}, count(c.users)) : h("span", { class: "muted" }, "0")) },
    { name: "Found", cell: (c) => c.found },
    { name: run.dry_run ? "Would be" : "Were", cell: (c) => c.done },
  ], changesOf(run));
}

function changedOf(run) {
  return run.created + run.updated + run.healed + run.removed_from_cache;
}

export function runsTable(runs, { undo }) {
  const undoButton = (run) => {
    if (run.dry_run || !(run.deleted > 0)) return undefined;
    const pressed = button("Undo", () => undo(run, pressed), "compact");
    pressed.setAttribute("aria-label", `Undo the run of ${clock(run.started_at)}`);
    return pressed;
  };
  const kind = (run) => [run.dry_run && "dry run", run.forced && "released", run.trigger === "timer" ? "by timer" : "on request"].filter(Boolean).join(", ");
  return table("The last runs", [
    { name: "Started", cell: (r) => h("span", { title: clock(r.started_at) }, relative(r.started_at, Date.now())) },
    { name: "Result", cell: (r) => h("span", { title: r.error || r.held_reason }, r.deletes_held ? pill("warn", "Deletes held") : pill(...(verdicts[r.status] ?? ["idle", r.status]))) },
    { name: "Kind", cell: kind },
    { name: "Compared", number: true, cell: (r) => count(r.checked) },
    { name: "Changed", number: true, cell: (r) => count(changedOf(r)) },
    { name: "Deleted", number: true, cell: (r) => count(r.deleted) },
    { name: "Took", number: true, cell: (r) => duration(r.duration_ms) },
    { name: "", cell: undoButton },
  ], runs);
}
