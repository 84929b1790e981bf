// The boards: the first of each period, live, and where a user stands.

import { each, fill, h, isCalm } from "./dom.js";
import { count, plural } from "./format.js";
import { mountPast } from "./past.js";
import { banner, notice, showPill, skeleton } from "./ui.js";
import { mountUser } from "./user.js";

export const periods = ["daily", "weekly", "monthly", "yearly"];
const names = { daily: "Daily", weekly: "Weekly", monthly: "Monthly", yearly: "Yearly" };
const lengths = [10, 25, 50, 100];

const liveWords = {
  connecting: ["busy", "Connecting…"],
  live: ["good", "Live"],
  polling: ["idle", "Every 2 s"],
  reconnecting: ["busy", "Reconnecting…"],
  refused: ["bad", "Refused"],
};

export function mount(root, context, parts) {
  root.append(h("div", { class: "view-head" }, h("h1", {}, "Boards"), h("span", { class: "space" })));
  const view = mountBoards(root, root.firstChild, context, { of: context.client, base: "#/boards", updatePath: "/api/redis-leaderboard/update" });
  view.update(parts.slice(1));
  return { update: (next) => view.update(next.slice(1)), unmount: view.unmount };
}

/**
 * The boards of a leaderboard below `root`, their controls in `head`.
 * @param {{of: any, base: string, updatePath: string, gone?: () => void}} what  `of`: the leaderboard in the
 *   client; `base`: the view's address; `gone`: it is not there, or not any more
 * @returns what is told the address below `base`, as [period, "user", user]
 */
