// @ts-check
/**
 * Client of the Standings leaderboard service: one module without dependencies, for browsers and
 * Node.js from 18 on. https://… /standings.js is served by every instance.
 *
 *   import { Standings } from "https://scores.example/standings.js";
 *   const scores = new Standings({ baseUrl: "https://scores.example" });
 *   await scores.update("ada", 5);
 *   const { entries, source } = await scores.board("daily", { limit: 3 });
 *   const live = scores.live("daily", { limit: 10 }, { board: (b) => show(b.entries) });
 *   live.close();
 *   await scores.leaderboard("acme.eu").update("ada", 5);
 *
 * @typedef {"daily" | "weekly" | "monthly" | "yearly"} Period
 * @typedef {"team" | "player" | "league" | "market"} AliasType
 * @typedef {"cache" | "database"} Source  where an answer comes from
 *
 * @typedef {object} Scores
 * @property {number} daily_pomo
 * @property {number} weekly_pomo
 * @property {number} monthly_pomo
 * @property {number} yearly_pomo
 *
 * @typedef {{metadata?: Record<string, unknown>}} Carried  what a user of a named leaderboard carries
 * @typedef {Scores & Carried & {user_id: string, updated_at: string, cached_at: string, version: number}} Details
 * @typedef {Scores & Carried & {rank: number, user_id: string, score: number}} Entry
 * @typedef {{period: Period, limit: number, offset: number, total_users: number, entries: Entry[]}} Board
 * @typedef {{user_id: string, period: Period, rank: number, score: number, total_users: number, percentile: number}} Rank
 * @typedef {Carried & {rank_among: number, rank: number, user_id: string, score: number}} RankAmong
 * @typedef {{period: Period, total_users: number, entries: RankAmong[], not_found: string[]}} Ranks
 * @typedef {{user_id: string, period: Period, total_users: number, user: Entry, above: Entry[], below: Entry[]}} Neighbourhood
 * @typedef {{started_at: string, ended_at: string, total_users: number}} PastPeriod
 * @typedef {{period: Period, past: PastPeriod[]}} PastPeriods
 * @typedef {{rank: number, user_id: string, score: number}} PastEntry
 * @typedef {PastPeriod & {period: Period, limit: number, offset: number, entries: PastEntry[]}} PastBoard
 * @typedef {{success: true, data: Details, warning: string | null}} Counted
 * @typedef {Scores & {leaderboard: string, version: number}} NamedState
 * @typedef {Counted & {leaderboards: NamedState[]}} CountedNamed  the state in each in which it counted
 * @typedef {{success: false, user_id?: string, code: string, detail: string}} NotCounted
 * @typedef {{success: boolean, applied: number, failed: number, results: (Counted | NotCounted)[]}} BatchResult
 *
 * @typedef {object} LeaderboardSettings
 * @property {"sum" | "best" | "latest"} mode  never changes
 * @property {"desc" | "asc"} order  never changes
 * @property {string} time_zone
 * @property {string} week_start
 * @property {number} max_count
 * @property {string[]} feeds
 * @property {Record<string, unknown>} metadata
 *
 * @typedef {{id: string, settings: LeaderboardSettings, created_at: string, last_used_at: string}} LeaderboardInfo
 * @typedef {LeaderboardInfo & {archived_at?: string, purged_at?: string}} ListedLeaderboard  the times: of an archived one
 *
 * @typedef {object} LeaderboardStatus
 * @property {string} leaderboard
 * @property {number} daily_count
 * @property {number} weekly_count
 * @property {number} monthly_count
 * @property {number} yearly_count
 * @property {number} database_users
 * @property {string} generation
 * @property {boolean} complete
 * @property {boolean} cache_connected  otherwise the cache could not be asked, and its counts are 0
 *
 * @typedef {object} Options
 * @property {string} [baseUrl]  the service's address; in a page it serves itself, leave it out
 * @property {string} [token]  sent as `Authorization: Bearer …`
 * @property {typeof fetch} [fetch]
 * @property {number} [retries]  how often an update is repeated, 4 unless given
 * @property {number} [maxDelayMs]  the longest wait between repeats, 30 s unless given
 * @property {number} [timeoutMs]  the longest wait for an answer, 20 s unless given; 0: no limit
 * @property {number} [pollMs]  how often `live` asks where it cannot have a stream, 2 s unless given
 *
 * @typedef {{signal?: AbortSignal}} Abortable
 * @typedef {{idempotencyKey?: string, signal?: AbortSignal}} WriteOptions
 *
 * @typedef {object} Call
 * @property {Record<string, string | number>} [query]
 * @property {unknown} [body]  sent as JSON
 * @property {Record<string, string>} [headers]
 * @property {AbortSignal} [signal]
 * @property {number} [timeoutMs]  for this call
 *
 * @typedef {"connecting" | "live" | "polling" | "reconnecting" | "refused" | "closed"} LiveState
 *
 * @typedef {object} LiveHandlers
 * @property {(board: Board & {source: Source}) => void} [board]  at first, and after each change
 * @property {(state: LiveState) => void} [state]  when it changes; `refused` is final: the request is
 *   wrong, or the leaderboard was archived
 * @property {(error: StandingsError) => void} [error]  why the state changed for the worse
 */

