// Ended periods: which are kept, and each of their boards as it ended.

import { every, h } from "./dom.js";
import { count, moment, plural } from "./format.js";
import { button, panel, table, whileBusy } from "./ui.js";

const pageSize = 25;

/** A period that no calendar and nobody has begun goes back to the first update. */
const beginning = (period) => (Date.parse(period.started_at) > 0 ? moment(period.started_at) : "The beginning");

/**
 * @param {{of: any, addressOf: (period: string, user?: string) => string, names: Record<string, string>}} what
 * @returns what is told the period of the board
 */
export function mountPast(context, { of, addressOf, names }) {
  const ended = panel({ title: "Ended periods", lines: 3, flush: true, context });
  let period;
  let board; // the one that is shown; none: the list
  let turn = 0; // of the last choice: answers to earlier ones are not shown

  // -- the list ----------------------------------------------------------------------------------
  async function look(signal) {
    if (!period || board) return;
    const mine = turn;
    try {
      const { past } = await of.past(period, { signal });
      if (mine === turn) showList(past);
    } catch (error) {
      if (!signal.aborted && mine === turn) ended.fail(error, poll.now);
    }
  }

  function showList(past) {
    ended.foot.hidden = true;
    if (past.length === 0) return ended.empty(`No ${names[period].toLowerCase()} period has ended yet`, "Its board is kept here as it ended, with the final ranks.");
    ended.show(table(`Ended ${names[period].toLowerCase()} periods`, [
      { name: "Began", cell: (p) => h("time", { datetime: p.started_at }, beginning(p)) },
      { name: "Ended", cell: (p) => h("time", { datetime: p.ended_at }, moment(p.ended_at)) },
      { name: "Users", number: true, cell: (p) => count(p.total_users) },
      { name: "", cell: (p) => choice(p) },
    ], past));
  }

  function choice(one) {
    const pressed = button("Show board", () => whileBusy(pressed, () => load(one.started_at)), "compact");
    pressed.setAttribute("aria-label", `Show the board that ended ${moment(one.ended_at)}`);
    return pressed;
  }

  // -- a board -----------------------------------------------------------------------------------
  async function load(start) {
    const mine = ++turn;
    const isMore = board?.started_at === start;
    try {
      const page = await of.past(period, { start, limit: pageSize, offset: isMore ? board.entries.length : 0 });
      if (mine !== turn) return;
      showBoard(isMore ? { ...page, entries: [...board.entries, ...page.entries] } : page);
    } catch (error) {
      if (mine === turn) context.failed(error);
    }
  }

  function showBoard(next) {
    board = next;
    const back = button("All ended periods", showAll, "compact");
    ended.show(table(`${names[period]} board that ended ${moment(board.ended_at)}`, [
      { name: "Rank", number: true, cell: (e) => count(e.rank) },
      { name: "User", cell: (e) => h("a", { class: "user", href: addressOf(period, e.user_id) }, e.user_id) },
      { name: "Final score", number: true, cell: (e) => count(e.score) },
    ], board.entries, { kind: "" }));
    const isAll = board.entries.length >= board.total_users;
    const more = button("Show more", () => whileBusy(more, () => load(board.started_at)), "compact");
    ended.foot.hidden = false;
    ended.foot.replaceChildren(
      h("span", { role: "status" }, `${beginning(board)} to ${moment(board.ended_at)}: ${isAll ? "" : `the first ${count(board.entries.length)} of `}${plural(board.total_users, "user")}`),
      h("span", { class: "space" }), ...(isAll ? [] : [more]), back);
    (isAll ? back : more).focus({ preventScroll: true });
  }

  function showAll() {
    board = undefined;
    ++turn;
    ended.wait();
    poll.now();
  }

  const poll = every(60_000, look);
  return {
    element: ended.element,
    choose(next) {
      if (next === period) return;
      period = next;
      showAll();
    },
    unmount: poll.stop,
  };
}
