// Debian's Chromium, driven by playwright-core.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { chromium } from "playwright-core";

const options = {
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  headless: true,
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
};

/** A browser with a profile of its own. `end` closes it and removes what it wrote. */
export async function startBrowser() {
  const home = await mkdtemp(join(tmpdir(), "standings-browser."));
  const browser = await chromium.launch({ ...options, env: { ...process.env, HOME: home } });
  return {
    browser,
    async end() {
      await browser.close();
      await rm(home, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}
