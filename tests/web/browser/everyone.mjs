import assert from "node:assert/strict";
import { it } from "node:test";

import { expectAccessible, says, tabTo, withPage } from "../support/pages.mjs";

/** What is on a view when it has loaded. */
const views = {
  "boards/daily": "users on this board",
  leaderboards: "Named leaderboards",
  "leaderboards/acme.eu": "Week starts on",
  service: "Cache and database agree on",
  reconcile: "Next run",
  aliases: "Cycles",
  sessions: "Lag, median",
};

export function everyoneTests(suite) {
  for (const dark of [false, true]) {
    it(`axe finds nothing in any view, ${dark ? "dark" : "light"}`, async () => {
      for (const [view, text] of Object.entries(views))
        await withPage(suite, { view, dark }, async (page) => {
          await says(page, "main", text);
          await expectAccessible(page, view);
        });
    });
  }

  it("nor in dialogs, reports, a chosen user, and where a token is missing", async () => {
    await withPage(suite, { view: "reconcile", dark: true }, async (page) => {
      await page.getByRole("button", { name: "Dry run" }).click();
      await says(page, "#report", "In sync");
      await expectAccessible(page, "report");
      await page.getByRole("button", { name: "Run now", exact: true }).click();
      await expectAccessible(page, "dialog");
    });
    const { entries } = await suite.world.api("GET", "/api/redis-leaderboard/weekly?limit=3");
    await withPage(suite, { view: `boards/weekly/user/${entries[1].user_id}` }, async (page) => {
      await says(page, ".hood", entries[1].user_id);
      await expectAccessible(page, "user");
    });
    await withPage(suite, { view: "service", withToken: false, answersMayFail: true }, async (page) => {
      await says(page, "main", "This needs a token");
      await expectAccessible(page, "locked");
    });
  });

  it("a narrow phone needs no sideways scrolling, and axe agrees", async () => {
    for (const [view, text] of Object.entries(views))
      await withPage(suite, { view, phone: true, dark: view === "service" }, async (page) => {
        await says(page, "main", text);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360, view);
        await expectAccessible(page, view);
      });
  });

  it("everything is reached and used by keyboard alone", () => withPage(suite, {}, async (page) => {
    await says(page, "main", "users on this board");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to content");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
    await tabTo(page, page.getByRole("link", { name: "Weekly", exact: true }));
    await page.keyboard.press("Enter");
    await says(page, "thead", "Weekly score");
    await tabTo(page, page.locator("#board tr:nth-child(2) a.user"));
    await page.keyboard.press("Enter");
    await says(page, ".hood", "");

    await page.keyboard.press("Control+Home");
    await tabTo(page, page.getByRole("link", { name: "Reconcile", exact: true }));
    await page.keyboard.press("Enter");
    await says(page, "main", "Next run");
    assert.equal(await page.evaluate(() => document.activeElement.textContent), "Reconcile");
    await tabTo(page, page.getByRole("button", { name: "Dry run" }));
    await page.keyboard.press("Enter");
    await says(page, "#report", "In sync");
    await page.waitForFunction(() => document.activeElement.id === "report");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await page.locator("#report").waitFor({ state: "hidden" });

    const runNow = page.getByRole("button", { name: "Run now", exact: true });
    await tabTo(page, runNow);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.ok(await runNow.evaluate((e) => e === document.activeElement), "the focus is back");
  }));

  it("the theme follows the system until one is chosen, which is kept", () => withPage(suite, { dark: true }, async (page) => {
    const theme = (name) => page.waitForFunction((n) => document.documentElement.dataset.theme === n, name);
    await theme("dark");
    await page.emulateMedia({ colorScheme: "light" });
    await theme("light");
    const button = page.getByRole("button", { name: /^Theme/ });
    await button.click();
    await button.click();
    assert.equal(await button.getAttribute("aria-label"), "Theme: dark");
    await page.reload();
    await theme("dark");
  }));
}
