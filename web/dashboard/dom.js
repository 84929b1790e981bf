// Elements without a framework.

const svgNames = new Set(["svg", "path", "circle", "line", "polyline", "polygon", "rect", "text", "g", "title"]);

/**
 * An element. Properties: `class`, `on…` for listeners, everything else is an attribute; those that
 * are false, null or undefined are left out. Children: nodes, texts, lists of them.
 * @param {string} name
 * @param {Record<string, any>} [properties]
 * @param {...any} children
 */
export function h(name, properties = {}, ...children) {
  const isSvg = svgNames.has(name) && !properties.html;
  const element = isSvg ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

function nodes(children) {
  return children.flat(Infinity).filter((c) => c !== undefined && c !== null && c !== false);
}

/** Replaces the children, unless they already are the same text. */
export function fill(element, ...children) {
  const next = nodes(children);
  const isText = next.every((c) => !(c instanceof Node));
  const text = next.join("");
  if (isText && element.childElementCount === 0) {
    if (element.textContent !== text) element.textContent = text;
    return;
  }
  element.replaceChildren(...next);
}

/**
 * Makes the children of `parent` those of `items`, one each, and keeps the element of an item that
 * was there before, with its focus. `show` changes an element; it is called for each item.
 * @template T
 * @param {Element} parent
 * @param {T[]} items
 * @param {(item: T) => string | number} keyOf
 * @param {(item: T) => Element} create
 * @param {(element: Element, item: T) => void} [show]
 */
export function each(parent, items, keyOf, create, show = () => {}) {
  const known = keyed.get(parent) ?? new Map();
  const next = new Map();
  let place = parent.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    const element = known.get(key) ?? create(item);
    show(element, item);
    next.set(key, element);
    if (element === place) place = place.nextElementSibling;
    else parent.insertBefore(element, place);
  }
  const kept = new Set(next.values());
  for (const element of [...parent.children]) if (!kept.has(element)) element.remove();
  keyed.set(parent, next);
}

const keyed = new WeakMap();

/**
 * Calls `f` now and then every `ms` while the page is visible; never twice at a time. Returns what
 * stops it, with `now()` for an extra call, which follows a call that is under way.
 * @param {number | (() => number)} ms  until the next call
 * @param {(signal: AbortSignal) => Promise<void>} f  handles its own failures
 */
export function every(ms, f) {
  const abort = new AbortController();
  let timer;
  let running = false;
  let again = false;
  const run = async () => {
    clearTimeout(timer);
    again = running;
    if (running || abort.signal.aborted) return;
    running = true;
    try {
      if (!document.hidden) await f(abort.signal);
    } finally {
      running = false;
      if (again) run();
      else if (!abort.signal.aborted) timer = setTimeout(run, typeof ms === "function" ? ms() : ms);
    }
  };
  const seen = () => !document.hidden && run();
  document.addEventListener("visibilitychange", seen);
  run();
  return {
    now: run,
    stop() {
      abort.abort();
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", seen);
    },
  };
}

/** Whether the reader asked for less motion. */
export function isCalm() {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}
