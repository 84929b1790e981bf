import assert from "node:assert/strict";
import { it } from "node:test";

import { expectAccessible, says, tabTo, withPage } from "../support/pages.mjs";

const root = "/api/leaderboards";
const count = (world, id, user, n) => world.api("POST", `${root}/${id}/update`, { user_id: user, count: n });

/** Those that the tests find. */
export async function makeLeaderboards(world) {
  await world.api("PUT", `${root}/global`, { metadata: { name: "Everybody" } });
  await world.api("PUT", `${root}/acme.eu`, { feeds: ["global"], time_zone: "Europe/Berlin" });
  await world.api("PUT", `${root}/acme.laps`, { mode: "best", order: "asc", max_count: 600000 });
  await count(world, "acme.eu", "ada", 5);
  await count(world, "acme.eu", "bob", 3);
}

export function leaderboardTests(suite) {
  const { world } = suite;
  const rows = (page) => page.locator("main table tbody th, main table tbody td:first-child");
  const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
  const confirm = (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

  it("leaderboards are listed, those of one tenant on request", () => withPage(suite, { view: "leaderboards", answersMayFail: true }, async (page) => {
    for (const text of ["acme.eu", "acme.laps", "global", "Europe/Berlin", "the lowest"]) await says(page, "main table", text);
    await page.getByLabel("Tenant").fill("acme");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "global", exact: true }).waitFor({ state: "detached" });
    assert.deepEqual(await rows(page).allTextContents(), ["acme.eu", "acme.laps"]);
    await page.getByLabel("Tenant").fill("nobody");
    await press(page, "Show");
    await says(page, "main", "No leaderboard of “nobody”");
    await page.getByLabel("Tenant").fill("No Tenant");
    await press(page, "Show");
    await says(page, "main", "This is no tenant");
    await page.getByLabel("Tenant").fill("");
    await press(page, "Show");
    await says(page, "main table", "global");
  }));

  it("long lists are shown page by page", async () => {
    for (let i = 0; i < 60; ++i) await world.api("PUT", `${root}/many.l${i}`, {});
    await withPage(suite, { view: "leaderboards" }, async (page) => {
      await says(page, "main .panel-foot", "50 leaderboards, and more");
      await press(page, "Show more");
      await says(page, "main .panel-foot", "63 leaderboards");
      await says(page, "main table", "many.l9");
      assert.equal(await page.getByRole("button", { name: "Show more" }).count(), 0);
    });
  });

  it("a named board is seen live, with its settings, both stores and its users", () => withPage(suite, { view: "leaderboards" }, async (page) => {
    await page.getByRole("link", { name: "acme.eu", exact: true }).click();
    await says(page, "h1", "acme.eu");
    await says(page, "#live-state", "Live");
    await says(page, "#board tr:first-child", "ada");
    await says(page, ".facts", "Europe/Berlin");
    await says(page, "main", "Users of each board in both stores");
    await count(world, "acme.eu", "bob", 10);
    await says(page, "#board tr:first-child", "bob");
    await page.locator("#board").getByRole("link", { name: "ada" }).click();
    await says(page, "#user h2", "ada");
    await says(page, ".ranks > [data-chosen]", "#2");
    assert.match(page.url(), /#\/leaderboards\/acme\.eu\/daily\/user\/ada$/);
    await page.getByRole("link", { name: "Weekly", exact: true }).click();
    await says(page, "thead", "Weekly score");
    await page.getByRole("link", { name: "global", exact: true }).click();
    await says(page, "h1", "global");
    await says(page, "#board tr", "bob");
    await says(page, ".facts", "Everybody");
  }));

  it("where the lowest is first, only those are there who have a value", async () => {
    await count(world, "acme.laps", "fast", 100);
    await count(world, "acme.laps", "slow", 900);
    await withPage(suite, { view: "leaderboards/acme.laps", answersMayFail: true }, async (page) => {
      await says(page, "#board tr:first-child", "fast");
      await says(page, "main", "the best value stays");
      await says(page, "main", "2 users on this board");
      await world.api("POST", `${root}/acme.laps/admin/reset/daily`);
      await page.goto(`${world.url}/#/leaderboards/acme.laps/daily/user/fast`);
      await says(page, "#user", "This user is not on the board of this period.");
    });
  });

  it("a leaderboard is loaded anew on request", () => withPage(suite, { view: "leaderboards/acme.eu" }, async (page) => {
    await says(page, "main", "Cache is");
    await press(page, "Load anew");
    await confirm(page, "Cancel");
    await press(page, "Load anew");
    await confirm(page, "Load");
    await says(page, "#toasts", "acme.eu was loaded: 2 users");
  }));

  it("one is archived, and brought back, here and by its id", async () => {
    await world.api("PUT", `${root}/old.one`, {});
    await count(world, "old.one", "eve", 7);
    await withPage(suite, { view: "leaderboards/old.one", answersMayFail: true }, async (page) => {
      await says(page, "#board tr", "eve");
      await press(page, "Archive");
      await says(page, "dialog", "hidden with its 1 user");
      await expectAccessible(page, "archive dialog");
      await confirm(page, "Archive");
      await says(page, "main", "There is no such leaderboard");
      await expectAccessible(page, "no such leaderboard");
      await press(page, "Restore it");
      await says(page, "#board tr", "eve");
      await world.api("DELETE", `${root}/old.one`);
      await says(page, "main", "There is no such leaderboard");
      await page.getByRole("link", { name: "All leaderboards" }).click();
      await page.getByLabel("Id").fill("old.one");
      await press(page, "Restore");
      await says(page, "h1", "old.one");
      await says(page, "#board tr", "eve");
    });
  });

  it("archived ones are listed with the day of their purge, and each is brought back from there", async () => {
    for (const id of ["kept.one", "kept.two"]) {
      await world.api("PUT", `${root}/${id}`, {});
      await world.api("DELETE", `${root}/${id}`);
    }
    await withPage(suite, { view: "leaderboards" }, async (page) => {
      const part = page.getByRole("region", { name: "Archived leaderboards" });
      await part.getByRole("row").filter({ hasText: "kept.one" }).waitFor();
      const { leaderboards } = await world.api("GET", `${root}?archived=true&tenant=kept`);
      const purged = part.getByRole("row").filter({ hasText: "kept.two" }).locator("time").last();
      assert.equal(await purged.getAttribute("datetime"), leaderboards[1].purged_at);
      await expectAccessible(page, "archived leaderboards");
      await page.getByLabel("Tenant").fill("acme");
      await press(page, "Show");
      await part.getByText("No archived leaderboard of “acme”").waitFor();
      await page.getByLabel("Tenant").fill("kept");
      await press(page, "Show");
      await press(page, "Restore kept.two");
      await says(page, "h1", "kept.two");
    });
  });

  it("what cannot be restored is said not to be", () => withPage(suite, { view: "leaderboards", answersMayFail: true }, async (page) => {
    await page.getByLabel("Id").fill("never.made");
    await page.keyboard.press("Enter");
    await says(page, "#toasts", "there is no leaderboard 'never.made'");
  }));

  it("ended periods are listed, and their boards shown with the final ranks", async () => {
    const id = "ended.one";
    await world.api("PUT", `${root}/${id}`, {});
    await world.api("POST", `${root}/${id}/update/batch`, { updates: Array.from({ length: 30 }, (_, i) => ({ user_id: `u${i + 1}`, count: 100 - i })) });
    await withPage(suite, { view: `leaderboards/${id}` }, async (page) => {
      const part = page.getByRole("region", { name: "Ended periods" });
      await says(page, "main", "No daily period has ended yet");
      await world.api("POST", `${root}/${id}/admin/reset/daily`);
      await page.getByRole("link", { name: "Weekly", exact: true }).click();
      await says(page, "main", "No weekly period has ended yet");
      await page.getByRole("link", { name: "Daily", exact: true }).click();
      await part.getByRole("button", { name: /^Show the board that ended/ }).click();
      await part.getByText("the first 25 of 30 users").waitFor();
      assert.deepEqual((await part.locator("tbody tr").first().innerText()).split(/\s+/), ["1", "u1", "100"]);
      await expectAccessible(page, "ended period");
      await part.getByRole("button", { name: "Show more" }).click();
      await part.getByText("30 users", { exact: false }).waitFor();
      assert.equal(await part.locator("tbody tr").count(), 30);
      await part.getByRole("link", { name: "u30", exact: true }).click();
      await says(page, "#user h2", "u30");
      await part.getByRole("button", { name: "All ended periods" }).click();
      await part.getByRole("button", { name: /^Show the board that ended/ }).waitFor();
    });
  });

  it("one is made and changed by keyboard, and what is wrong is said beside its field", () => withPage(suite, { view: "leaderboards", answersMayFail: true }, async (page) => {
    await tabTo(page, page.getByRole("button", { name: "New leaderboard" }));
    await page.keyboard.press("Enter");
    await page.keyboard.type("Not An Id");
    await page.keyboard.press("Enter");
    await page.locator("#settings-id:not([hidden])").waitFor();
    await expectAccessible(page, "form with an error");
    await page.locator("input[name=id]").fill("acme.eu");
    await page.keyboard.press("Enter");
    await says(page, "#settings-id", "There is a leaderboard acme.eu already");
    await page.locator("input[name=id]").fill("made.here");
    await page.getByLabel("Counts").selectOption("best");
    await page.getByLabel("Time zone").fill("Mars/Olympus");
    await page.keyboard.press("Enter");
    await says(page, "#settings-time_zone", "Mars/Olympus");
    await page.getByLabel("Time zone").fill("Asia/Tokyo");
    await page.getByLabel("Feeds").fill("global");
    await page.keyboard.press("Enter");
    await says(page, "h1", "made.here");
    await says(page, ".facts", "the best value stays");
    await says(page, ".facts", "Asia/Tokyo");
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByLabel("Metadata, as JSON").fill("{");
    await page.keyboard.press("Enter");
    await says(page, "#settings-metadata", "This is not JSON");
    await page.getByLabel("Metadata, as JSON").fill('{"name": "Made here"}');
    await page.getByLabel("Feeds").fill("never.made");
    await page.keyboard.press("Enter");
    await says(page, "#settings-feeds", "never.made");
    await page.getByLabel("Feeds").fill("");
    await page.keyboard.press("Enter");
    await says(page, ".facts", "Made here");
    assert.deepEqual((await world.api("GET", `${root}/made.here`)).settings, { mode: "best", order: "desc", time_zone: "Asia/Tokyo", week_start: "monday", max_count: 10000, feeds: [], metadata: { name: "Made here" } });
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.getByRole("button", { name: "Cancel", exact: true }).click();
    await says(page, ".facts", "Made here");
  }));

  it("without a token the boards are shown, and the rest asks for one", () => withPage(suite, { view: "leaderboards/acme.eu", withToken: false, answersMayFail: true }, async (page) => {
    await says(page, "#board tr", "ada");
    await says(page, "main", "This needs a token");
    await expectAccessible(page, "locked");
  }));

  it("a list that cannot be had is tried again on request", () => withPage(suite, { view: "boards/daily", answersMayFail: true }, async (page) => {
    await page.route("**/api/leaderboards?*", (route) => route.fulfill({ status: 503, json: { code: "store_unavailable", detail: "the database cannot be reached" } }));
    await page.getByRole("link", { name: "Leaderboards", exact: true }).click();
    await says(page, "main", "This could not be loaded");
    await page.unroute("**/api/leaderboards?*");
    await press(page, "Try again");
    await says(page, "main table", "acme.eu");
  }));

  it("leaderboards are reached and archived by keyboard alone", async () => {
    await world.api("PUT", `${root}/aaa.keys`, {});
    await withPage(suite, { view: "leaderboards", answersMayFail: true }, async (page) => {
      await says(page, "main table", "aaa.keys");
      await tabTo(page, page.getByRole("link", { name: "aaa.keys", exact: true }));
      await page.keyboard.press("Enter");
      await says(page, "main", "Nobody is on this board yet");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "aaa.keys");
      await tabTo(page, page.getByRole("button", { name: "Archive", exact: true }));
      await page.keyboard.press("Enter");
      await page.getByRole("dialog").waitFor();
      await tabTo(page, page.getByRole("dialog").getByRole("button", { name: "Archive" }));
      await page.keyboard.press("Enter");
      await says(page, "main", "There is no such leaderboard");
      assert.equal(await page.evaluate(() => document.activeElement.textContent), "aaa.keys");
    });
  });
}
