// Limits the requests per minute of each key, and the starts per minute of each account, in the database where several
// nodes share it, else in memory (the generic cell rate algorithm). A key may use its whole minute at once; an account's
// starts are spread evenly.

import { sql } from "kysely";

import { ServiceError } from "../errors.ts";
import type { Clock } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { GatewayKey } from "./key.ts";

/** Counts the requests of keys. */
export interface RequestRate {
  /** Counts one request. Throws `rate_limited` with the time to wait. */
  take(key: Pick<GatewayKey, "id" | "requestsPerMinute">): Promise<void>;
}

/** When the next request would be on time, in Unix milliseconds, by key. */
interface Times {
  /** Moves a key's time on by a gap unless it lies beyond a bound; returns the time it had, null when it moved. */
  move(id: string, change: { now: number; gapMs: number; bound: number }): Promise<number | null>;
}

const minuteMs = 60_000;
const maxRemembered = 10_000;

/** Makes the limits of a database. */
export function createRequestRate(
  database: GatewayDatabase,
  clock: Pick<Clock, "now">,
): RequestRate {
  const times = database.postgres === null ? new TimesInMemory() : new SharedTimes(database);
  return {
    async take({ id, requestsPerMinute }) {
      if (requestsPerMinute === null) return;
      const now = clock.now();
      const gapMs = minuteMs / requestsPerMinute;
      const next = await times.move(id, { now, gapMs, bound: now + minuteMs - gapMs });
      if (next === null) return;
      throw tooManyRequests(requestsPerMinute, Math.max(1, next - (now + minuteMs - gapMs)));
    },
  };
}

/** Spreads the paid starts of accounts evenly over the minute. */
export interface StartRate {
  /** Counts a start; returns the milliseconds to wait when it comes too early, and counts nothing then. */
  take(account: string): Promise<number | null>;
}

/** Makes the rate of starts of a database; without a limit no start waits. */
export function createStartRate(
  database: GatewayDatabase,
  clock: Pick<Clock, "now">,
  startsPerMinute: number | null,
): StartRate {
  if (startsPerMinute === null) return { take: () => Promise.resolve(null) };
  const times = database.postgres === null ? new TimesInMemory() : new SharedTimes(database);
  const gapMs = minuteMs / startsPerMinute;
  return {
    async take(account) {
      const now = clock.now();
      const next = await times.move(`starts of ${account}`, { now, gapMs, bound: now });
      return next === null ? null : Math.max(1, Math.ceil(next - now));
    },
  };
}

class TimesInMemory implements Times {
  readonly #times = new Map<string, number>();

  move(
    id: string,
    { now, gapMs, bound }: { now: number; gapMs: number; bound: number },
  ): Promise<number | null> {
    const at = Math.max(now, this.#times.get(id) ?? now);
    // The least slack: sums of gaps are not exact.
    if (at > bound + 1) return Promise.resolve(at);
    this.#times.delete(id);
    const oldest = this.#times.size >= maxRemembered ? this.#times.keys().next().value : undefined;
    if (oldest !== undefined) this.#times.delete(oldest);
    this.#times.set(id, at + gapMs);
    return Promise.resolve(null);
  }
}

/** Keeps the times in a table, so that all nodes count together. */
class SharedTimes implements Times {
  readonly #database: GatewayDatabase;

  constructor(database: GatewayDatabase) {
    this.#database = database;
  }

  async move(
    id: string,
    { now, gapMs, bound }: { now: number; gapMs: number; bound: number },
  ): Promise<number | null> {
    const { tables } = this.#database;
    const nextAt = Math.round(now + gapMs);
    const moved = await tables
      .insertInto("key_rates")
      .values({ key_id: id, next_at: nextAt })
      .onConflict((conflict) =>
        conflict
          .column("key_id")
          .doUpdateSet({
            next_at: sql<number>`greatest(key_rates.next_at, ${now}::bigint) + ${Math.round(gapMs)}::bigint`,
          })
          .where("key_rates.next_at", "<=", Math.ceil(bound) + 1),
      )
      .returning("next_at")
      .executeTakeFirst();
    if (moved !== undefined) return null;
    const row = await tables
      .selectFrom("key_rates")
      .select("next_at")
      .where("key_id", "=", id)
      .executeTakeFirst();
    return row === undefined ? bound : Number(row.next_at);
  }
}

function tooManyRequests(limit: number, retryAfterMs: number): ServiceError {
  return new ServiceError("rate_limited", `This key may send ${limit} requests a minute.`, {
    reason: "requests_per_minute",
    retryAfterMs: Math.ceil(retryAfterMs),
    charged: "no",
    fix: "Wait for the time of Retry-After; events and Prefer: wait need fewer requests than polling.",
  });
}
