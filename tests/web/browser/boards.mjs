import assert from "node:assert/strict";
import { it } from "node:test";

import { says, withPage } from "../support/pages.mjs";

export function boardTests(suite) {
  const row = (page, user) => page.locator("#board tr").filter({ hasText: user });

  it("a change of a board is seen live", () => withPage(suite, {}, async (page) => {
    await page.locator("#board tr").nth(9).waitFor();
    await suite.world.update("newcomer", 9000);
    await row(page, "newcomer").waitFor();
    assert.equal(await page.locator("#board tr").first().locator("a.user").textContent(), "newcomer");
    await suite.world.update("newcomer", 25);
    await says(page, "#board tr.changed", "+25");
    await says(page, "#board tr", "9,025");
    await says(page, "#announcer", "newcomer has 9,0");
    assert.equal(await page.locator("#board tr").count(), 10);
  }));

  it("the periods are boards of their own", () => withPage(suite, {}, async (page) => {
    await page.getByRole("link", { name: "Yearly", exact: true }).click();
    await says(page, "thead", "Yearly score");
    const { entries } = await suite.world.api("GET", "/api/redis-leaderboard/yearly?limit=10");
    await says(page, "#board tr:nth-child(2)", entries[1].user_id);
    assert.equal(await page.getByRole("link", { name: "Yearly", exact: true }).getAttribute("aria-current"), "page");
    await page.goBack();
    await says(page, "thead", "Daily score");
  }));

  it("more of a board is shown on request", () => withPage(suite, {}, async (page) => {
    await page.getByLabel("Entries shown").selectOption("50");
    await page.locator("#board tr").nth(49).waitFor();
  }));

  it("a user is found with the rank in every period and the neighbours", () => withPage(suite, {}, async (page) => {
    const { entries } = await suite.world.api("GET", "/api/redis-leaderboard/daily?limit=10");
    const user = entries[4].user_id;
    await page.getByLabel("Find a user").fill(user);
    await page.getByRole("button", { name: "Find" }).click();
    await says(page, "#user h2", user);
    await says(page, ".ranks > [data-chosen]", "#5");
    assert.equal(await page.locator(".ranks > div").count(), 4);
    assert.deepEqual(await page.locator(".hood a").allTextContents(), entries.slice(1, 8).map((e) => e.user_id));
    assert.equal(await page.locator("#board tr[data-chosen] a.user").textContent(), user);
    await suite.world.update(user, 3);
    await says(page, ".hood [data-chosen]", String(entries[4].score + 3));
  }));

  it("whoever is not there is said not to be", () => withPage(suite, { answersMayFail: true }, async (page) => {
    await page.getByLabel("Find a user").fill("nobody/at all");
    await page.keyboard.press("Enter");
    await says(page, "#user", "Nobody is called “nobody/at all”");
  }));

  it("the token is asked for, used, and forgotten", () => withPage(suite, { view: "service", withToken: false, answersMayFail: true }, async (page) => {
    await says(page, "main", "This needs a token");
    await page.getByRole("button", { name: "Enter token" }).first().click();
    await page.getByRole("dialog").getByLabel("Token").fill("a-wrong-token-of-many-characters");
    await page.getByRole("button", { name: "Use token" }).click();
    await says(page, "main", "This needs a token");
    await page.getByRole("button", { name: /^Token/ }).click();
    await page.getByRole("dialog").getByLabel("Token").fill(suite.token);
    await page.keyboard.press("Enter");
    await says(page, "main", "Cache and database agree on");
    const stored = () => page.evaluate(() => [JSON.stringify({ ...sessionStorage }), JSON.stringify({ ...localStorage }), document.cookie]);
    assert.deepEqual((await stored()).map((text) => text.includes("browser-tests")), [true, false, false]);
    await page.getByRole("button", { name: /^Token/ }).click();
    await page.getByRole("button", { name: "Forget token" }).click();
    await says(page, "main", "This needs a token");
    assert.equal((await stored()).join().includes("browser-tests"), false);
  }));
}
