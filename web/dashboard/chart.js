// A line over time as SVG.

import { fill, h } from "./dom.js";

const width = 240;
const height = 56;
const pad = 3;
const fewest = 30; // values that the width has room for at first

/**
 * The points of a line, newest at the right; `undefined` leaves a gap. No DOM.
 * @param {(number | undefined)[]} values
 * @param {number} room  how many values the width has room for
 * @returns {{x: number, y: number}[][]}  connected pieces
 */
export function pieces(values, room) {
  const highest = Math.max(...values.filter((v) => v !== undefined), 0) || 1;
  const out = [];
  let piece;
  values.forEach((value, i) => {
    if (value === undefined) {
      piece = undefined;
      return;
    }
    if (!piece) out.push((piece = []));
    const x = width - pad - ((values.length - 1 - i) * (width - 2 * pad)) / Math.max(1, room - 1);
    piece.push({ x, y: height - pad - (value / highest) * (height - 2 * pad) });
  });
  return out;
}

/** @param {{title: string, format: (n: number | undefined) => string, room: number}} what */
export function chart({ title, format, room }) {
  const now = h("b", { class: "figure" }, "–");
  const high = h("span", { class: "muted small" }, "\u00a0");
  const svg = h("svg", { class: "chart", viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", role: "img", "aria-label": `${title}: nothing yet` });
  const element = h("figure", { class: "tile chart-tile" }, h("figcaption", {}, h("span", { class: "muted small" }, title), h("span", { class: "chart-now" }, now, high)), svg);
  return {
    element,
    show(values) {
      const known = values.filter((v) => v !== undefined);
      const last = values.at(-1);
      const most = known.length > 0 ? Math.max(...known) : undefined;
      fill(now, format(last));
      fill(high, known.length > 0 ? `at most ${format(most)}` : "\u00a0");
      svg.setAttribute("aria-label", `${title}: now ${format(last)}, at most ${format(most)} in the last five minutes`);
      const lines = pieces(values, Math.min(room, Math.max(fewest, values.length)));
      const text = (piece) => piece.map(({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`).join("L");
      svg.replaceChildren(...lines.flatMap((piece) => [
        h("path", { class: "area", d: `M${piece[0].x.toFixed(1)} ${height}L${text(piece)}L${piece.at(-1).x.toFixed(1)} ${height}z` }),
        h("path", { class: "line", d: piece.length > 1 ? `M${text(piece)}` : `M${text(piece)}h0.1`, "vector-effect": "non-scaling-stroke" }),
      ]));
    },
  };
}
