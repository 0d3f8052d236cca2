// Slows down clients that try wrong keys: after a few the next ones are refused for a while, which grows.

import { JimengError } from "@jimeng/sdk";

import type { Clock } from "../../clock.ts";
import { ServiceError } from "../../errors.ts";
import { networkOf } from "../../network-address.ts";
import { readCredential } from "../auth.ts";
import type { Authenticate } from "../auth.ts";

// A client with a mistyped key notices within a few requests.
const freeTries = 10;
const firstPauseMs = 1000;
const longestPauseMs = 15 * 60_000;
// Each is about 100 bytes; beyond it the clients that were seen first are forgotten.
const mostClients = 10_000;
// A map finds its first entry slowly after many were removed there: one for each new client costs 50 µs.
const forgottenAtOnce = 1000;

interface Tries {
  wrong: number;
  pausedUntil: number;
}

/** Counts the wrong keys of each client. */
export class WrongKeys {
  readonly #clock: Pick<Clock, "now">;
  readonly #clients = new Map<string, Tries>();

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
  }

  /** Counts one wrong key. Throws `rate_limited` (+ retryAfterMs) while the client's pause lasts. */
  count(address: string): void {
    const now = this.#clock.now();
    const client = networkOf(address);
    const known = this.#clients.get(client);
    const isForgotten = known === undefined || known.pausedUntil + longestPauseMs <= now;
    const tries = isForgotten ? { wrong: 0, pausedUntil: now } : known;
    // What comes during a pause does not make it longer: a program that repeats itself must come out of it.
    if (tries.pausedUntil > now) throw paused(tries.pausedUntil - now);
    tries.wrong += 1;
    const over = tries.wrong - freeTries;
    if (over >= 0) tries.pausedUntil = now + Math.min(longestPauseMs, firstPauseMs * 2 ** over);
    else tries.pausedUntil = now;
    this.#remember(client, tries);
  }

  #remember(client: string, tries: Tries): void {
    this.#clients.delete(client);
    if (this.#clients.size >= mostClients) this.#forgetOldest();
    this.#clients.set(client, tries);
  }

  #forgetOldest(): void {
    let left = forgottenAtOnce;
    for (const client of this.#clients.keys()) {
      if (left-- === 0) return;
      this.#clients.delete(client);
    }
  }
}

/**
 * Returns the function that reads the caller, and counts the keys that it refuses. A right key is served at any time:
 * one that was made here has 256 random bits, so nobody finds one by trying, and its holder may share an address with
 * the client that is paused. What the brake spares is work, log lines and keys that owners made up.
 */
export function countWrongKeys(authenticate: Authenticate, wrongKeys: WrongKeys): Authenticate {
  return async (headers, address) => {
    try {
      return await authenticate(headers);
    } catch (error) {
      const isWrongKey =
        error instanceof ServiceError &&
        error.code === "unauthorized" &&
        readCredential(headers) !== undefined;
      if (isWrongKey && address !== undefined) wrongKeys.count(address);
      throw error;
    }
  };
}

function paused(retryAfterMs: number): JimengError {
  return new JimengError("rate_limited", "Too many wrong keys came from this address.", {
    retryAfterMs,
    charged: "no",
    fix: "Check the key, and wait as long as Retry-After says; right keys are served meanwhile.",
  });
}
