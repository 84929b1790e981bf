// How numbers and times are written.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });

export function count(n) {
  return n === undefined || n === null ? "–" : whole.format(n);
}

export function plural(n, one, many = one + "s") {
  return `${count(n)} ${n === 1 ? one : many}`;
}

/** Three significant digits for what changes all the time. */
export function rate(n) {
  if (n === undefined || n === null || Number.isNaN(n)) return "–";
  if (n >= 100) return whole.format(n);
  return n.toFixed(n >= 10 ? 1 : n === 0 ? 0 : 2);
}

export function percent(part, digits = 1) {
  return part === undefined || part === null ? "–" : `${part.toFixed(digits)} %`;
}

export function bytes(n) {
  if (n === undefined || n === null) return "–";
  const units = ["B", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (n >= 1024 && unit + 1 < units.length) {
    n /= 1024;
    ++unit;
  }
  return `${unit === 0 ? n : n.toFixed(n < 10 ? 1 : 0)} ${units[unit]}`;
}

export function duration(ms) {
  if (ms === undefined || ms === null) return "–";
  if (ms < 1) return ms === 0 ? "0 ms" : `${ms.toFixed(2)} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 1 : 0)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return both(minutes, "min", Math.floor(seconds % 60), "s");
  return both(Math.floor(minutes / 60), "h", minutes % 60, "min");
}

function both(large, unit, small, smallUnit) {
  return `${large} ${unit}${small > 0 ? ` ${small} ${smallUnit}` : ""}`;
}

/** "3 min ago" or "in 3 min"; `now` in milliseconds. */
export function relative(iso, now) {
  if (!iso) return "–";
  const apart = Date.parse(iso) - now;
  const seconds = Math.abs(apart) / 1000;
  if (seconds < 5) return "now";
  const steps = [
    [60, 1, "s"],
    [3600, 60, "min"],
    [86_400, 3600, "h"],
    [Infinity, 86_400, "d"],
  ];
  const [, size, unit] = steps.find(([below]) => seconds < below);
  const text = `${Math.floor(seconds / size)} ${unit}`;
  return apart < 0 ? `${text} ago` : `in ${text}`;
}

export function clock(iso) {
  if (!iso) return "–";
  return new Date(iso).toLocaleString("en-GB", { day: "2-digit", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** With the year. */
export function day(iso) {
  if (!iso) return "–";
  return new Date(iso).toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric" });
}

/** To the minute, with the year. */
export function moment(iso) {
  if (!iso) return "–";
  return new Date(iso).toLocaleString("en-GB", { day: "numeric", month: "short", year: "numeric", hour: "2-digit", minute: "2-digit" });
}

export function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** `session_sync` as "Session sync". */
export function words(name) {
  return sentence(name.replaceAll("_", " "));
}
