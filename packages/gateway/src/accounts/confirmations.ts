// Asks the upstream whether a caller's own session is alive before anything is kept, fetched or queued for it.

import { JimengError } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import { networkOf } from "../network-address.ts";
import type { AccountClient } from "./client.ts";
import { parseCredentials } from "./sessions/credentials.ts";

/** Confirms the sessions of callers (pass-through). */
export interface SessionConfirmations {
  /**
   * Returns once the upstream has confirmed the session, from memory where it did lately. Throws `session_invalid` for
   * a dead one, `rate_limited` (+ retryAfterMs) for too many new ones, and what the upstream's failure is: that says
   * nothing about the session and is not remembered.
   */
  confirm(session: string, address: string): Promise<void>;
  /** Counts questions about sessions that a client asks itself (`/token/*`). Throws `rate_limited`. */
  admit(address: string, questions: number): void;
}

/** What the confirmations need. */
export interface ConfirmationOptions {
  clock: Pick<Clock, "now">;
  /** Returns the client that asks the upstream about a session. */
  clientOf: (session: string) => Pick<AccountClient, "account">;
}

const minuteMs = 60_000;
const aliveLifetimeMs = 60 * minuteMs;
const deadLifetimeMs = 10 * minuteMs;
// Each is a request to the upstream from the owner's own address.
const confirmationsPerAddress = 10;
const confirmationsInAll = 60;
// Two full calls of /token/points, which takes 20 sessions.
const questionsPerAddress = 40;
const maxRemembered = 2000;

/** Makes the confirmations; what they learn stays in memory. */
export function createConfirmations(options: ConfirmationOptions): SessionConfirmations {
  const { clock, clientOf } = options;
  // Two memories: invented sessions must not push the confirmed ones out.
  const alive = new Memory<true>(aliveLifetimeMs, clock);
  const dead = new Memory<JimengError>(deadLifetimeMs, clock);
  const running = new Map<string, Promise<void>>();
  const byAddress = new Rates(confirmationsPerAddress, clock);
  const inAll = new Rates(confirmationsInAll, clock);
  const questions = new Rates(questionsPerAddress, clock);

  async function ask(session: string, fingerprint: string): Promise<void> {
    const check = await clientOf(session).account.check();
    if (check.alive) {
      alive.set(fingerprint, true);
      return;
    }
    dead.set(fingerprint, check.error);
    throw check.error;
  }

  return {
    async confirm(session, address) {
      const { fingerprint } = parseCredentials(session);
      if (alive.get(fingerprint) !== undefined) return;
      const known = dead.get(fingerprint);
      if (known !== undefined) throw known;
      const asked = running.get(fingerprint);
      if (asked !== undefined) return asked;
      const network = networkOf(address);
      byAddress.admit(network, 1);
      inAll.admit("all", 1);
      const asking = ask(session, fingerprint).finally(() => running.delete(fingerprint));
      running.set(fingerprint, asking);
      await asking;
    },

    admit: (address, count) => questions.admit(networkOf(address), count),
  };
}

/** Remembers values for a time; past its size the oldest is forgotten. */
class Memory<Value> {
  readonly #values = new Map<string, { value: Value; until: number }>();
  readonly #lifetimeMs: number;
  readonly #clock: Pick<Clock, "now">;

  constructor(lifetimeMs: number, clock: Pick<Clock, "now">) {
    this.#lifetimeMs = lifetimeMs;
    this.#clock = clock;
  }

  get(key: string): Value | undefined {
    const found = this.#values.get(key);
    return found !== undefined && found.until > this.#clock.now() ? found.value : undefined;
  }

  set(key: string, value: Value): void {
    this.#values.delete(key);
    const [oldest] = this.#values.keys();
    if (this.#values.size >= maxRemembered && oldest !== undefined) this.#values.delete(oldest);
    this.#values.set(key, { value, until: this.#clock.now() + this.#lifetimeMs });
  }
}

/** Counts what happened in the last minute, by name. */
class Rates {
  readonly #times = new Map<string, number[]>();
  readonly #perMinute: number;
  readonly #clock: Pick<Clock, "now">;

  constructor(perMinute: number, clock: Pick<Clock, "now">) {
    this.#perMinute = perMinute;
    this.#clock = clock;
  }

  /** Throws `rate_limited` when the minute has no room for so many more; then nothing is counted. */
  admit(name: string, count: number): void {
    const now = this.#clock.now();
    const since = now - minuteMs;
    const recent = (this.#times.get(name) ?? []).filter((at) => at > since);
    if (recent.length + count > this.#perMinute) {
      const first = recent[recent.length + count - this.#perMinute - 1] ?? now;
      throw toRateLimited(first - since);
    }
    if (this.#times.size >= maxRemembered) this.#forgetOld(since);
    this.#times.set(name, [...recent, ...Array.from({ length: count }, () => now)]);
  }

  #forgetOld(since: number): void {
    for (const [name, times] of this.#times) {
      if ((times.at(-1) ?? 0) <= since) this.#times.delete(name);
    }
  }
}

function toRateLimited(retryAfterMs: number): JimengError {
  return new JimengError("rate_limited", "Too many new sessions are being tried.", {
    retryAfterMs,
    charged: "no",
    fix: "Wait as long as Retry-After says; sessions that were confirmed lately are not affected.",
  });
}
