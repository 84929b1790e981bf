import { after, before, it } from "node:test";

import { says, withPage } from "../support/pages.mjs";
import { World } from "../support/world.mjs";

const reconcile = "/api/periodic-sync/sync";
const mostDeleted = 2;

/** On a service of their own, that holds deletes early. */
export function eventTests({ browser }) {
  const suite = { browser };
  before(async () => {
    suite.world = await World.create({ settings: [`reconcile.max_deletes=${mostDeleted}`] });
  });
  after(() => suite.world?.end());

  /** From here on no timer of the page runs out: it learns only what it is told. */
  async function stopAsking(page) {
    await says(page, "#live-state", "Live");
    await page.clock.pauseAt(Date.now() + 5_000);
  }

  async function holdDeletes(howMany) {
    const { entries } = await suite.world.api("GET", `/api/redis-leaderboard/yearly?limit=${howMany}`);
    await suite.world.api("POST", reconcile, {}); // the evidence that deletes need
    await suite.world.dropFromCache(entries.map((e) => e.user_id));
    await suite.world.api("POST", reconcile, {});
  }

  it("runs and held deletes are seen as they happen", () => withPage(suite, { view: "reconcile", hasClock: true }, async (page) => {
    await says(page, "main", "Next run");
    await stopAsking(page);
    await holdDeletes(mostDeleted + 1);
    await says(page, "#held", `${mostDeleted + 1} deletes held`);
    await says(page, "main tr", "Deletes held");
  }));

  it("where the stream is refused the same is asked for", () => withPage(suite, { view: "reconcile", answersMayFail: true, isRefused: true }, async (page) => {
    await says(page, "#live-state", "Every 2 s");
    await suite.world.api("POST", reconcile, { force: true });
    await page.locator("#held").waitFor({ state: "hidden" });
  }));

  it("rebuilds and outages are seen as they happen", () => withPage(suite, { view: "service", hasClock: true, answersMayFail: true }, async (page) => {
    await says(page, "#tiles", "Complete");
    await stopAsking(page);
    await suite.world.api("POST", "/api/redis-leaderboard/admin/sync");
    await says(page, ".events li", "cache");
    await suite.world.stopRedis();
    await says(page, "#tiles", "Away");
    await suite.world.startRedis();
    await says(page, "#tiles", "Complete");
  }));

  it("events go on after a restart of the service", () => withPage(suite, { view: "service", answersMayFail: true }, async (page) => {
    await says(page, "#live-state", "Live");
    await suite.world.restartService(() => says(page, "#live-state", "Every 2 s"));
    await says(page, "#live-state", "Live");
  }));
}
