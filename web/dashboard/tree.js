// The supervision tree of /readyz: who runs, who was restarted, and why.

import { each, fill, h } from "./dom.js";
import { plural } from "./format.js";
import { showPill } from "./ui.js";

const states = {
  running: ["good", "Running"],
  starting: ["busy", "Starting"],
  backing_off: ["warn", "Backing off"],
  parked: ["bad", "Parked"],
  stopped: ["idle", "Stopped"],
};

const owners = [
  [/^score_writer/, "scoring"],
  [/^hydration_worker/, "hydration"],
  [/^(reconcile_worker|run_keeper|database_listener|user_batch)/, "reconcile"],
  [/^alias_worker/, "alias_mirror"],
  [/^(session_worker|key_listener)/, "session_sync"],
];

/** The children with their workers; workers of an owner that is not there stand at the top. No DOM. */
export function treeOf({ children, workers }) {
  const out = children.map((child) => ({ ...child, workers: [] }));
  for (const worker of workers) {
    const name = owners.find(([pattern]) => pattern.test(worker.name))?.[1];
    const owner = out.find((child) => child.name === name);
    if (owner) owner.workers.push(worker);
    else out.push({ ...worker, workers: [] });
  }
  return out;
}

export function tree() {
  const list = h("ul", { class: "tree" });

  function node(kind) {
    const state = h("span");
    const name = h("span", { class: "name" });
    const restarts = h("span", { class: "muted small numbers" });
    const why = h("p", { class: "small muted why" });
    const workers = kind === "child" && h("ul", {});
    const element = h("li", {}, h("div", { class: "node" }, name, restarts, state), why, workers);
    element.parts = { state, name, restarts, why, workers };
    return element;
  }

  function showNode(element, { name, state, restarts, last_error: why, workers }) {
    const { parts } = element;
    fill(parts.name, name);
    fill(parts.restarts, restarts > 0 ? plural(restarts, "restart") : "");
    showPill(parts.state, ...(states[state] ?? ["idle", state]));
    fill(parts.why, why ?? "");
    parts.why.hidden = !why;
    if (parts.workers) each(parts.workers, workers, (w) => w.name, () => node("worker"), showNode);
  }

  return {
    element: list,
    show: (health) => each(list, treeOf(health), (c) => c.name, () => node("child"), showNode),
  };
}
