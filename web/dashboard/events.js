// What happens in the service, as it happens: the stream of /api/events.

import { StandingsError, backoff, readEvents } from "../standings.js";

const longestWaitMs = 10_000;
const mostNoted = 8;

/** Answers that do not change until the token does. */
const isFinal = (error) => error.status >= 400 && error.status < 500 && ![408, 429].includes(error.status);

/**
 * Follows the events until `stop` is called. A stream that is lost or cannot be had now is tried again,
 * and resumed; whoever listens asks for the state meanwhile.
 * @param {import("../standings.js").Standings} client
 * @param {{event(event: any): void, live?(is: boolean): void, refused?(error: StandingsError): void}} handlers
 */
export function followEvents(client, { event, live, refused }) {
  const abort = new AbortController();
  const { signal } = abort;
  let isLive = false;
  let lastId = "";
  let failures = 0;

  function become(next) {
    isLive = next;
    live?.(next);
  }

  function take({ data, id }) {
    failures = 0;
    if (!data) return;
    lastId = id;
    event(JSON.parse(data));
  }

  async function follow() {
    while (!signal.aborted) {
      try {
        await readEvents(client, "/api/events", { lastId, signal }, { opened: () => become(true), event: take });
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof StandingsError)) throw error;
        become(false);
        if (isFinal(error)) return refused?.(error);
        const wait = Math.max(error.retryAfterMs ?? 0, backoff(failures++, { maxMs: longestWaitMs }));
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  follow();
  return {
    get isLive() {
      return isLive;
    },
    stop: () => abort.abort(),
  };
}

/** Whether `event` says all that the earlier one did: about the same run, or a rebuild that was not complete. */
function replaces(event, earlier) {
  if (event.kind !== earlier.kind) return false;
  if (event.kind === "run") return event.run_id === earlier.run_id;
  return event.kind === "rebuild" && earlier.state !== "completed";
}

/** The latest events, newest first, with one more. No DOM. */
export function noted(events, event) {
  return [event, ...events.filter((e) => !replaces(event, e))].slice(0, mostNoted);
}

const tones = {
  run: { started: "busy", progress: "busy", completed: "good" },
  rebuild: { started: "busy", progress: "busy", completed: "good" },
  held: { held: "warn", released: "good", undone: "good" },
  reset: { reset: "idle", rollover: "idle" },
  restart: { began: "warn", ended: "good" },
  outage: { ended: "good" },
  drift: { found: "warn" },
};

/** How an event is meant: everything that is not listed is bad news. No DOM. */
export function toneOf({ kind, state }) {
  return tones[kind]?.[state] ?? "bad";
}
