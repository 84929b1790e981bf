// Archived leaderboards: which there are, when they are purged, and what brings them back.

import { h } from "./dom.js";
import { day, moment } from "./format.js";
import { button, panel, table, whileBusy } from "./ui.js";

const pageSize = 50;

/** @returns what is told whose leaderboards are wanted, once they are known to be there */
export function mountArchived(context, signal) {
  const list = panel({ title: "Archived leaderboards", lines: 2, flush: true, context });
  list.element.append(h("div", { class: "panel-body stack" },
    h("p", { class: "small muted" }, "For 30 days after it was archived, a leaderboard comes back with all its users. Then it is purged."), byId(context)));
  let rows = [];
  let turn = 0; // of the last request: answers to earlier ones are not shown

  /** Begins anew, or goes on after what is shown. */
  async function load(tenant, after) {
    const mine = ++turn;
    try {
      const page = await context.client.leaderboards({ tenant, after, archived: true, limit: pageSize, signal });
      if (mine !== turn) return;
      rows = after ? [...rows, ...page.leaderboards] : page.leaderboards;
      show(tenant, page.next);
    } catch (error) {
      if (signal.aborted || mine !== turn) return;
      if (after) return context.failed(error);
      forget();
      list.fail(error, () => load(tenant));
    }
  }

  function show(tenant, next) {
    list.foot.hidden = !next;
    if (rows.length === 0) return list.empty(tenant ? `No archived leaderboard of “${tenant}”` : "No leaderboard is archived", "");
    list.show(table("Archived leaderboards", [
      { name: "Leaderboard", cell: (r) => r.id },
      { name: "Archived", cell: (r) => onDay(r.archived_at) },
      { name: "Purged", cell: (r) => onDay(r.purged_at) },
      { name: "", cell: (r) => restoring(context, r.id) },
    ], rows));
    if (next) list.foot.replaceChildren(h("span", { class: "space" }), button("Show more archived ones", () => load(tenant, next), "compact"));
  }

  /** What was there is of another tenant, or no longer known. */
  function forget() {
    ++turn;
    list.foot.hidden = true;
    list.empty("Nothing is known", "");
  }

  return { element: list.element, load, forget };
}

function onDay(time) {
  return h("time", { datetime: time, title: moment(time) }, day(time));
}

function restoring(context, id) {
  const pressed = button("Restore", () => whileBusy(pressed, () => restoreOne(context, id)), "compact");
  pressed.setAttribute("aria-label", `Restore ${id}`);
  return pressed;
}

/** For whoever knows the id. */
function byId(context) {
  const id = h("input", { name: "archived", required: true, maxlength: 128, autocomplete: "off", spellcheck: "false" });
  const pressed = h("button", { class: "button" }, "Restore");
  return h("form", { class: "form-row", onsubmit: (event) => {
    event.preventDefault();
    whileBusy(pressed, () => restoreOne(context, id.value.trim()));
  } }, h("label", { class: "field" }, "Id", id), pressed);
}

/** Restores a leaderboard and shows it. */
export async function restoreOne(context, id) {
  try {
    await context.client.leaderboard(id).restore();
    context.toast("good", `${id} is back with all its users.`);
    location.hash = `#/leaderboards/${encodeURIComponent(id)}`;
    return true;
  } catch (error) {
    context.failed(error);
    return false;
  }
}
