// Where one user stands: a search, the rank in each period, the neighbourhood.

import { each, fill, h } from "./dom.js";
import { count, relative } from "./format.js";
import { icon, notice, skeleton } from "./ui.js";

/** @param {{of: any, addressOf: (period: string, user?: string) => string, periods: string[], names: Record<string, string>}} what */
export function mountUser(context, { of, addressOf, periods, names }) {
  let chosen;
  let period;
  let abort = new AbortController();
  let timer;
  let lastAt = 0;

  const input = h("input", { type: "search", name: "user", maxlength: 128, required: true, autocomplete: "off", spellcheck: "false" });
  const form = h("form", { role: "search", class: "form-row", onsubmit: search },
    h("label", { class: "field" }, "Find a user", input),
    h("button", { class: "button" }, icon("search", 16), "Find"));
  const result = h("div", { id: "user" });
  const element = h("section", { class: "panel", "aria-label": "User" }, h("div", { class: "panel-body" }, form), result);

  // the answer, kept while it is refreshed
  const title = h("h2", {});
  const seen = h("p", { class: "muted small" });
  const ranks = h("dl", { class: "ranks" });
  const hood = h("ol", { class: "hood", "aria-label": "Neighbourhood" });
  const note = h("p", { class: "muted small" });
  const found = h("div", { class: "found" }, h("div", {}, title, seen), ranks, h("h3", {}, "Neighbourhood"), note, hood);

  function search(event) {
    event.preventDefault();
    const name = input.value.trim();
    if (name) location.hash = addressOf(period, name);
  }

  const welcome = () => notice("search", "No user chosen", "Find one by id, or choose one on the board, to see the rank in every period and who is near.");

  async function load() {
    clearTimeout(timer);
    timer = undefined;
    lastAt = Date.now();
    const turn = (abort = new AbortController());
    const { signal } = turn;
    const orNone = (asked) => asked.catch((error) => {
      if (error.status === 404) return undefined;
      if (error.status === 503) return { away: error };
      throw error;
    });
    try {
      const [user, around, ...all] = await Promise.all([
        of.user(chosen, { signal }),
        orNone(of.around(chosen, period, { limit: 3, signal })),
        ...periods.map((p) => orNone(of.rank(chosen, p, { signal }))),
      ]);
      show(user, around, all);
    } catch (error) {
      if (!signal.aborted) fail(error);
    }
  }

  function show(user, around, all) {
    fill(title, user.user_id);
    fill(seen, `Last update ${relative(user.updated_at, Date.now())}`, user.source === "database" ? ", from the database" : "");
    each(ranks, periods, (p) => p, (p) => h("div", {}, h("dt", {}, names[p]), h("dd", { class: "figure" }), h("dd", { class: "muted small" })), (place, p) => {
      const rank = all[periods.indexOf(p)];
      place.toggleAttribute("data-chosen", p === period);
      fill(place.children[1], rank && !rank.away ? `#${count(rank.rank)}` : "–");
      fill(place.children[2], `${count(user[`${p}_pomo`])} · ${rank && !rank.away ? top(rank) : "no rank"}`);
    });
    const isAlone = !around || Boolean(around.away);
    fill(note, around ? "Neighbours are known when the cache is back." : "This user is not on the board of this period.");
    note.hidden = !isAlone;
    const entries = isAlone ? [] : [...around.above, around.user, ...around.below];
    each(hood, entries, (e) => e.user_id, neighbourOf, (row, e) => {
      fill(row.children[0], count(e.rank));
      fill(row.children[2], count(e.score));
      row.children[1].setAttribute("href", addressOf(period, e.user_id));
      row.toggleAttribute("data-chosen", e.user_id === user.user_id);
    });
    if (result.firstChild !== found) result.replaceChildren(found);
  }

  function neighbourOf(entry) {
    return h("li", {}, h("span", { class: "muted numbers" }), h("a", { class: "user" }, entry.user_id), h("b", { class: "numbers" }));
  }

  function fail(error) {
    if (error.status === 404) return result.replaceChildren(notice("search", "No such user", `Nobody is called “${chosen}”. Ids are compared exactly, with case.`));
    if (error.status === 401 || error.status === 403) return result.replaceChildren(notice("lock", error.status === 403 ? "Not for this token" : "Users need a token here", error.detail));
    if (result.firstChild === found) return; // old facts are better than none
    result.replaceChildren(notice("warn", "This user cannot be loaded", `${error.message} (${error.code})`));
  }

  result.replaceChildren(welcome());
  return {
    element,
    choose(next, inPeriod) {
      const isSame = next === chosen && inPeriod === period;
      if (isSame) return;
      const isOther = next !== chosen;
      [chosen, period] = [next, inPeriod];
      abort.abort();
      clearTimeout(timer);
      timer = undefined;
      if (!chosen) return result.replaceChildren(welcome());
      if (isOther) {
        input.value = chosen;
        result.replaceChildren(skeleton(8));
      }
      load();
    },
    /** Looks again, at most every two seconds. */
    boardChanged() {
      if (!chosen || timer) return;
      timer = setTimeout(load, Math.max(0, lastAt + 2_000 - Date.now()));
    },
    unmount() {
      abort.abort();
      clearTimeout(timer);
    },
  };
}

/** The share of users that this one is among. */
function top({ rank, total_users: total }) {
  const share = (100 * rank) / Math.max(1, total);
  return share < 1 ? `top ${share.toFixed(1)} %` : `top ${Math.ceil(share)} %`;
}
