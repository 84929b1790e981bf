// Drives a real Chromium against the real program: one service, one Redis and one browser for all.

import { after, describe } from "node:test";

import { startBrowser } from "../support/browser.mjs";
import { World, token } from "../support/world.mjs";
import { boardTests } from "./boards.mjs";
import { everyoneTests } from "./everyone.mjs";
import { operatingTests } from "./operating.mjs";
import { exampleTests, startOtherSite } from "./origins.mjs";
import { outageTests } from "./outages.mjs";

const site = await startOtherSite();
const world = await World.create({ settings: [`http.cors_origins=${site.origin}`] });
const { browser, end } = await startBrowser();
const suite = { world, browser, site, token, hasStreams: true };

describe("the dashboard", () => {
  after(async () => {
    await end();
    await world.end();
    site.end();
  });
  boardTests(suite);
  everyoneTests(suite);
  operatingTests(suite);
  outageTests(suite);
  exampleTests(suite);
});
