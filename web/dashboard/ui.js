// Parts that several views use: icons, states, panels, dialogs.

import { h, fill } from "./dom.js";
import { sentence } from "./format.js";

const shapes = {
  good: ["M10 2a8 8 0 1 1 0 16 8 8 0 0 1 0-16z", "M6.5 10.3l2.4 2.4 4.8-5"],
  warn: ["M10 2.5l8 14.5H2z", "M10 8v4M10 14.4v.1"],
  bad: ["M6.5 2h7L18 6.5v7L13.5 18h-7L2 13.5v-7z", "M7.2 7.2l5.6 5.6M12.8 7.2l-5.6 5.6"],
  busy: ["M10 2.5a7.5 7.5 0 1 1-7.5 7.5"],
  idle: ["M10 3a7 7 0 1 1 0 14 7 7 0 0 1 0-14z"],
  up: ["M10 16V4M5 9l5-5 5 5"],
  down: ["M10 4v12M5 11l5 5 5-5"],
  search: ["M9 3a6 6 0 1 1 0 12A6 6 0 0 1 9 3z", "M13.5 13.5L17.5 17.5"],
  lock: ["M4 9h12v8H4z", "M6.5 9V6.5a3.5 3.5 0 0 1 7 0V9"],
  sun: ["M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7z", "M10 1.5v2M10 16.5v2M1.5 10h2M16.5 10h2M4 4l1.4 1.4M14.6 14.6L16 16M4 16l1.4-1.4M14.6 5.4L16 4"],
  moon: ["M16.5 12A7 7 0 0 1 8 3.5a7 7 0 1 0 8.5 8.5z"],
  screen: ["M2.5 4h15v9.5h-15z", "M7 17h6"],
  inbox: ["M3 11l2.5-7h9L17 11v5H3z", "M3 11h4l1 2h4l1-2h4"],
};

/** @param {keyof shapes} name */
export function icon(name, size = 18) {
  const paths = shapes[name].map((d) => h("path", { d }));
  return h("svg", { width: size, height: size, viewBox: "0 0 20 20", "aria-hidden": "true", fill: "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" }, paths);
}

/** A state as shape, word and colour. @param {"good" | "warn" | "bad" | "busy" | "idle"} tone */
export function pill(tone, text) {
  return h("span", { class: `pill ${tone}` }, icon(tone, 14), text);
}

/** Shows a pill in `place`; does nothing if it shows the same already. */
export function showPill(place, tone, text) {
  if (place.dataset.shown === tone + text) return;
  place.dataset.shown = tone + text;
  fill(place, pill(tone, text));
}

/** Shows whether what is seen is told as it happens, or asked for. */
export function showLive(place, isLive) {
  showPill(place, ...(isLive ? ["good", "Live"] : ["idle", "Every 2 s"]));
}

export function button(text, onclick, kind = "") {
  return h("button", { type: "button", class: `button ${kind}`, onclick }, text);
}

/** Keeps a button from being pressed twice while its work is under way. */
export async function whileBusy(pressed, work) {
  if (pressed.getAttribute("aria-disabled") === "true") return;
  pressed.setAttribute("aria-disabled", "true");
  try {
    await work();
  } finally {
    pressed.removeAttribute("aria-disabled");
  }
}

export function banner(tone, text, ...more) {
  return h("div", { class: `banner ${tone}` }, icon(tone, 20), h("p", {}, typeof text === "string" ? sentence(text) : text), more);
}

export function notice(shape, title, text, ...more) {
  return h("div", { class: "notice" }, icon(shape, 32), h("p", { class: "notice-title" }, title), text && h("p", {}, text), more);
}

export function skeleton(lines) {
  return h("div", { class: "skeleton", "aria-busy": "true" }, h("p", { class: "visually-hidden" }, "Loading…"), Array.from({ length: lines }, () => h("span")));
}

/** A list of names and values: `[["Name", value], …]`. */
export function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(Boolean).map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, value))));
}

/**
 * A table. Columns: `{name, number?, cell(row)}`; the first one heads its row.
 * On a phone each row becomes a card.
 */
