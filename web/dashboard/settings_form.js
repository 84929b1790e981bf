// What a leaderboard is made with, and what can be changed of it later.

import { h } from "./dom.js";
import { words } from "./format.js";
import { button, whileBusy } from "./ui.js";

const days = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
export const modes = { sum: "add up", best: "the best value stays", latest: "the last value stays" };
export const orders = { desc: "the highest", asc: "the lowest" };

const usual = { mode: "sum", order: "desc", time_zone: "UTC", week_start: "monday", max_count: 10_000, feeds: [], metadata: {} };

const option = (value, text, chosen) => h("option", { value, selected: value === chosen }, text);
const optionsOf = (names, chosen) => Object.entries(names).map(([value, text]) => option(value, text, chosen));
const text = (name, value, more = {}) => h("input", { name, value, autocomplete: "off", spellcheck: "false", ...more });

/**
 * A form for the settings of one that exists, or, without `settings`, for a new one with its id.
 * @param {{settings?: any, save: (id: string | undefined, settings: any) => Promise<void>, cancel?: () => void}} what
 *   `save` throws what the service answers, which is then shown beside the field that is to blame
 */
export function settingsForm(context, { settings, save, cancel }) {
  const now = settings ?? usual;
  const inputs = {
    ...(settings ? {} : {
      id: text("id", "", { required: true, maxlength: 128, placeholder: "acme.eu" }),
      mode: h("select", { name: "mode" }, optionsOf(modes, now.mode)),
      order: h("select", { name: "order" }, optionsOf(orders, now.order)),
    }),
    time_zone: text("time_zone", now.time_zone, { required: true }),
    week_start: h("select", { name: "week_start" }, days.map((d) => option(d, words(d), now.week_start))),
    max_count: text("max_count", now.max_count, { type: "number", min: 1, max: Number.MAX_SAFE_INTEGER, required: true }),
    feeds: text("feeds", now.feeds.join(", "), { placeholder: "none; or ids, with commas" }),
    metadata: text("metadata", JSON.stringify(now.metadata)),
  };
  const names = { id: "Id", mode: "Counts", order: "First is", time_zone: "Time zone", week_start: "Week starts on", max_count: "Most in one update", feeds: "Feeds", metadata: "Metadata, as JSON" };
  const troubles = {};
  const fields = Object.entries(inputs).map(([name, input]) => {
    const trouble = (troubles[name] = h("span", { class: "trouble", id: `settings-${name}`, role: "alert", hidden: true }));
    return h("label", { class: "field" }, names[name], input, trouble);
  });
  const submit = h("button", { class: "button main" }, settings ? "Save" : "Make it");
  const element = h("form", { class: "settings-form", onsubmit: (event) => {
    event.preventDefault();
    whileBusy(submit, run);
  } }, fields, h("div", { class: "actions" }, submit, cancel && button("Cancel", cancel)));

  function blame(name, why) {
    for (const [each, trouble] of Object.entries(troubles)) {
      const isIt = each === name;
      trouble.hidden = !isIt;
      trouble.textContent = isIt ? why : "";
      inputs[each].setAttribute("aria-invalid", isIt);
      if (isIt) inputs[each].setAttribute("aria-describedby", trouble.id);
      else inputs[each].removeAttribute("aria-describedby");
    }
    inputs[name]?.focus();
  }

  /** Undefined, and the field is blamed, if it is no JSON. */
  function metadata() {
    try {
      return JSON.parse(inputs.metadata.value.trim() || "{}");
    } catch {
      blame("metadata", "This is not JSON.");
      return undefined;
    }
  }

  async function run() {
    blame();
    const carried = metadata();
    if (carried === undefined) return;
    const wanted = {
      ...(settings ? {} : { mode: inputs.mode.value, order: inputs.order.value }),
      time_zone: inputs.time_zone.value.trim(),
      week_start: inputs.week_start.value,
      max_count: Number(inputs.max_count.value),
      feeds: inputs.feeds.value.split(/[\s,]+/).filter(Boolean),
      metadata: carried,
    };
    try {
      await save(inputs.id?.value.trim(), wanted);
    } catch (error) {
      const field = error.field === "leaderboard" ? "id" : error.field;
      if (inputs[field]) blame(field, error.message);
      else context.failed(error);
    }
  }

  return element;
}
