// Pages that keep an eye on themselves: what the console says, where requests go, what axe finds.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

import { token } from "./world.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** A browser logs every answer that is no success; expected only where a test causes some. */
const isAnswer = (text) => text.startsWith("Failed to load resource");

/**
 * Opens a view in a browser context of its own, calls `use` with the page, and checks afterwards
 * that the console had no error and that nothing was asked of anyone but the service.
 * @param {{browser: any, world: any}} suite
 * @param {{view?: string, withToken?: boolean, dark?: boolean, phone?: boolean, answersMayFail?: boolean,
 *   hasClock?: boolean, isRefused?: boolean}} options  `hasClock`: the page's time can be stopped; `isRefused`: its events are
 * @param {(page: any) => Promise<void>} use
 */
export async function withPage(suite, options, use) {
  const { view = "boards/daily", withToken = true, dark = false, phone = false, answersMayFail = false, hasClock = false, isRefused = false } = options;
  const context = await suite.browser.newContext({
    viewport: phone ? { width: 360, height: 740 } : { width: 1280, height: 900 },
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const errors = [];
  const elsewhere = [];
  page.on("console", (m) => {
    if (m.type() === "error" && !(answersMayFail && isAnswer(m.text()))) errors.push(`${m.text()} ${m.location().url}`);
  });
  page.on("pageerror", (e) => errors.push(e.stack));
  page.on("request", (r) => {
    if (!r.url().startsWith(`${suite.world.url}/`) && !r.url().startsWith("data:")) elsewhere.push(r.url());
  });
  if (hasClock) await page.clock.install();
  if (isRefused) await page.route("**/api/events", (route) => route.fulfill({ status: 503, json: { code: "overloaded", detail: "too many streams" } }));
  if (withToken) await page.addInitScript((t) => sessionStorage.setItem("standings-token", t), token);
  try {
    await page.goto(`${suite.world.url}/#/${view}`);
    await use(page);
    assert.deepEqual(errors, []);
    assert.deepEqual(elsewhere, []);
  } finally {
    await context.close();
  }
}

/** Waits until `text` is in the element. */
export function says(page, selector, text) {
  return page.locator(selector).filter({ hasText: text }).first().waitFor();
}

/** Fails if axe finds anything in the page as it is. */
export async function expectAccessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  const found = violations.map((v) => `${v.id}: ${v.nodes.map((n) => n.html.slice(0, 160) + " " + n.failureSummary).join("; ")}`);
  assert.deepEqual(found, [], what);
}

/** Presses Tab until the element has the focus. */
export async function tabTo(page, locator) {
  for (let i = 0; i < 80; ++i) {
    if (await locator.evaluate((e) => e === document.activeElement)) {
      const ring = await locator.evaluate((e) => getComputedStyle(e).outlineStyle);
      assert.notEqual(ring, "none", "the focus is visible");
      return;
    }
    await page.keyboard.press("Tab");
  }
  assert.fail("Tab does not get there");
}
