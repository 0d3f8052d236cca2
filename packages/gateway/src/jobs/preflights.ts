// Remembers the site's free checks of references, so that one set of references is asked about once.

import type { AuditDecision } from "@jimeng/sdk";

interface Remembered {
  decisions: Promise<AuditDecision[]>;
  askedAt: number;
}

const lifetimeMs = 24 * 60 * 60_000;
const maxRemembered = 1000;

/** The checks that this process made, those that failed too. */
export class Preflights {
  readonly #byKey = new Map<string, Remembered>();

  /** Returns the decisions about a set of references; asks where that was not done within a day. */
  async get(
    key: string,
    now: number,
    ask: () => Promise<AuditDecision[]>,
  ): Promise<AuditDecision[]> {
    const known = this.#byKey.get(key);
    if (known !== undefined && now - known.askedAt < lifetimeMs) return known.decisions;
    const decisions = ask();
    this.#byKey.delete(key);
    this.#byKey.set(key, { decisions, askedAt: now });
    const [oldest] = this.#byKey.keys();
    if (this.#byKey.size > maxRemembered && oldest !== undefined) this.#byKey.delete(oldest);
    return decisions;
  }
}
