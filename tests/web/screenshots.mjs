// Pictures of the dashboard for the documentation: run by scripts/screenshots.

import { join } from "node:path";

import { startBrowser } from "./support/browser.mjs";
import { World, token } from "./support/world.mjs";

const to = process.argv[2];

/** Some traffic, so that boards and charts have something to show. */
async function play(world, end) {
  const { entries } = await world.api("GET", "/api/redis-leaderboard/weekly?limit=30");
  for (let turn = 0; !end.over; ++turn) {
    const updates = Array.from({ length: 4 }, (_, i) => ({ user_id: entries[(turn * 7 + i * 5) % entries.length].user_id, count: 1 + ((turn + i) % 3) }));
    await world.api("POST", "/api/redis-leaderboard/update/batch", { updates });
    for (const { user_id: user } of entries.slice(0, 8)) await world.api("GET", `/api/redis-leaderboard/user/${user}/rank/daily`);
    await new Promise((resolve) => setTimeout(resolve, 60));
  }
}

async function warmUp(world) {
  const { entries } = await world.api("GET", "/api/redis-leaderboard/weekly?limit=60");
  await world.api("POST", "/api/redis-leaderboard/update/batch", {
    updates: entries.map(({ user_id }, i) => ({ user_id, count: Math.round(900 / (i + 4)) + ((i * 13) % 17) })),
  });
  for (let i = 0; i < 40; ++i)
    await world.redis("SET", `session:team-${i}`, JSON.stringify({ session_id: `team-${i}`, group: `g${i % 4}`, messages: Array.from({ length: 5 }, (_, m) => ({ sender_id: `s${m}`, content: `hello ${m}`, message_id: `m${i}-${m}` })) }));
  await world.redis("SET", "session:broken", '{"session_id":"broken","messages":[{"sender_id":');
  await world.redis("PUBLISH", "session_updates", "broken");
  await world.api("POST", "/api/periodic-sync/sync", {});
  await world.dropFromCache(entries.slice(20, 55).map((e) => e.user_id));
  await world.api("POST", "/api/periodic-sync/sync", {});
}

async function picture(browser, world, { name, hash, dark, phone, before, wait = 600 }) {
  const context = await browser.newContext({
    viewport: phone ? { width: 390, height: 844 } : { width: 1280, height: 860 },
    deviceScaleFactor: phone ? 2 : 1,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.addInitScript((t) => sessionStorage.setItem("standings-token", t), token);
  await page.goto(`${world.url}/#/${hash}`);
  await page.waitForSelector("main .panel:not(:has(.skeleton))");
  await before?.(page);
  await page.waitForTimeout(wait);
  await page.screenshot({ path: join(to, `${name}.png`) });
  await context.close();
}

const world = await World.create({ settings: ["reconcile.max_deletes=10"] });
const end = { over: false };
const { browser, end: endBrowser } = await startBrowser();
try {
  await warmUp(world);
  const playing = play(world, end);
  const dryRun = async (page) => {
    await page.getByRole("button", { name: "Dry run" }).click();
    await page.waitForSelector("#report:not([hidden])");
    await page.evaluate(() => scrollTo(0, 0));
  };
  const { entries } = await world.api("GET", "/api/redis-leaderboard/daily?limit=10");
  const boards = `boards/daily/user/${entries[5].user_id}`;
  const lookUp = async (page) => {
    await page.getByLabel("Name", { exact: true }).fill("rmcf");
    await page.getByRole("button", { name: "Look up" }).first().click();
  };
  const below = (page) => page.getByRole("heading", { name: "Requests" }).evaluate((e) => scrollTo(0, e.getBoundingClientRect().top - 90));
  const pictures = [
    { name: "boards-light", hash: boards, wait: 2500 },
    { name: "boards-dark", hash: boards, dark: true, wait: 2500 },
    { name: "boards-phone", hash: boards, phone: true, wait: 2500 },
    { name: "service-light", hash: "service", wait: 12_000 },
    { name: "service-dark", hash: "service", dark: true, wait: 12_000, before: below },
    { name: "service-phone", hash: "service", dark: true, phone: true, wait: 8_000 },
    { name: "reconcile-light", hash: "reconcile", before: dryRun },
    { name: "reconcile-phone", hash: "reconcile", phone: true },
    { name: "aliases-light", hash: "aliases", before: lookUp },
    { name: "sessions-dark", hash: "sessions", dark: true, before: (page) => page.getByRole("button", { name: "Compare" }).click() },
  ];
  for (const one of pictures.filter((p) => !process.env.ONLY || p.name.match(process.env.ONLY))) await picture(browser, world, one);
  end.over = true;
  await playing;
} finally {
  end.over = true;
  await endBrowser();
  await world.end();
}
