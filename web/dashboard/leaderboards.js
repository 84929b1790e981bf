// Named leaderboards: those of all tenants or of one, and the archived ones.

import { StandingsError } from "/standings.js";
import { mountArchived } from "./archived.js";
import { h } from "./dom.js";
import { clock, plural, relative } from "./format.js";
import { mountLeaderboard } from "./leaderboard.js";
import { orders, settingsForm } from "./settings_form.js";
import { button, panel, table } from "./ui.js";

const pageSize = 50;

/** The list, or the leaderboard that the address names: `#/leaderboards/acme.eu/daily/user/ada`. */
export function mount(root, context, parts) {
  let id;
  let view;

  function update(next) {
    if (view && next[1] === id) return view.update?.(next.slice(2));
    const isFirst = !view;
    view?.unmount();
    root.replaceChildren();
    id = next[1];
    view = id ? mountLeaderboard(root, context, id, next.slice(2)) : mountList(root, context);
    if (isFirst) return;
    scrollTo(0, 0);
    const heading = root.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }

  update(parts);
  return { update, unmount: () => view.unmount() };
}

function mountList(root, context) {
  const abort = new AbortController();
  let tenant = "";
  let rows = [];
  let turn = 0;

  const wanted = h("input", { name: "tenant", type: "search", maxlength: 32, autocomplete: "off", spellcheck: "false" });
  const filter = h("form", { class: "form-row", role: "search", onsubmit: (event) => {
    event.preventDefault();
    tenant = wanted.value.trim();
    load();
  } }, h("label", { class: "field" }, "Tenant", wanted), h("button", { class: "button" }, "Show"));
  const list = panel({ title: "Named leaderboards", lines: 6, flush: true, context });
  const archived = mountArchived(context, abort.signal);
  const formPlace = h("div", { class: "panel-body" });
  const making = h("section", { class: "panel", "aria-labelledby": "make-title", hidden: true },
    h("div", { class: "panel-head" }, h("h2", { id: "make-title" }, "New leaderboard")), formPlace);
  const opener = button("New leaderboard", () => showForm(making.hidden));
  opener.setAttribute("aria-expanded", "false");
  root.append(
    h("div", { class: "view-head" }, h("h1", {}, "Leaderboards"), h("span", { class: "space" }), opener),
    making,
    h("section", { class: "panel", "aria-label": "Filter" }, h("div", { class: "panel-body" }, filter)),
    list.element,
    archived.element);

  function showForm(isShown) {
    formPlace.replaceChildren(...(isShown ? [settingsForm(context, { save: makeOne, cancel: () => showForm(false) })] : []));
    making.hidden = !isShown;
    opener.setAttribute("aria-expanded", isShown);
    (isShown ? formPlace.querySelector("input") : opener).focus();
  }

  /** Makes one, but changes none that is there. */
  async function makeOne(id, settings) {
    const one = context.client.leaderboard(id);
    const isThere = await one.describe().then(() => true, (error) => {
      if (error.code === "unknown_leaderboard") return false;
      throw error;
    });
    if (isThere) throw new StandingsError({ detail: `There is a leaderboard ${id} already.`, field: "leaderboard", code: "exists" });
    await one.save(settings);
    context.toast("good", `${id} was made.`);
    location.hash = `#/leaderboards/${encodeURIComponent(id)}`;
  }

  /** Begins anew, or goes on after what is shown. */
  async function load(after) {
    const mine = ++turn;
    try {
      const page = await context.client.leaderboards({ tenant, after, limit: pageSize, signal: abort.signal });
      if (mine !== turn) return;
      show(after ? [...rows, ...page.leaderboards] : page.leaderboards, page.next);
      if (!after) archived.load(tenant);
    } catch (error) {
      if (abort.signal.aborted || mine !== turn) return;
      if (after) return context.failed(error);
      list.foot.hidden = true;
      archived.forget();
      if (error.status === 422) return list.empty("This is no tenant", "A tenant is the first part of an id: of a-z, 0-9, _ and -, such as acme.");
      list.empty("Nothing is known", ""); // what was there is of another tenant
      list.fail(error, () => load());
    }
  }

  function show(found, next) {
    rows = found;
    list.foot.hidden = rows.length === 0;
    if (rows.length === 0) {
      if (tenant) list.empty(`No leaderboard of “${tenant}”`, "Or none that this token may see.");
      else list.empty("No leaderboard but the default one", "Make one with the button above, with standings leaderboards create acme.eu, or with PUT /api/leaderboards/acme.eu.");
      return;
    }
    list.show(table("Named leaderboards", [
      { name: "Leaderboard", cell: (r) => h("a", { href: `#/leaderboards/${encodeURIComponent(r.id)}` }, r.id) },
      { name: "Mode", cell: (r) => r.settings.mode },
      { name: "First is", cell: (r) => orders[r.settings.order] ?? r.settings.order },
      { name: "Time zone", cell: (r) => r.settings.time_zone },
      { name: "Feeds", cell: (r) => r.settings.feeds.join(", ") || "–" },
      { name: "Last used", cell: (r) => h("time", { datetime: r.last_used_at, title: clock(r.last_used_at) }, relative(r.last_used_at, Date.now())) },
    ], rows));
    list.foot.replaceChildren(
      h("span", { role: "status" }, `${plural(rows.length, "leaderboard")}${next ? ", and more" : ""}`),
      h("span", { class: "space" }),
      ...(next ? [button("Show more", () => load(next), "compact")] : []));
  }

  load();
  return { unmount: () => abort.abort() };
}