export function mountBoards(root, head, context, { of, base, updatePath, gone }) {
  let period;
  let user;
  let length = 10;
  let live;
  const addressOf = (inPeriod, id) => `${base}/${inPeriod}${id ? `/user/${encodeURIComponent(id)}` : ""}`;

  // -- the parts ---------------------------------------------------------------------------------
  const tabs = periods.map((p) => h("a", {}, names[p]));
  const liveState = h("span", { id: "live-state", role: "status" });
  const select = h("select", { "aria-label": "Entries shown", onchange: () => ((length = Number(select.value)), follow()) },
    lengths.map((n) => h("option", { value: n }, `First ${n}`)));
  const sourceNote = banner("warn", "The cache is away: this board is served from the database. Ranks of single users come back with the cache.");
  sourceNote.hidden = true;
  sourceNote.id = "source-note";
  const body = h("tbody", { id: "board" });
  const others = h("tr", {});
  const table = h("table", { class: "board" }, h("caption", { class: "visually-hidden" }, "Board"), h("thead", {}, others), body);
  const place = h("div", {}, skeleton(10));
  const total = h("span", {}, "\u00a0");
  const changed = h("span", {}, "");
  const boardPanel = h("section", { class: "panel board-panel", "aria-label": "Board" },
    h("div", { class: "panel-head" }, h("nav", { class: "segments", "aria-label": "Period" }, tabs)),
    place,
    h("div", { class: "panel-foot" }, total, h("span", { class: "space" }), changed));
  const userPart = mountUser(context, { of, addressOf, periods, names });
  const pastPart = mountPast(context, { of, addressOf, names });
  head.append(liveState, h("div", { class: "field compact" }, select));
  root.append(
    sourceNote,
    h("div", { class: "columns" }, h("div", { class: "stack" }, boardPanel, pastPart.element), userPart.element));

  // -- a board arrives ---------------------------------------------------------------------------
  let before = new Map(); // user → {rank, score}, of the board shown
  let isShown = false;

  function show(board) {
    if (board.period !== period) return;
    sourceNote.hidden = board.source !== "database";
    const cells = [["Rank", "number"], ["User"], [`${names[period]} score`, "number"], ...periods.filter((p) => p !== period).map((p) => [names[p], "number other"])];
    fill(others, cells.map(([text, kind]) => h("th", { scope: "col", class: kind }, text)));
    fill(total, `${plural(board.total_users, "user")} on this board`);
    if (board.entries.length === 0) {
      isShown = false;
      place.replaceChildren(notice("inbox", "Nobody is on this board yet", "The first update puts a user here. Try it: POST " + updatePath + " with {\"user_id\": \"ada\", \"count\": 1}."));
      return;
    }
    if (!isShown) place.replaceChildren(table);
    const places = isShown && !isCalm() ? positions() : new Map();
    const best = Math.max(1, board.entries[0].score);
    each(body, board.entries, (e) => e.user_id, rowOf, (row, entry) => showRow(row, entry, best));
    move(places);
    if (isShown) tell(board.entries);
    before = new Map(board.entries.map((e) => [e.user_id, e]));
    isShown = true;
    userPart.boardChanged();
  }

  function rowOf(entry) {
    const bar = h("span");
    const link = h("a", { class: "user" }, entry.user_id);
    const row = h("tr", {},
      h("td", { class: "number" }, h("span", { class: "rank" })),
      h("th", { scope: "row" }, link),
      h("td", { class: "number" }, h("span", { class: "score" }, h("span", { class: "gain" }), h("b")), h("span", { class: "bar thin", "aria-hidden": "true" }, bar)),
      Array.from({ length: 3 }, () => h("td", { class: "number other" })));
    row.parts = { bar, link, rank: row.querySelector(".rank"), gain: row.querySelector(".gain"), score: row.querySelector("b"), others: [...row.querySelectorAll(".other")] };
    return row;
  }

  function showRow(row, entry, best) {
    const { bar, link, rank, gain, score, others } = row.parts;
    fill(rank, count(entry.rank));
    rank.dataset.medal = entry.rank <= 3 ? entry.rank : "";
    link.setAttribute("href", addressOf(period, entry.user_id));
    row.toggleAttribute("data-chosen", entry.user_id === user);
    fill(score, count(entry.score));
    bar.style.setProperty("--part", Math.max(0, entry.score / best));
    periods.filter((p) => p !== period).forEach((p, i) => fill(others[i], count(entry[`${p}_pomo`])));
    const old = before.get(entry.user_id);
    if (!isShown || (old && old.score === entry.score)) return;
    fill(gain, old ? signed(entry.score - old.score) : "new");
    row.classList.remove("changed");
    void row.offsetWidth; // starts the animation anew
    row.classList.add("changed");
    clearTimeout(row.calm);
    row.calm = setTimeout(() => {
      row.classList.remove("changed");
      fill(gain, "");
    }, 4_000);
  }

  // -- rows that change places glide there ---------------------------------------------------------
  function positions() {
    return new Map([...body.children].map((row) => [row, row.offsetTop]));
  }

  function move(from) {
    for (const row of body.children) {
      const distance = (from.get(row) ?? row.offsetTop) - row.offsetTop;
      if (distance !== 0) row.animate([{ transform: `translateY(${distance}px)` }, { transform: "none" }], { duration: 350, easing: "ease-out" });
    }
  }

  /** At most one sentence every five seconds, about the highest change. */
  let quietUntil = 0;
  function tell(entries) {
    const news = entries.find((e) => before.get(e.user_id)?.score !== e.score);
    if (!news) return;
    fill(changed, `Last change ${new Date().toLocaleTimeString("en-GB")}`);
    if (Date.now() < quietUntil) return;
    quietUntil = Date.now() + 5_000;
    context.announce(`${news.user_id} has ${count(news.score)}, rank ${news.rank}`);
  }

  // -- following -----------------------------------------------------------------------------------
  function follow() {
    live?.close();
    isShown = false;
    before = new Map();
    body.replaceChildren();
    fill(changed, "");
    place.replaceChildren(skeleton(Math.min(length, 25)));
    table.caption.textContent = `${names[period]} board`;
    tabs.forEach((tab, i) => {
      tab.href = addressOf(periods[i], user);
      if (periods[i] === period) tab.setAttribute("aria-current", "page");
      else tab.removeAttribute("aria-current");
    });
    const mine = (live = of.live(period, { limit: length }, {
      board: (board) => mine === live && show(board),
      state: (state) => mine === live && state !== "closed" && showPill(liveState, ...liveWords[state]),
      error: (error) => mine === live && failed(error),
    }));
  }

  function failed(error) {
    if (error.code === "unknown_leaderboard") return gone?.();
    if (isShown) return;
    if (error.status === 401 || error.status === 403)
      place.replaceChildren(notice("lock", error.status === 403 ? "Not for this token" : "Boards need a token here", error.detail, h("button", { type: "button", class: "button main", onclick: () => context.askToken() }, "Enter token")));
    else place.replaceChildren(notice("warn", "The board cannot be loaded", `${error.message} (${error.code}). It is tried again all the time.`));
  }

  function update(next) {
    const was = period;
    period = periods.includes(next[0]) ? next[0] : "daily";
    user = next[1] === "user" ? next[2] : undefined;
    if (period !== was || !live) follow();
    for (const row of body.children) row.toggleAttribute("data-chosen", row.parts.link.textContent === user);
    tabs.forEach((tab, i) => (tab.href = addressOf(periods[i], user)));
    userPart.choose(user, period);
    pastPart.choose(period);
  }

  return {
    update,
    unmount() {
      live?.close();
      userPart.unmount();
      pastPart.unmount();
    },
  };
}

function signed(n) {
  return n > 0 ? `+${count(n)}` : count(n).replace("-", "−");
}
