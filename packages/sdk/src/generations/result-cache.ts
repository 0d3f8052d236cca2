// Caches ended generations while their signed URLs live. Pending ones are never cached.

import type { Clock } from "../options.ts";
import type { Generation } from "../requests.ts";

const maxEntries = 500;
/** Time before the expiry of a URL from which it is no longer returned. */
const marginMs = 60_000;
/** Lifetime of failures and of results whose URLs show no expiry (signed URLs live about an hour, history.md). */
const defaultLifetimeMs = 30 * 60_000;

/** A cache of ended generations by history id. */
export class ResultCache {
  readonly #clock: Clock;
  readonly #entries = new Map<string, { generation: Generation; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Returns a cached generation until it expires. */
  get(historyId: string): Generation | undefined {
    const entry = this.#entries.get(historyId);
    if (entry === undefined) return undefined;
    if (entry.until > this.#clock.now()) return entry.generation;
    this.#entries.delete(historyId);
    return undefined;
  }

  /** Caches a generation that has ended; ignores others. */
  set(generation: Generation): void {
    if (generation.status === "pending" || generation.needsContinuation === true) return;
    // A successful record may show more of its announced results later.
    if (generation.status === "completed" && (generation.missingCount ?? 0) > 0) return;
    const { historyId } = generation.operation;
    const ends = generation.outputs
      .map((output) => output.expiresAt)
      .filter((expiresAt) => expiresAt !== null);
    const until = Math.min(
      this.#clock.now() + defaultLifetimeMs,
      ...ends.map((expiresAt) => expiresAt - marginMs),
    );
    this.#entries.delete(historyId);
    this.#entries.set(historyId, { generation, until });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > maxEntries && oldest !== undefined) this.#entries.delete(oldest);
  }
}
