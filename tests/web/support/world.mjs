// What the browser tests run on: a private Redis, a file of aliases, and the real program on both.
// Everything is on loopback, and gone after `end`.

import { execFile, spawn } from "node:child_process";
import { mkdtemp, open, readFile, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);
const redisBin = process.env.TEST_REDIS_BIN ? join(process.env.TEST_REDIS_BIN, "redis-server") : "redis-server";

export const token = "a-token-for-the-browser-tests";

export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Calls `f` until it returns something true; fails after `ms`. */
export async function until(what, f, ms = 30_000) {
  const end = Date.now() + ms;
  for (;;) {
    const value = await f();
    if (value) return value;
    if (Date.now() > end) throw new Error(`not in time: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Starts a program whose output goes to a file. */
async function start(program, args, log) {
  const to = await open(log, "a");
  const child = spawn(program, args, { stdio: ["ignore", to.fd, to.fd] });
  await to.close();
  const ended = new Promise((resolve) => child.on("close", resolve));
  child.on("error", () => {}); // shows as an end
  return {
    isRunning: () => child.exitCode === null && child.signalCode === null && child.pid !== undefined,
    async stop(signal = "SIGTERM") {
      if (child.pid !== undefined) child.kill(signal);
      await ended;
    },
  };
}

export class World {
  /** @param {{settings?: string[]}} [options]  more `KEY=VALUE` for the service */
  static async create({ settings = [] } = {}) {
    const world = new World();
    world.dir = await mkdtemp(join(tmpdir(), "standings-web."));
    world.settings = settings;
    [world.port, world.redisPort] = [await freePort(), await freePort()];
    world.url = `http://127.0.0.1:${world.port}`;
    await world.writeAliases();
    await world.startRedis();
    await world.startService();
    return world;
  }

  async writeAliases() {
    await run("sqlite3", [join(this.dir, "aliases.db"), `
      CREATE TABLE team_aliases(team_id, alias); CREATE TABLE player_aliases(player_id, alias);
      CREATE TABLE league_aliases(league_id, alias); CREATE TABLE market_aliases(market_id, alias);
      INSERT INTO team_aliases VALUES (1,'rmcf'),(1,'Real Madrid'),(7,'rmcf'),(2,'Athletic'),(3,'');
      INSERT INTO player_aliases VALUES (10,'vini'),(11,'jude');
      INSERT INTO league_aliases VALUES (100,'laliga'); INSERT INTO market_aliases VALUES (5,'1x2');`]);
  }

  async startRedis() {
    const options = ["--port", this.redisPort, "--bind", "127.0.0.1", "--dir", this.dir, "--save", "", "--appendonly", "no"];
    this.redisServer = await start(redisBin, options.map(String), join(this.dir, "redis.log"));
    await until("Redis answers", () => this.redis("PING").catch(() => false));
  }

  stopRedis() {
    return this.redisServer.stop("SIGKILL");
  }

  /** The answer to one command. */
  async redis(...command) {
    const { stdout } = await run("redis-cli", ["-p", this.redisPort, ...command].map(String), { maxBuffer: 1 << 26 });
    return stdout.trim();
  }

  async startService() {
    const all = [`http.port=${this.port}`, "cache.backend=redis", `cache.port=${this.redisPort}`, `admin.token=${token}`,
      `aliases.source=${join(this.dir, "aliases.db")}`, "reconcile.incremental=false", "leaderboard.rollover=off",
      "aliases.interval=1h", // a second cycle would find nothing new, and list no problems
      ...this.settings];
    this.service = await start(process.env.STANDINGS_BINARY, ["serve", "--demo", "--data-dir", this.dir, ...all.flatMap((s) => ["--set", s])], join(this.dir, "service.log"));
    await until("the service is ready", async () => {
      if (!this.service.isRunning()) throw new Error(`the service has ended:\n${await this.log()}`);
      return fetch(`${this.url}/readyz`).then((r) => r.ok, () => false);
    });
  }

  /** Stops the service and starts it again on the same port; `meanwhile` runs while it is away. */
  async restartService(meanwhile) {
    await this.service.stop();
    await meanwhile();
    await this.startService();
  }

  log() {
    return readFile(join(this.dir, "service.log"), "utf8");
  }

  async api(method, path, body) {
    const response = await fetch(this.url + path, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  update(user, count) {
    return this.api("POST", "/api/redis-leaderboard/update", { user_id: user, count });
  }

  /** Adds made-up users with one point each. */
  async addUsers(prefix, count) {
    for (let at = 0; at < count; at += 1000) {
      const updates = Array.from({ length: Math.min(1000, count - at) }, (_, i) => ({ user_id: `${prefix}${at + i}`, count: 1 }));
      await this.api("POST", "/api/redis-leaderboard/update/batch", { updates });
    }
  }

  /** Takes users out of the cache, as a program that deletes them would. */
  async dropFromCache(users) {
    for (const period of ["daily", "weekly", "monthly", "yearly"]) await this.redis("ZREM", `leaderboard:${period}`, ...users);
    await this.redis("DEL", ...users.map((u) => `user:details:${u}`));
  }

  async end() {
    await this.service?.stop();
    await this.redisServer?.stop("SIGKILL");
    await rm(this.dir, { recursive: true, force: true });
  }
}
