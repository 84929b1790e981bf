// Drives a real Chromium against the real program: one browser for all, one service and one Redis for
// what the service itself shows.

import { after, describe } from "node:test";

import { startBrowser } from "../support/browser.mjs";
import { World, token } from "../support/world.mjs";
import { boardTests } from "./boards.mjs";
import { eventTests } from "./events.mjs";
import { everyoneTests } from "./everyone.mjs";
import { leaderboardTests, makeLeaderboards } from "./leaderboards.mjs";
import { operatingTests } from "./operating.mjs";
import { exampleTests, originTests } from "./origins.mjs";
import { outageTests } from "./outages.mjs";

const world = await World.create();
await makeLeaderboards(world);
const { browser, end } = await startBrowser();
const suite = { world, browser, token };

after(async () => {
  await end();
  await world.end();
});

describe("the dashboard", () => {
  boardTests(suite);
  leaderboardTests(suite);
  everyoneTests(suite);
  operatingTests(suite);
  outageTests(suite);
  exampleTests(suite);
});

describe("the dashboard, told what happens", () => eventTests(suite));

describe("a page of another origin", () => originTests(suite));
