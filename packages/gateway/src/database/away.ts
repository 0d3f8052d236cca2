// Recognises a database that cannot be reached for a moment (a restart, a failover, a cut connection), and repeats what
// may be repeated.

import { setTimeout as sleep } from "node:timers/promises";

import { JimengError } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

// PostgreSQL's own codes: shutting down, starting up, too many connections; class 08 is about connections.
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
// Errors of the client `pg` itself have no code.
const clientMessages =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;
const retryAfterMs = 1000;
// A pool may hand out several dead connections before it notices.
const maxAttempts = 8;
const retryDelayMs = 100;

/** Returns whether an error means only that the database cannot be reached at the moment. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error) || JimengError.isInstance(error)) return false;
  const { code } = error as { code?: unknown };
  if (typeof code !== "string") return clientMessages.test(error.message);
  return awayStates.has(code) || networkCodes.has(code) || code.startsWith(connectionClass);
}

/** Runs work that may run twice, and repeats it a few times while the database cannot be reached. */
export async function tryAgain<Result>(work: () => Promise<Result>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isDatabaseAway(error) || attempt === maxAttempts) throw error;
    }
    await sleep(retryDelayMs);
  }
}

/** Returns the error for callers while the database cannot be reached. */
export function toDatabaseAway(cause: unknown): ExpectedError {
  return new ServiceError("overloaded", "The gateway's database cannot be reached at the moment.", {
    retryAfterMs,
    // Whether a row was stored when the connection broke is not known; a repeated request finds it.
    charged: "unknown",
    fix: "Send the same request again in a moment: what was made of it is found, not made twice.",
    cause,
  });
}
