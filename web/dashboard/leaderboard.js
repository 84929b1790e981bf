// One named leaderboard: its settings, both stores, its boards.

import { mountBoards } from "./boards.js";
import { every, h } from "./dom.js";
import { clock, count, duration, plural, words } from "./format.js";
import { restoreOne } from "./archived.js";
import { modes, orders, settingsForm } from "./settings_form.js";
import { button, confirm, facts, notice, panel, table, whileBusy } from "./ui.js";

const periods = ["daily", "weekly", "monthly", "yearly"];

export function mountLeaderboard(root, context, id, address) {
  const of = context.client.leaderboard(id);
  const head = h("div", { class: "view-head" }, h("h1", {}, id), h("a", { href: "#/leaderboards" }, "All leaderboards"), h("span", { class: "space" }));
  const load = button("Load anew", askLoad);
  const archive = button("Archive", askArchive, "danger");
  const change = button("Change", showForm);
  change.hidden = true;
  const settings = panel({ title: "Settings", actions: change, lines: 5, context });
  const stores = panel({ title: "Both stores", actions: [load, archive], lines: 5, flush: true, context });
  const boardPlace = h("div", { class: "stack" });
  root.append(head, boardPlace, h("div", { class: "columns even" }, settings.element, stores.element));
  const boards = mountBoards(boardPlace, head, context, {
    of,
    base: `#/leaderboards/${encodeURIComponent(id)}`,
    updatePath: `/api/leaderboards/${id}/update`,
    gone: showAbsent,
  });
  let users; // in the database, as far as is known
  let found; // the description that is shown
  let isChanging = false;

  // -- what it is ----------------------------------------------------------------------------------
  async function look(signal) {
    await Promise.all([
      of.describe({ signal }).then(showSettings, (error) => failed(settings, error, signal)),
      of.status({ signal }).then(showStores, (error) => failed(stores, error, signal)),
    ]);
  }

  function failed(place, error, signal) {
    if (signal.aborted) return;
    if (error.code === "unknown_leaderboard") return showAbsent();
    place.fail(error, poll.now);
  }

  function showSettings(next) {
    found = next;
    users = found.users;
    if (isChanging) return;
    change.hidden = false;
    const { settings: s } = found;
    settings.show(facts([
      ["Counts", modes[s.mode] ?? s.mode],
      ["First is", orders[s.order] ?? s.order],
      ["Time zone", s.time_zone],
      ["Week starts on", words(s.week_start)],
      ["Most in one update", count(s.max_count)],
      ["Feeds", s.feeds.length === 0 ? "none" : s.feeds.map((feed, i) => [i > 0 && ", ", feedLink(feed)])],
      ["Users", count(users)],
      ["Made", clock(found.created_at)],
      Object.keys(s.metadata).length > 0 && ["Metadata", h("code", {}, JSON.stringify(s.metadata))],
    ]));
  }

  /** In the place of the settings, which are looked at no more until it is closed. */
  function showForm() {
    isChanging = change.hidden = true;
    settings.show(settingsForm(context, { settings: found.settings, save, cancel: closeForm }));
    settings.element.querySelector("input").focus();
  }

  function closeForm() {
    isChanging = false;
    showSettings(found);
    change.focus();
  }

  async function save(_, wanted) {
    const saved = await of.save(wanted);
    found = { ...found, ...saved };
    context.toast("good", `The settings of ${id} were changed.`);
    closeForm();
  }

  function feedLink(feed) {
    return h("a", { href: feed === "default" ? "#/boards/daily" : `#/leaderboards/${encodeURIComponent(feed)}` }, feed);
  }

  function stateOf(status) {
    if (!status.cache_connected) return "away: boards are shown again when it is back";
    return status.complete ? "complete" : "not loaded: the next read loads it";
  }

  function showStores(status) {
    users = status.database_users;
    stores.show(
      table("Users of each board in both stores", [
        { name: "Board", cell: (p) => words(p) },
        { name: "Cache", number: true, cell: (p) => status.cache_connected ? count(status[`${p}_count`]) : "?" },
        { name: "Database", number: true, cell: () => count(status.database_users) },
      ], periods, { kind: "" }),
      h("div", { class: "panel-body" }, facts([
        ["Cache is", stateOf(status)],
        ["Generation", status.generation ? h("code", { title: status.generation }, status.generation.slice(0, 8)) : "none"],
      ])));
  }

  /** It was never made, or was archived: then its address can bring it back. */
  function showAbsent() {
    end();
    const back = button("Restore it", () => whileBusy(back, async () => {
      if (await restoreOne(context, id)) again();
    }), "main");
    root.replaceChildren(
      h("div", { class: "view-head" }, h("h1", { tabindex: -1 }, id), h("a", { href: "#/leaderboards" }, "All leaderboards")),
      h("section", { class: "panel", "aria-label": "Leaderboard" }, notice("search", "There is no such leaderboard", "It was never made, or it is archived: then it can be restored for 30 days.", back)));
  }

  /** Shows it anew at the same address. */
  function again() {
    root.replaceChildren();
    const next = mountLeaderboard(root, context, id, []);
    Object.assign(view, next);
    root.querySelector("h1").tabIndex = -1;
    root.querySelector("h1").focus({ preventScroll: true });
  }

  // -- what can be done -----------------------------------------------------------------------------
  async function askLoad() {
    const sure = await confirm(`Load ${id} anew?`, "Its cache is filled anew from the database, which is the truth. Other leaderboards go on meanwhile.", "Load");
    if (sure) await whileBusy(load, runLoad);
  }

  async function runLoad() {
    try {
      const done = await of.load();
      context.toast("good", `${id} was loaded: ${plural(done.users_synced, "user")} in ${duration(done.duration_ms)}.`);
    } catch (error) {
      context.failed(error);
    }
    poll.now();
  }

  async function askArchive() {
    const sure = await confirm(`Archive ${id}?`, [
      `It is hidden with its ${users === undefined ? "users" : plural(users, "user")}: updates and reads of it are answered 404, and who follows it is told so.`,
      "For 30 days it can be restored here. Then its rows are deleted.",
    ], "Archive", "danger");
    if (sure) await whileBusy(archive, runArchive);
  }

  async function runArchive() {
    try {
      await of.archive();
      context.toast("good", `${id} is archived.`);
      showAbsent();
      root.querySelector("h1").focus({ preventScroll: true });
    } catch (error) {
      context.failed(error);
    }
  }

  let ended = false;
  function end() {
    if (ended) return;
    ended = true;
    poll.stop();
    boards.unmount();
  }

  const poll = every(5_000, look);
  boards.update(address);
  const view = { update: (next) => ended || boards.update(next), unmount: end };
  return view;
}