const cachePath = "/api/redis-leaderboard";
const databasePath = "/api/leaderboard";
const namedPath = "/api/leaderboards";

/** A server sends a comment every 15 s; after this long without a byte the connection is dead. */
const silenceMs = 45_000;
/** How long `live` polls before it asks for a stream again. */
const streamAgainMs = 10_000;
const streamAbsentMs = 60_000;

/** A failure: an answer that is not 2xx, or no answer (`status` 0, `code` "network"). */
export class StandingsError extends Error {
  /**
   * @param {{type?: string, title?: string, status?: number, detail?: string, code?: string,
   *          request_id?: string, field?: string}} problem  RFC 9457, as the service sends it
   * @param {{retryAfterMs?: number, body?: any, cause?: unknown}} [more]
   */
  constructor(problem, { retryAfterMs, body, cause } = {}) {
    super(problem.detail || problem.title || "the request failed", { cause });
    this.name = "StandingsError";
    this.type = problem.type ?? "about:blank";
    this.title = problem.title ?? "";
    this.status = problem.status ?? 0;
    this.detail = problem.detail ?? "";
    /** Stable; see docs/errors.md. */
    this.code = problem.code ?? "unknown";
    this.requestId = problem.request_id ?? "";
    /** The input that is to blame, if one is. */
    this.field = problem.field;
    /** How long the service asks to wait before a repeat. */
    this.retryAfterMs = retryAfterMs;
    /** The answer's JSON, if it had any. */
    this.body = body;
  }
}

/** @param {Response} response */
async function failureOf(response) {
  const seconds = Number(response.headers.get("Retry-After") ?? NaN);
  const retryAfterMs = seconds >= 0 ? seconds * 1000 : undefined;
  const body = await response.json().catch(() => undefined);
  return new StandingsError(
    { title: response.statusText, code: "http_" + response.status, ...body, status: response.status },
    { retryAfterMs, body },
  );
}

/** Whether a repeat may succeed; with an idempotency key it cannot count twice. */
function isTransient(/** @type {unknown} */ error) {
  return error instanceof StandingsError && [0, 408, 429, 502, 503, 504].includes(error.status);
}