export function table(caption, columns, rows, { kind = "cards" } = {}) {
  const cell = (column, row, i) =>
    h(i === 0 ? "th" : "td", { class: column.number && "number", scope: i === 0 && "row", "data-label": column.name }, column.cell(row));
  return h("table", { class: kind },
    h("caption", { class: "visually-hidden" }, caption),
    h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col", class: c.number && "number" }, c.name || h("span", { class: "visually-hidden" }, "Action"))))),
    h("tbody", {}, rows.map((row) => h("tr", {}, columns.map((c, i) => cell(c, row, i))))));
}

/** A bar with words beside it; `part` from 0 to 1. */
export function progress(label) {
  const inner = h("span");
  const bar = h("div", { class: "bar", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100 }, inner);
  const name = h("span", {}, label);
  const amount = h("span", { class: "muted" });
  const element = h("div", { class: "progress" }, h("p", {}, name, amount), bar);
  return {
    element,
    show(part, text, title = label) {
      const clamped = Math.max(0, Math.min(1, part || 0));
      inner.style.setProperty("--part", clamped);
      bar.setAttribute("aria-valuenow", Math.round(clamped * 100));
      fill(name, title);
      fill(amount, text);
    },
  };
}

let panels = 0;

/**
 * A titled box that is loading, empty, failed, locked, or shows something.
 * @param {{title: string, actions?: any, lines?: number, flush?: boolean, context: {askToken(): void}}} what
 */
export function panel({ title, actions, lines = 4, flush = false, context }) {
  const id = `panel-${++panels}`;
  const place = h("div", { class: `panel-body${flush ? " flush" : ""}` });
  const foot = h("div", { class: "panel-foot", hidden: true });
  const element = h("section", { class: "panel", "aria-labelledby": id },
    h("div", { class: "panel-head" }, h("h2", { id }, title), h("span", { class: "space" }), actions),
    place, foot);
  let shown = "loading";
  const show = (what, ...children) => {
    shown = what;
    place.classList.toggle("flush", flush || what !== "content");
    place.replaceChildren(...children.flat(Infinity).filter(Boolean));
  };
  show("loading", skeleton(lines));
  return {
    element,
    foot,
    get shown() {
      return shown;
    },
    /** What was there is no longer asked for; what follows is on its way. */
    wait: () => show("loading", skeleton(lines)),
    show: (...children) => show("content", ...children),
    empty: (heading, text, ...more) => show("empty", notice("inbox", heading, text, ...more)),
    /** Keeps what was there unless nothing was: a page of old facts is better than none. */
    fail(error, retry) {
      if (error.status === 401 || error.status === 403) {
        const mayNot = error.status === 403;
        show("locked", notice("lock", mayNot ? "Not for this token" : "This needs a token", mayNot ? error.detail : "Enter one that may see it; it is kept until this tab is closed.",
          button("Enter token", () => context.askToken(), "main")));
      } else if (shown !== "content") {
        show("failed", notice("warn", "This could not be loaded", `${error.message}${error.code ? ` (${error.code})` : ""}`, retry && button("Try again", retry)));
      }
    },
  };
}

/** Opens a modal dialog; resolves with the value of the button that closed it, "" after Escape. */
export function openDialog(title, body, buttons) {
  return new Promise((resolve) => {
    const heading = h("h2", { id: "dialog-title" }, title);
    // only the last one submits, so that Enter in a field means it
    const press = buttons.map(({ text, value, kind }, i) =>
      i + 1 === buttons.length
        ? h("button", { class: `button ${kind ?? ""}`, value }, text)
        : button(text, () => dialog.close(value), kind));
    const dialog = h("dialog", { "aria-labelledby": "dialog-title" },
      h("form", { method: "dialog" }, heading, body, h("div", { class: "actions" }, press)));
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/** Asks before data is changed; resolves with whether to go on. */
export async function confirm(title, text, action, kind = "main") {
  const body = [text].flat().map((t) => h("p", {}, t));
  const answer = await openDialog(title, body, [
    { text: "Cancel", value: "" },
    { text: action, value: "yes", kind },
  ]);
  return answer === "yes";
}

export function toast(tone, text) {
  const close = h("button", { type: "button", class: "button plain compact", "aria-label": "Dismiss" }, "✕");
  const element = h("div", { class: `toast ${tone}` }, icon(tone, 20), h("p", {}, text), close);
  close.addEventListener("click", () => element.remove());
  document.querySelector("#toasts").append(element);
  setTimeout(() => element.remove(), 8_000);
}
