import assert from "node:assert/strict";
import { it } from "node:test";

import { says, withPage } from "../support/pages.mjs";

export function outageTests(suite) {
  const { world } = suite;

  it("a restart of the service is said, and survived", () => withPage(suite, { answersMayFail: true }, async (page) => {
    await page.locator("#board tr").first().waitFor();
    await world.restartService(async () => {
      await says(page, "#health", "Reconnecting");
      await page.getByRole("alert").filter({ hasText: "cannot be reached" }).waitFor();
      assert.ok((await page.locator("#board tr").count()) > 0, "the last board stays");
    });
    await page.getByRole("alert").waitFor({ state: "hidden" });
    await says(page, "#health", "Ready");
    await world.update("after-the-restart", 9_999);
    await says(page, "#board", "after-the-restart");
  }));

  it("while Redis is away boards come from the database, and that is said", () => withPage(suite, { answersMayFail: true }, async (page) => {
    await page.locator("#board tr").first().waitFor();
    await world.stopRedis();
    await says(page, "#source-note:not([hidden])", "served from the database");
    await says(page, "#health", "Not ready");
    await world.update("without-the-cache", 9_999);
    await world.update("without-the-cache", 9_999);
    await says(page, "#board", "without-the-cache");
    await page.getByRole("link", { name: "Service", exact: true }).click();
    await says(page, "#tiles", "Away");
    await world.startRedis();
    await says(page, "#tiles", "Complete");
    await page.getByRole("link", { name: "Boards", exact: true }).click();
    await says(page, "#board", "without-the-cache");
    await page.locator("#source-note").waitFor({ state: "hidden" });
    await says(page, "#health", "Ready");
  }));
}
