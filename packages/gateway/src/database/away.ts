// Telling a database that is away for a moment (a restart, a failover, a cut connection) from our own defects, and
// asking again.

import { setTimeout as sleep } from "node:timers/promises";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

// PostgreSQL's own codes: shutdowns, starting up, too many connections; all of class 08 is about connections.
const awayStates: ReadonlySet<string> = new Set(["57P01", "57P02", "57P03", "53300"]);
const connectionClass = "08";
const networkCodes: ReadonlySet<string> = new Set([
  "ECONNREFUSED",
  "ECONNRESET",
  "EPIPE",
  "ETIMEDOUT",
  "EHOSTUNREACH",
  "ENETUNREACH",
]);
// What the client `pg` says by itself has no code.
const clientWords =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
const retryAfterMs = 1000;
// A pool may hand out several dead connections before it notices.
const mostTries = 8;
const againMs = 100;

/** Tells whether an error only says that the database cannot be reached at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || JimengError.isInstance(error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return clientWords.test(error.message);
  return awayStates.has(code) || networkCodes.has(code) || code.startsWith(connectionClass);
}

/** Does something that may be done twice again, a few times, while the database goes away under it. */
export async function tryAgain<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries++) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || tries === mostTries) throw error;
    }
    await sleep(againMs);
  }
}

/** Gives what callers are told meanwhile. */
export function toDatabaseAway(cause: unknown): ExpectedError {
  return new ServiceError("overloaded", "The gateway's database cannot be reached at the moment.", {
    retryAfterMs,
    // Whether a row was stored when the connection broke is not known; a repeated request finds it.
    charged: "unknown",
    fix: "Send the same request again in a moment: what was made of it is found, not made twice.",
    cause,
  });
}
