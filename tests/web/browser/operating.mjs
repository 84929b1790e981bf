import assert from "node:assert/strict";
import { it } from "node:test";

import { says, withPage } from "../support/pages.mjs";
import { until } from "../support/world.mjs";

const manyUsers = 40_000;
const deleted = 3_000; // more than the twentieth part that a run may delete

export function operatingTests(suite) {
  const { world } = suite;
  const press = (page, name) => page.getByRole("button", { name, exact: true }).click();
  const confirm = (page, name) => page.getByRole("dialog").getByRole("button", { name, exact: true }).click();
  const change = (page, name) => page.locator("#report tr").filter({ has: page.locator("th", { hasText: new RegExp(`^${name}$`) }) });

  it("the service's parts are seen", () => withPage(suite, { view: "service" }, async (page) => {
    for (const text of ["Ready", "Accepted", "Reachable", "Complete"]) await says(page, "#tiles", text);
    await says(page, ".tree", "score_writer/0");
    await says(page, ".tree > li", "session_sync");
    await says(page, "main", "100.00 %");
  }));

  it("a rebuild's progress bar is followed to its end", () => withPage(suite, { view: "service" }, async (page) => {
    await world.addUsers("many-", manyUsers);
    await says(page, "main", "Cache and database agree on");
    await page.evaluate(() => {
      globalThis.seen = [];
      const bar = document.querySelector("#rebuild-progress [role=progressbar]");
      new MutationObserver(() => globalThis.seen.push(Number(bar.getAttribute("aria-valuenow")))).observe(bar, { attributes: true });
    });
    await press(page, "Rebuild cache");
    await confirm(page, "Rebuild");
    await says(page, "#rebuild-progress", "The cache is complete");
    await says(page, "#toasts", "The cache was rebuilt");
    const seen = await page.evaluate(() => globalThis.seen);
    assert.ok(seen.some((part) => part > 0 && part < 100), `on the way: ${seen}`);
    assert.equal(seen.at(-1), 100);
    assert.deepEqual(seen, [...seen].sort((a, b) => a - b), "never back");
  }));

  it("what a dialog asks is not done after Cancel", () => withPage(suite, { view: "reconcile" }, async (page) => {
    await says(page, "main", "Next run");
    const { runs } = await world.api("GET", "/api/periodic-sync/runs?limit=1");
    await press(page, "Run now");
    await confirm(page, "Cancel");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    assert.deepEqual((await world.api("GET", "/api/periodic-sync/runs?limit=1")).runs[0].run_id, runs[0].run_id);
  }));

  it("a dry run says what would change, held deletes are released, and the run is undone", () => withPage(suite, { view: "reconcile" }, async (page) => {
    await world.api("POST", "/api/periodic-sync/sync", {}); // the evidence that deletes need
    await world.dropFromCache(Array.from({ length: deleted }, (_, i) => `many-${i}`));
    await press(page, "Dry run");
    await says(page, "#report h2", "What a run would change");
    await says(page, "#report", "held until they are released");
    assert.equal(await change(page, "Deleted").locator("td").first().textContent(), "3,000");
    assert.equal(await change(page, "Healed").locator("td").first().textContent(), "0");

    await world.api("POST", "/api/periodic-sync/sync", {}); // holds them
    await says(page, "#held", "3,000 deletes held");
    await press(page, "Release deletes");
    await says(page, "dialog", "Release 3,000 held deletes?");
    await confirm(page, "Delete them");
    await says(page, "#report h2", "What the run has changed");
    await page.locator("#held").waitFor({ state: "hidden" });
    assert.equal(await change(page, "Deleted").locator("td").first().textContent(), "3,000");
    const count = async () => (await world.api("GET", "/api/redis-leaderboard/admin/status")).database_users;
    const without = await count();

    await page.getByRole("button", { name: /^Undo the run/ }).first().click();
    await confirm(page, "Undo the run");
    await says(page, "#toasts", "3,000 users restored");
    assert.equal(await count(), without + deleted);
  }));

  it("a run's progress bar is followed", () => withPage(suite, { view: "reconcile" }, async (page) => {
    await says(page, "main", "Next run");
    await press(page, "Run now");
    await confirm(page, "Run now");
    await page.locator("#run-progress").waitFor();
    await says(page, "#toasts", "The run is complete");
    await page.locator("#run-progress").waitFor({ state: "hidden" });
  }));

  it("names are looked up", () => withPage(suite, { view: "aliases", answersMayFail: true }, async (page) => {
    const one = page.getByRole("region", { name: "One name" });
    await one.getByLabel("Name").fill("rmcf");
    await one.getByRole("button", { name: "Look up" }).click();
    await one.getByText("Team “rmcf”").waitFor();
    assert.deepEqual(await one.locator(".ids li").allTextContents(), ["1", "7"]);
    await one.getByLabel("Kind").selectOption("player");
    await one.getByLabel("Name").fill("unheard of");
    await page.keyboard.press("Enter");
    await one.getByText("No such name").waitFor();
    const both = page.getByRole("region", { name: "A team and a player" });
    await both.getByLabel("Team").fill("Real Madrid");
    await both.getByLabel("Player").fill("jude");
    await page.keyboard.press("Enter");
    await both.getByText("Player “jude”").waitFor();
    assert.deepEqual(await both.locator(".ids li").allTextContents(), ["1", "11"]);
  }));

  it("the mirror's problems are listed, and a cycle is run on request", () => withPage(suite, { view: "aliases" }, async (page) => {
    await says(page, "#alias-problems", "the alias is empty");
    await press(page, "Sync now");
    await says(page, "#toasts", "7 names");
  }));

  it("sessions are synced, compared, and quarantined with the reason", () => withPage(suite, { view: "sessions" }, async (page) => {
    await world.redis("SET", "session:s1", '{"session_id":"s1","group":"g","messages":[{"sender_id":"a","content":"hello"}]}');
    await world.redis("SET", "session:torn", '{"session_id":"torn","messages":[{"sender_id":');
    await says(page, "main", "Lag, median");
    await press(page, "Sync all now");
    await says(page, "#toasts", "read");
    await says(page, "main .panel", "torn");
    await until("both are known", async () => (await world.api("GET", "/api/v1/sync/status")).totals.messages_added >= 1);
    await press(page, "Compare");
    await says(page, "tr", "s1");
    await says(page, "tr:has-text('s1')", "In sync");
    await says(page, "tr:has-text('torn')", "Unreadable");
  }));
}
