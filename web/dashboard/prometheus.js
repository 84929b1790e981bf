// Reading /metrics: text to samples, and two scrapes to rates and quantiles. No DOM.

const line = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})?\s+(\S+)/;
const label = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of a scrape, by name.
 * @param {string} text
 * @returns {Map<string, {labels: Record<string, string>, value: number}[]>}
 */
export function parse(text) {
  const out = new Map();
  for (const row of text.split("\n")) {
    if (row.startsWith("#")) continue;
    const match = line.exec(row);
    if (!match) continue;
    const [, name, inside = "", value] = match;
    const labels = {};
    for (const [, key, raw] of inside.matchAll(label)) labels[key] = raw.replace(/\\(.)/g, (_, c) => (c === "n" ? "\n" : c));
    if (!out.has(name)) out.set(name, []);
    out.get(name).push({ labels, value: value === "+Inf" ? Infinity : Number(value) });
  }
  return out;
}

const requests = "standings_http_requests_total";
const buckets = "standings_http_request_duration_seconds_bucket";

/** What the charts need of a scrape: counts by route and code class, buckets by route. */
export function digest(samples, at) {
  const routes = new Map();
  const of = (labels) => {
    const key = labels.route ?? "";
    if (!routes.has(key)) routes.set(key, { total: 0, failed: 0, refused: 0, buckets: new Map() });
    return routes.get(key);
  };
  for (const { labels, value } of samples.get(requests) ?? []) {
    const route = of(labels);
    route.total += value;
    if (/^5/.test(labels.code)) route.failed += value;
    if (/^4/.test(labels.code)) route.refused += value;
  }
  for (const { labels, value } of samples.get(buckets) ?? []) {
    const edge = labels.le === "+Inf" ? Infinity : Number(labels.le);
    const route = of(labels);
    route.buckets.set(edge, (route.buckets.get(edge) ?? 0) + value);
  }
  return { at, routes, isEmpty: !samples.has(requests) };
}

/**
 * What happened between two digests on the routes that `wants` selects: requests and failures a
 * second, and the quantiles in milliseconds (undefined without requests). A service that was started
 * again counts from zero, and so do we.
 */
export function between(before, after, wants = () => true) {
  const seconds = (after.at - before.at) / 1000;
  let [total, failed] = [0, 0];
  const counts = new Map();
  for (const [route, now] of after.routes) {
    if (!wants(route)) continue;
    const old = before.routes.get(route);
    const isReset = old && old.total > now.total;
    const base = old && !isReset ? old : { total: 0, failed: 0, buckets: new Map() };
    total += now.total - base.total;
    failed += now.failed - base.failed;
    for (const [edge, n] of now.buckets) counts.set(edge, (counts.get(edge) ?? 0) + n - (base.buckets.get(edge) ?? 0));
  }
  return { rate: total / seconds, failures: failed / seconds, p50: quantile(counts, 0.5), p99: quantile(counts, 0.99) };
}

/**
 * A quantile in milliseconds of cumulative buckets (edge in seconds → count), straight lines between
 * their edges. Beyond the last edge it is that edge.
 */
export function quantile(counts, share) {
  const edges = [...counts].sort(([a], [b]) => a - b);
  const all = edges.at(-1)?.[1] ?? 0;
  if (all <= 0) return undefined;
  const wanted = share * all;
  let [lowEdge, lowCount] = [0, 0];
  for (const [edge, n] of edges) {
    if (n >= wanted) {
      if (edge === Infinity) return lowEdge * 1000;
      const part = n === lowCount ? 1 : (wanted - lowCount) / (n - lowCount);
      return (lowEdge + (edge - lowEdge) * part) * 1000;
    }
    [lowEdge, lowCount] = [edge, n];
  }
  return lowEdge * 1000;
}
