// The frame: which view is shown, whether the service answers, the token, the theme.

import { Standings, StandingsError } from "/standings.js";
import { mount as boards } from "./boards.js";
import { every, fill, h } from "./dom.js";
import { banner, icon, openDialog, showPill, toast } from "./ui.js";

const views = {
  boards: { title: "Boards", load: async () => boards },
  leaderboards: { title: "Leaderboards", load: async () => (await import("./leaderboards.js")).mount },
  service: { title: "Service", load: async () => (await import("./service.js")).mount },
  reconcile: { title: "Reconcile", load: async () => (await import("./reconcile.js")).mount },
  aliases: { title: "Aliases", load: async () => (await import("./aliases.js")).mount },
  sessions: { title: "Sessions", load: async () => (await import("./sessions.js")).mount },
};

const tokenKey = "standings-token";

/** Where storage is forbidden, the token lasts for this page. */
function stored(change) {
  try {
    if (change === "") sessionStorage.removeItem(tokenKey);
    else if (change) sessionStorage.setItem(tokenKey, change);
    return sessionStorage.getItem(tokenKey) ?? "";
  } catch {
    return change ?? "";
  }
}

let token = stored();
const client = new Standings({ token: token || undefined });
const main = document.querySelector("#main");
const announcer = document.querySelector("#announcer");

// -- what every view is given --------------------------------------------------------------------

const listeners = new Set();

const context = {
  client,
  /** The last answer of /readyz, and whether the service answered at all. */
  health: undefined,
  reachable: true,
  /** Calls `f` with each answer of /readyz; returns what ends that. */
  onHealth(f) {
    listeners.add(f);
    if (context.health) f(context.health);
    return () => listeners.delete(f);
  },
  /** Asks /readyz now. */
  lookAtHealth: () => health.now(),
  /** Has a screen reader say something when it has time. */
  announce(text) {
    fill(announcer, text);
  },
  askToken,
  toast,
  /** Shows a failed action. */
  failed(error) {
    if (!(error instanceof StandingsError)) throw error;
    if (error.status === 401) askToken();
    else toast("bad", error.message);
  },
};

// -- token ---------------------------------------------------------------------------------------

const tokenButton = document.querySelector("#token");

function showToken() {
  tokenButton.firstElementChild.textContent = token ? "Token set" : "Token";
  if (!tokenButton.querySelector("svg")) tokenButton.prepend(icon("lock", 16));
}

async function askToken() {
  if (document.querySelector("dialog[open]")) return;
  const input = h("input", { type: "password", name: "token", autocomplete: "off", spellcheck: "false", required: true });
  const body = [
    h("p", {}, "Some parts need a token of the service. It is kept in this tab alone, until the tab is closed."),
    h("label", { class: "field" }, "Token", input),
  ];
  const answer = await openDialog("Token", body, [
    ...(token ? [{ text: "Forget token", value: "forget", kind: "danger" }] : []),
    { text: "Cancel", value: "" },
    { text: "Use token", value: "use", kind: "main" },
  ]);
  if (answer === "use" && input.value) setToken(input.value.trim());
  if (answer === "forget") setToken("");
}

function setToken(next) {
  token = next;
  client.token = token || undefined;
  stored(token);
  showToken();
  shown?.view.unmount();
  shown = undefined;
  show();
}

// -- theme ---------------------------------------------------------------------------------------

const themes = { system: ["screen", "as the system"], light: ["sun", "light"], dark: ["moon", "dark"] };
const themeButton = document.querySelector("#theme");

function showTheme() {
  const [shape, name] = themes[standingsTheme.chosen] ?? themes.system;
  fill(themeButton, icon(shape));
  themeButton.setAttribute("aria-label", `Theme: ${name}`);
  themeButton.title = `Theme: ${name}`;
}

themeButton.addEventListener("click", () => {
  const order = Object.keys(themes);
  standingsTheme.choose(order[(order.indexOf(standingsTheme.chosen) + 1) % order.length]);
  showTheme();
});

// -- health --------------------------------------------------------------------------------------

const healthPlace = document.querySelector("#health");
const healthWords = { ready: ["good", "Ready"], degraded: ["warn", "Degraded"], not_ready: ["bad", "Not ready"] };
const lostBanner = banner("bad", "The service cannot be reached. This is what was last known; it is tried again all the time.");
lostBanner.hidden = true;
lostBanner.setAttribute("role", "alert");

async function askHealth(signal) {
  try {
    context.health = await client.request("GET", "/readyz", { signal, timeoutMs: 5_000 });
  } catch (error) {
    if (signal.aborted) return;
    if (!error.body?.children) return showLost();
    context.health = error.body;
  }
  context.reachable = true;
  lostBanner.hidden = true;
  const [tone, word] = healthWords[context.health.status] ?? healthWords.not_ready;
  showPill(healthPlace, tone, word);
  for (const f of listeners) f(context.health);
}

function showLost() {
  context.reachable = false;
  lostBanner.hidden = false;
  showPill(healthPlace, "busy", "Reconnecting…");
  for (const f of listeners) f(undefined);
}

// -- routing -------------------------------------------------------------------------------------

let shown; // {name, view}
let wanted = 0;

/** `#/boards/daily/user/ada` as ["boards", "daily", "user", "ada"]. */
function route() {
  const parts = location.hash.replace(/^#\/?/, "").split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  return views[parts[0]] ? parts : ["boards", "daily"];
}

async function show() {
  const parts = route();
  const [name] = parts;
  for (const link of document.querySelectorAll("nav a[data-view]"))
    if (link.dataset.view === name) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  if (shown?.name === name) return shown.view.update?.(parts);
  const turn = ++wanted;
  const mount = await views[name].load();
  if (turn !== wanted) return;
  const isFirst = !shown;
  shown?.view.unmount();
  document.title = `${views[name].title} – Standings`;
  const place = h("div", { class: "view" });
  main.replaceChildren(lostBanner, place);
  shown = { name, view: mount(place, context, parts) };
  if (!isFirst) {
    scrollTo(0, 0);
    const heading = place.querySelector("h1");
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address names the view
  main.focus();
});
tokenButton.addEventListener("click", askToken);
addEventListener("hashchange", show);
showToken();
showTheme();
show();
const health = every(2_000, askHealth);
