// The memory of ended generations: as long as their signed URLs live. Pending ones are never remembered.

import type { Clock } from "./options.ts";
import type { Generation } from "./requests.ts";

const largestSize = 500;
/** How long before its end a URL is no longer handed out. */
const marginMs = 60_000;
/** The life of a result whose URLs do not say, and of a failure (signed URLs live about an hour, history.md). */
const defaultLifetimeMs = 30 * 60_000;

/** Remembers ended generations by history id. */
export class ResultCache {
  readonly #clock: Clock;
  readonly #held = new Map<string, { generation: Generation; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Gives a remembered generation while it is good. */
  get(historyId: string): Generation | undefined {
    const entry = this.#held.get(historyId);
    if (entry === undefined) return undefined;
    if (entry.until > this.#clock.now()) return entry.generation;
    this.#held.delete(historyId);
    return undefined;
  }

  /** Remembers a generation that has ended. */
  set(generation: Generation): void {
    if (generation.status === "pending" || generation.needsContinuation === true) return;
    // What says success may still show more of what it announced.
    if (generation.status === "completed" && (generation.missingCount ?? 0) > 0) return;
    const { historyId } = generation.operation;
    const ends = generation.outputs
      .map((output) => output.expiresAt)
      .filter((expiresAt) => expiresAt !== null);
    const until = Math.min(
      this.#clock.now() + defaultLifetimeMs,
      ...ends.map((expiresAt) => expiresAt - marginMs),
    );
    this.#held.delete(historyId);
    this.#held.set(historyId, { generation, until });
    const [oldest] = this.#held.keys();
    if (this.#held.size > largestSize && oldest !== undefined) this.#held.delete(oldest);
  }
}