/** 128 random bits. `randomUUID` is missing on pages that came over plain HTTP. */
export function newKey() {
  if (globalThis.crypto?.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join("");
}

/**
 * The wait before repeat number `attempt` (from 0): doubled each time, half of it by chance so that
 * clients spread.
 * @param {number} attempt
 * @param {{firstMs?: number, maxMs?: number, random?: () => number}} [limits]
 */
export function backoff(attempt, { firstMs = 250, maxMs = 30_000, random = Math.random } = {}) {
  const full = Math.min(maxMs, firstMs * 2 ** attempt);
  return full / 2 + (full / 2) * random();
}

/**
 * Waits; rejects as soon as the signal is aborted.
 * @param {number} ms
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
function sleep(ms, signal) {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/**
 * Takes a text/event-stream apart as it arrives, in pieces of any size. Returns the function to give
 * the pieces to.
 * @param {(event: {event: string, data: string, id: string, retry?: number}) => void} onEvent
 */
export function eventParser(onEvent) {
  let rest = "";
  let id = "";
  let event = "";
  /** @type {string[]} */
  let data = [];
  /** @type {number | undefined} */
  let retry;
  const line = (/** @type {string} */ text) => {
    if (text === "") {
      if (data.length > 0 || retry !== undefined)
        onEvent({ event: event || "message", data: data.join("\n"), id, retry });
      [event, data, retry] = ["", [], undefined];
      return;
    }
    const colon = text.indexOf(":");
    const name = colon < 0 ? text : text.slice(0, colon);
    const value = colon < 0 ? "" : text.slice(colon + 1).replace(/^ /, "");
    if (name === "event") event = value;
    else if (name === "data") data.push(value);
    else if (name === "id") id = value;
    else if (name === "retry" && /^\d+$/.test(value)) retry = Number(value);
  };
  return (/** @type {string} */ piece) => {
    const text = rest + piece;
    // a CR at the end may be half of a CRLF
    const lines = text.split(/\r\n|\n|\r(?!$)/);
    rest = lines.pop() ?? "";
    lines.forEach(line);
  };
}

/** What only this module asks of a client: a request that is repeated with its key, and an option. */
const write = Symbol("write");
const pollMs = Symbol("pollMs");

/** A leaderboard: counts in it, its boards and its users. */
class Leaderboard {
  #client;
  #path;
  #databasePath;

  /**
   * @param {Standings | undefined} client  undefined: this object
   * @param {string} path  of its routes
   * @param {string} [databasePath]  of those that ask the database alone
   */
  constructor(client, path, databasePath) {
    this.#client = client ?? /** @type {Standings} */ (/** @type {unknown} */ (this));
    this.#path = path;
    this.#databasePath = databasePath;
  }

  /**
   * Counts something for a user; durable when it resolves. Repeats itself after network errors, 429
   * and 503, with the same key, so that it counts once.
   * @param {string} userId
   * @param {number} [count]  without it the service counts 1, or refuses where the mode is `best` or `latest`
   * @param {WriteOptions} [options]
   * @returns {Promise<Counted>}
   */
  update(userId, count, { idempotencyKey = newKey(), signal } = {}) {
    return this.#client[write](this.#path + "/update", { user_id: userId, count }, idempotencyKey, signal);
  }

  /**
   * Counts for up to 1000 users; each result says whether its update was counted.
   * @param {{user_id: string, count?: number}[]} updates
   * @param {WriteOptions} [options]
   * @returns {Promise<BatchResult>}
   */
  updateBatch(updates, { idempotencyKey = newKey(), signal } = {}) {
    return this.#client[write](this.#path + "/update/batch", { updates }, idempotencyKey, signal);
  }

  /**
   * A window of a board; of the default leaderboard from the database while the cache cannot serve it.
   * @param {Period} period
   * @param {{limit?: number, offset?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<Board & {source: Source}>}
   */
  board(period, { limit = 10, offset = 0, signal } = {}) {
    return this.#read(`/${segment(period)}`, { query: { limit, offset }, signal });
  }

  /**
   * A user's scores; in the default leaderboard from the database while the cache cannot serve them.
   * @param {string} userId
   * @param {Abortable} [options]
   * @returns {Promise<Details & {source: Source}>}
   */
  user(userId, { signal } = {}) {
    return this.#read(`/user/${segment(userId)}`, { signal });
  }

  /**
   * @param {string} userId
   * @param {Period} period
   * @param {Abortable} [options]
   * @returns {Promise<Rank>}
   */
  rank(userId, period, { signal } = {}) {
    return this.#client.request("GET", `${this.#path}/user/${segment(userId)}/rank/${segment(period)}`, { signal });
  }

  /**
   * Where up to 200 users stand among all and among each other, such as a user's friends.
   * @param {string[]} userIds
   * @param {Period} period
   * @param {Abortable} [options]
   * @returns {Promise<Ranks>}
   */
  ranks(userIds, period, { signal } = {}) {
    const path = `${this.#path}/ranks/${segment(period)}`;
    return this.#client.request("POST", path, { body: { user_ids: userIds }, signal });
  }

  /**
   * The ended periods that are kept, the last one first; with `start`, a time in one of them, the board as it ended.
   * @param {Period} period
   * @param {{start?: string, limit?: number, offset?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<PastPeriods | PastBoard>}
   */
  past(period, { start, limit = 10, offset = 0, signal } = {}) {
    const query = start === undefined ? undefined : { start, limit, offset };
    return this.#client.request("GET", `${this.#path}/${segment(period)}/past`, { query, signal });
  }

  /**
   * A user with at most `limit` neighbours above and below.
   * @param {string} userId
   * @param {Period} period
   * @param {{limit?: number, signal?: AbortSignal}} [options]
   * @returns {Promise<Neighbourhood>}
   */
  around(userId, period, { limit = 5, signal } = {}) {
    const path = `${this.#path}/user/${segment(userId)}/around/${segment(period)}`;
    return this.#client.request("GET", path, { query: { limit }, signal });
  }

  /**
   * Follows a board until `close` is called. Uses the service's event stream; where that cannot be
   * had, asks every `pollMs`. A connection that is lost is made again.
   * @param {Period} period
   * @param {{limit?: number}} options
   * @param {LiveHandlers} handlers
   * @returns {{readonly state: LiveState, close(): void}}
   */
  live(period, { limit = 10 } = {}, handlers = {}) {
    const path = `${this.#path}/${segment(period)}/live`;
    return new LiveBoard(this, this.#client, { path, period, limit, pollMs: this.#client[pollMs] }, handlers);
  }

  /**
   * @param {string} path
   * @param {{query?: Record<string, number>, signal?: AbortSignal}} options
   */
  async #read(path, options) {
    try {
      return { ...(await this.#client.request("GET", this.#path + path, options)), source: "cache" };
    } catch (error) {
      if (!this.#databasePath || !(error instanceof StandingsError) || error.status !== 503) throw error;
      try {
        return { ...(await this.#client.request("GET", this.#databasePath + path, options)), source: "database" };
      } catch (second) {
        if (options.signal?.aborted) throw second;
        error.cause = second;
        throw error;
      }
    }
  }
}

/** A leaderboard beside the default one, for administrators with what makes and archives it. */
class NamedLeaderboard extends Leaderboard {
  #client;
  #path;

  /**
   * @param {Standings} client
   * @param {string} id
   */
  constructor(client, id) {
    const path = `${namedPath}/${segment(id)}`;
    super(client, path);
    this.#client = client;
    this.#path = path;
    this.id = id;
  }

  /**
   * Its settings, and how many users it has.
   * @param {Abortable} [options]
   * @returns {Promise<LeaderboardInfo & {users: number}>}
   */
  describe({ signal } = {}) {
    return this.#client.request("GET", this.#path, { signal });
  }

  /**
   * Makes it, or changes the settings that are named.
   * @param {Partial<LeaderboardSettings>} [settings]
   * @param {Abortable} [options]
   * @returns {Promise<LeaderboardInfo>}
   */
  save(settings = {}, { signal } = {}) {
    return this.#client.request("PUT", this.#path, { body: settings, signal });
  }

  /**
   * Sets what a user carries, shown wherever the user is; `{}` takes it away.
   * @param {string} userId
   * @param {Record<string, unknown>} metadata  at most 1 KiB as JSON
   * @param {Abortable} [options]
   * @returns {Promise<{success: true, user_id: string, metadata: Record<string, unknown>}>}
   */
  setMetadata(userId, metadata, { signal } = {}) {
    return this.#client.request("PUT", `${this.#path}/user/${segment(userId)}/metadata`, { body: metadata, signal });
  }

  /**
   * Deletes a user from both stores; the row is archived.
   * @param {string} userId
   * @param {Abortable} [options]
   * @returns {Promise<{success: true, user_id: string}>}
   */
  remove(userId, { signal } = {}) {
    return this.#client.request("DELETE", `${this.#path}/user/${segment(userId)}`, { signal });
  }

  /**
   * Starts a period anew: every user stays, and the scores of this board begin again.
   * @param {Period} period
   * @param {Abortable} [options]
   * @returns {Promise<{success: true, period: Period, started_at: string}>}
   */
  reset(period, { signal } = {}) {
    return this.#client.request("POST", `${this.#path}/admin/reset/${segment(period)}`, { signal });
  }

  /**
   * Hides it; within 30 days it can be restored.
   * @param {Abortable} [options]
   * @returns {Promise<{success: true, id: string}>}
   */
  archive({ signal } = {}) {
    return this.#client.request("DELETE", this.#path, { signal });
  }

  /**
   * @param {Abortable} [options]
   * @returns {Promise<LeaderboardInfo>}
   */
  restore({ signal } = {}) {
    return this.#client.request("PUT", this.#path, { body: { restore: true }, signal });
  }

  /**
   * Both stores, side by side.
   * @param {Abortable} [options]
   * @returns {Promise<LeaderboardStatus>}
   */
  status({ signal } = {}) {
    return this.#client.request("GET", this.#path + "/admin/status", { signal });
  }

  /**
   * Loads its cache anew from the database, however long that takes.
   * @param {Abortable} [options]
   * @returns {Promise<{success: true, users_synced: number, duration_ms: number}>}
   */
  load({ signal } = {}) {
    return this.#client.request("POST", this.#path + "/admin/sync", { signal, timeoutMs: 0 });
  }
}

/** The service. Its own methods for counting and reading are those of the default leaderboard. */
export class Standings extends Leaderboard {
  #base;
  #token;
  #fetch;
  #retries;
  #maxDelayMs;
  #timeoutMs;
  #pollMs;

  /** @param {Options} [options] */
  constructor(options = {}) {
    super(undefined, cachePath, databasePath);
    const { baseUrl = "", token, fetch, retries = 4 } = options;
    const { maxDelayMs = 30_000, timeoutMs = 20_000, pollMs = 2_000 } = options;
    this.#base = baseUrl.replace(/\/+$/, "");
    this.#token = token;
    this.#fetch = fetch ?? globalThis.fetch.bind(globalThis);
    this.#retries = retries;
    this.#maxDelayMs = maxDelayMs;
    this.#timeoutMs = timeoutMs;
    this.#pollMs = pollMs;
  }

  /** Takes effect with the next request. */
  set token(/** @type {string | undefined} */ token) {
    this.#token = token;
  }

  /**
   * A named leaderboard, with the same methods; nothing is asked of the service yet.
   * @param {string} id  such as `acme.eu`
   */
  leaderboard(id) {
    return new NamedLeaderboard(this, id);
  }

  /**
   * A page of the named leaderboards, by id; `next` is the `after` of the next page. With `archived`,
   * of those that are archived: each can be restored until `purged_at`.
   * @param {{tenant?: string, after?: string, limit?: number, archived?: boolean, signal?: AbortSignal}} [options]
   * @returns {Promise<{leaderboards: ListedLeaderboard[], next: string | null}>}
   */
  leaderboards({ tenant, after, limit = 100, archived = false, signal } = {}) {
    /** @type {Record<string, string | number>} */
    const query = { limit };
    if (tenant) query.tenant = tenant;
    if (after) query.after = after;
    if (archived) query.archived = "true";
    return this.request("GET", namedPath, { query, signal });
  }

  /**
   * Counts something for a user in up to 16 leaderboards and in all that these feed, or in none;
   * `default` is one of them. Repeats itself as `update` does.
   * @param {string[]} leaderboards
   * @param {string} userId
   * @param {number} [count]  as for `update`; refused if one of them needs it
   * @param {WriteOptions} [options]
   * @returns {Promise<CountedNamed>}
   */
  updateSeveral(leaderboards, userId, count, { idempotencyKey = newKey(), signal } = {}) {
    return this[write](namedPath + "/update", { user_id: userId, count, leaderboards }, idempotencyKey, signal);
  }

  /**
   * The ids behind a name.
   * @param {AliasType} type
   * @param {string} alias
   * @param {Abortable} [options]
   * @returns {Promise<{type: AliasType, alias: string, ids: string[]}>}
   */
  alias(type, alias, { signal } = {}) {
    return this.request("GET", `/api/aliases/${segment(type)}/${segment(alias)}`, { signal });
  }

  /**
   * The ids behind a team's and a player's name.
   * @param {string} team
   * @param {string} player
   * @param {Abortable} [options]
   * @returns {Promise<{team: string, player: string, team_ids: string[], player_ids: string[], cached: boolean}>}
   */
  resolve(team, player, { signal } = {}) {
    return this.request("GET", "/api/aliases/resolve", { query: { team, player }, signal });
  }

  /**
   * Any route of the service. Resolves with the JSON of the answer, or its text.
   * @param {string} method
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<any>}
   */
  async request(method, path, call = {}) {
    const limit = abortedBy(call.signal, call.timeoutMs ?? this.#timeoutMs);
    try {
      const response = await this.open(method, path, { ...call, signal: limit.signal });
      const isJson = /\bjson\b/.test(response.headers.get("Content-Type") ?? "");
      return await (isJson ? response.json() : response.text());
    } catch (error) {
      throw error instanceof StandingsError ? error : withoutAnswer(error, call.signal);
    } finally {
      limit.done();
    }
  }

  /**
   * As `request`, but resolves with the response when its head has arrived, and waits for it for ever.
   * @param {string} method
   * @param {string} path
   * @param {Call} [call]
   * @returns {Promise<Response>}
   */
  async open(method, path, { query, body, headers = {}, signal } = {}) {
    const search = query ? "?" + new URLSearchParams(Object.entries(query).map(([k, v]) => [k, `${v}`])) : "";
    const all = { Accept: "application/json", ...headers };
    if (this.#token) all.Authorization = `Bearer ${this.#token}`;
    if (body !== undefined) all["Content-Type"] = "application/json";
    /** @type {Response} */
    let response;
    try {
      response = await this.#fetch(this.#base + path + search, {
        method,
        headers: all,
        body: body === undefined ? undefined : JSON.stringify(body),
        signal,
        cache: "no-store",
        credentials: "omit",
      });
    } catch (error) {
      throw withoutAnswer(error, signal);
    }
    if (!response.ok) throw await failureOf(response);
    return response;
  }

  /**
   * @param {string} path
   * @param {unknown} body
   * @param {string} key
   * @param {AbortSignal} [signal]
   */
  async [write](path, body, key, signal) {
    for (let attempt = 0; ; ++attempt) {
      try {
        return await this.request("POST", path, { body, headers: { "Idempotency-Key": key }, signal });
      } catch (error) {
        const asked = error instanceof StandingsError ? (error.retryAfterMs ?? 0) : 0;
        if (!isTransient(error) || attempt >= this.#retries || asked > this.#maxDelayMs) throw error;
        await sleep(Math.max(asked, backoff(attempt, { maxMs: this.#maxDelayMs })), signal);
      }
    }
  }

  get [pollMs]() {
    return this.#pollMs;
  }
}

/**
 * A signal that is aborted with `outer`, or when the time is over; `done` ends both.
 * @param {AbortSignal | undefined} outer
 * @param {number} ms  0: no limit
 */
function abortedBy(outer, ms) {
  const inner = new AbortController();
  const stop = () => inner.abort(outer?.reason);
  if (outer?.aborted) stop();
  outer?.addEventListener("abort", stop);
  const timer = ms > 0 ? setTimeout(stop, ms) : undefined;
  const done = () => {
    clearTimeout(timer);
    outer?.removeEventListener("abort", stop);
  };
  return { signal: inner.signal, done, stop };
}

/** @param {string} text */
function segment(text) {
  return encodeURIComponent(text);
}

/**
 * @param {unknown} error
 * @param {AbortSignal} [signal]
 */
function withoutAnswer(error, signal) {
  if (signal?.aborted) return error;
  return new StandingsError(
    { title: "No answer", code: "network", detail: "the service cannot be reached" },
    { cause: error },
  );
}

/**
 * Reads a stream of events of the service. Never resolves: rejects when the stream has ended or is
 * silent for too long, if there is none, and with the signal's reason.
 * @param {Standings} client
 * @param {string} path
 * @param {{query?: Record<string, number>, lastId?: string, signal?: AbortSignal}} from  `lastId`: of the last event that was seen
 * @param {{opened?: () => void, event: (event: {event: string, data: string, id: string}) => void}} handlers
 * @returns {Promise<never>}
 */
export async function readEvents(client, path, { query, lastId, signal }, { opened, event }) {
  const silence = abortedBy(signal, 0);
  let timer = setTimeout(silence.stop, silenceMs);
  const awake = () => {
    clearTimeout(timer);
    timer = setTimeout(silence.stop, silenceMs);
  };
  try {
    /** @type {Record<string, string>} */
    const headers = { Accept: "text/event-stream" };
    if (lastId) headers["Last-Event-ID"] = lastId;
    const response = await client.open("GET", path, { query, headers, signal: silence.signal });
    opened?.();
    return await readBody(response, eventParser(event), awake);
  } catch (error) {
    if (error instanceof StandingsError || !silence.signal.aborted) throw error;
    throw withoutAnswer(error, signal);
  } finally {
    clearTimeout(timer);
    silence.done();
  }
}

/**
 * @param {Response} response
 * @param {(text: string) => void} take
 * @param {() => void} awake  called for everything that arrives
 * @returns {Promise<never>}
 */
async function readBody(response, take, awake) {
  const reader = /** @type {ReadableStream<Uint8Array>} */ (response.body).getReader();
  const decoder = new TextDecoder();
  for (;;) {
    const { done, value } = await reader.read().catch((error) => {
      throw withoutAnswer(error);
    });
    if (done) throw withoutAnswer("the stream has ended");
    awake();
    take(decoder.decode(value, { stream: true }));
  }
}

class LiveBoard {
  #of;
  #client;
  #what;
  #handlers;
  #abort = new AbortController();
  /** @type {LiveState} */
  #state = "connecting";
  #lastId = "";
  #failures = 0;
  #streamNotBefore = 0;
  #isAway = false; // the stream has said that it has no board

  /**
   * @param {Leaderboard} of
   * @param {Standings} client
   * @param {{path: string, period: Period, limit: number, pollMs: number}} what  `path`: of the stream
   * @param {LiveHandlers} handlers
   */
  constructor(of, client, what, handlers) {
    this.#of = of;
    this.#client = client;
    this.#what = what;
    this.#handlers = handlers;
    this.#follow().catch((error) => {
      if (!this.#abort.signal.aborted) throw error;
    });
  }

  get state() {
    return this.#state;
  }

  close() {
    this.#become("closed");
    this.#abort.abort();
  }

  async #follow() {
    await Promise.resolve(); // the caller has its handle before the first event
    this.#handlers.state?.(this.#state);
    while (!this.#isFinal()) {
      if (Date.now() >= this.#streamNotBefore) await this.#attempt(() => this.#stream().catch((e) => this.#unlessAbsent(e)));
      if (!this.#isFinal()) await this.#attempt(() => this.#poll());
      const wait = this.#failures > 0 ? backoff(this.#failures - 1, { maxMs: 10_000 }) : this.#what.pollMs;
      if (!this.#isFinal()) await sleep(wait, this.#abort.signal);
    }
  }

  #isFinal() {
    return this.#state === "closed" || this.#state === "refused";
  }

  /** @param {() => Promise<void>} step */
  async #attempt(step) {
    try {
      await step();
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      if (!(error instanceof StandingsError)) throw error; // of a handler
      this.#failed(error);
    }
  }

  /**
   * An older service has no such route, and a stream shows fewer entries than a board may: polled.
   * @param {unknown} error
   */
  #unlessAbsent(error) {
    const isAbsent = error instanceof StandingsError && (error.code === "unknown_route" || [405, 406, 422, 501].includes(error.status));
    if (!isAbsent) throw error;
    this.#streamNotBefore = Date.now() + streamAbsentMs;
  }

  /** @param {StandingsError} error */
  #failed(error) {
    this.#handlers.error?.(error);
    if (!isTransient(error) && error.status < 500) return this.#become("refused");
    if (error.status > 0)
      this.#streamNotBefore = Date.now() + Math.max(streamAgainMs, error.retryAfterMs ?? 0);
    if (this.#state === "live") this.#become("reconnecting");
  }

  /** @param {() => boolean} [isWanted]  whether the board is still wanted when it arrives */
  async #poll(isWanted = () => true) {
    const { period, limit } = this.#what;
    try {
      const board = await this.#of.board(period, { limit, signal: this.#abort.signal });
      if (!isWanted()) return;
      this.#failures = 0;
      if (board.source === "database") this.#lastId = "";
      this.#become("polling");
      this.#handlers.board?.(board);
    } catch (error) {
      if (!(error instanceof StandingsError) || !isTransient(error)) throw error;
      ++this.#failures;
      this.#become("reconnecting");
      throw error;
    }
  }

  /** Polls beside a stream that has no board, until it has one again. */
  async #bridge() {
    this.#isAway = true;
    this.#lastId = ""; // what was seen meanwhile may be from the database
    while (this.#isAway && !this.#isFinal()) {
      await this.#attempt(() => this.#poll(() => this.#isAway));
      await sleep(this.#what.pollMs, this.#abort.signal).catch(() => {});
    }
  }

  /** Rejects when the stream has ended, or if there is none. */
  async #stream() {
    const { path, limit } = this.#what;
    const from = { query: { limit }, lastId: this.#lastId, signal: this.#abort.signal };
    try {
      await readEvents(this.#client, path, from, {
        opened: () => this.#lastId && this.#become("live"), // without news, what was shown is still so
        event: (event) => this.#take(event),
      });
    } finally {
      this.#isAway = false;
    }
  }

  /** @param {{event: string, data: string, id: string}} event */
  #take({ event, data, id }) {
    if (event === "gone") return this.#gone(new StandingsError(JSON.parse(data)));
    if (event === "unavailable" && !this.#isAway) this.#bridge();
    if (event !== "board") return;
    this.#isAway = false;
    this.#lastId = id;
    this.#failures = 0;
    this.#become("live");
    this.#handlers.board?.({ ...JSON.parse(data), source: "cache" });
  }

  /**
   * There is nothing to be followed any more.
   * @param {StandingsError} error
   */
  #gone(error) {
    if (this.#isFinal()) return;
    this.#handlers.error?.(error);
    this.#become("refused");
    this.#isAway = false;
    this.#abort.abort();
  }

  /** @param {LiveState} state */
  #become(state) {
    if (this.#state === state || this.#isFinal()) return;
    this.#state = state;
    this.#handlers.state?.(state);
  }
}
