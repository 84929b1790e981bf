import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";

import { expectAccessible, says } from "../support/pages.mjs";
import { World } from "../support/world.mjs";

const example = fileURLToPath(new URL("../../../web/example/", import.meta.url));
const types = { html: "text/html", css: "text/css", js: "text/javascript" };

/** A web server of another origin, with a copy of the example page and nothing else. */
async function startOtherSite() {
  const server = createServer(async (request, response) => {
    const name = new URL(request.url, "http://site").pathname.replace(/^\/example\/?/, "") || "index.html";
    try {
      const bytes = await readFile(example + name);
      response.writeHead(200, { "Content-Type": types[name.split(".").at(-1)] }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { origin: `http://127.0.0.1:${server.address().port}`, end: () => server.close() };
}

/** What a browser logs about an answer with one of these codes, and not about one it withholds from the page. */
const tellsOf = (codes, text) => codes.some((code) => text.startsWith(`Failed to load resource: the server responded with a status of ${code} `));

/** Calls `use` with the page, whose console may tell of answers with `codes` and of no other error. */
async function withExample(suite, address, codes, use) {
  const context = await suite.browser.newContext();
  context.setDefaultTimeout(60_000);
  const page = await context.newPage();
  const errors = [];
  page.on("pageerror", (e) => errors.push(e.stack));
  page.on("console", (m) => {
    if (m.type() === "error" && !tellsOf(codes, m.text())) errors.push(`${m.text()} ${m.location().url}`);
  });
  try {
    await page.goto(address);
    await use(page);
    assert.deepEqual(errors, []);
  } finally {
    await context.close();
  }
}

async function count(page, user, points) {
  await page.getByLabel("User").fill(user);
  await page.getByLabel("Points").fill(String(points));
  await page.getByRole("button", { name: "Count" }).click();
}

export function exampleTests(suite) {
  const { world } = suite;

  it("the example page counts and follows, where it is served by the service", () => withExample(suite, `${world.url}/example`, [], async (page) => {
    await page.locator("#board tr").nth(9).waitFor();
    await count(page, "example", 9_500);
    await says(page, "#result", "example has 9500 today");
    await says(page, "#board", "example");
    await expectAccessible(page, "example");
    await count(page, "", 1);
    assert.equal(await page.evaluate(() => document.querySelector("form").checkValidity()), false);
  }));
}

/** On a service of their own: who comes first is known only on a board that no other test has written. */
export function originTests(suite) {
  let site;
  let world;
  before(async () => {
    site = await startOtherSite();
    world = await World.create({ settings: [`http.cors_origins=${site.origin}`] });
  });
  after(async () => {
    await world?.end();
    site?.end();
  });

  it("updates, reads, follows, and falls back while the cache is away", () => withExample(suite, `${site.origin}/example?service=${world.url}`, [404, 503], async (page) => {
    await page.locator("#board tr").nth(9).waitFor();
    await count(page, "visitor", 9_600);
    await says(page, "#result", "visitor has 9600 today");
    await says(page, "#board", "visitor");
    await says(page, "#state", "Live");
    await world.update("other-visitor", 9_700);
    await says(page, "#board tr:first-child", "other-visitor");

    const seen = await page.evaluate(async (service) => {
      const { Standings } = await import(`${service}/standings.js`);
      const scores = new Standings({ baseUrl: service });
      const batch = await scores.updateBatch([{ user_id: "a", count: 2 }, { user_id: "", count: 1 }]);
      const key = { idempotencyKey: "once" };
      await scores.update("keyed", 3, key);
      const again = await scores.update("keyed", 3, key);
      const error = await scores.user("nobody").catch((e) => e);
      return {
        applied: [batch.applied, batch.failed],
        counted: again.data.daily_pomo,
        rank: (await scores.rank("other-visitor", "daily")).rank,
        above: (await scores.around("visitor", "daily", { limit: 1 })).above[0].user_id,
        error: [error.name, error.status, error.code],
        ids: (await scores.alias("team", "rmcf")).ids,
      };
    }, world.url);
    assert.deepEqual(seen, { applied: [1, 1], counted: 3, rank: 1, above: "other-visitor", error: ["StandingsError", 404, "unknown_user"], ids: ["1", "7"] });

    await world.stopRedis();
    await says(page, "#state", "served from the database");
    await count(page, "visitor", 200);
    await says(page, "#result", "visitor has 9800 today");
    await says(page, "#board tr:first-child", "9800");
    await world.startRedis();
    await page.locator("#state").filter({ hasNotText: "database" }).waitFor();
    await says(page, "#state", "Live");
  }));

  it("learns nothing from a service that does not name its origin", async () => {
    const context = await suite.browser.newContext();
    const page = await context.newPage();
    await page.goto(`${site.origin}/example/example.css`);
    const outcomes = await page.evaluate((services) => Promise.all(services.map((service) => fetch(`${service}/api/redis-leaderboard/daily/live`).then((r) => r.status, (e) => e.name))), [world.url, suite.world.url]);
    assert.deepEqual(outcomes, [200, "TypeError"]);
    await context.close();
  });
}
