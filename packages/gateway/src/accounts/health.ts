// What the upstream said about each account's standing: session dead, cooling down, blocked.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";

// After the upstream's risk control said no, the account rests; going on makes it worse (lessons 6).
const coolDownMs = 10 * 60_000;
// ret 1018: the account is punished; only its owner can tell when that is over (design 5).
const punishedRet = "1018";

interface Problem {
  error: JimengError;
  /** Unix milliseconds; null lasts until the next start. */
  until: number | null;
}

/** How an account stands with the upstream; `until` is Unix milliseconds. */
export type Standing =
  | { state: "ok" | "session_invalid" | "blocked" }
  | { state: "cooling_down"; until: number };

/** Remembers which accounts must not be used now, and why. */
export class AccountHealth {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #problems = new Map<string, Problem>();

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /** Gives the error that a new job on this account would meet, with the wait where there is an end to it. */
  problemOf(name: string): JimengError | undefined {
    const problem = this.#problems.get(name);
    if (problem === undefined) return undefined;
    if (problem.until === null) return problem.error;
    const retryAfterMs = problem.until - this.#clock.now();
    if (retryAfterMs <= 0) {
      this.#problems.delete(name);
      return undefined;
    }
    const { code, message, detail } = problem.error;
    return new JimengError(code, message, { ...detail, retryAfterMs });
  }

  /** Gives the same as one word, with the end of a rest where there is one. */
  standingOf(name: string): Standing {
    const error = this.problemOf(name);
    if (error === undefined) return { state: "ok" };
    if (error.code === "session_invalid") return { state: "session_invalid" };
    const until = this.#problems.get(name)?.until ?? null;
    return until === null ? { state: "blocked" } : { state: "cooling_down", until };
  }

  /** Stops the account on session_invalid and risk_controlled; other failures say nothing about its standing. */
  noteFailure(name: string, error: JimengError): void {
    if (error.code === "session_invalid") {
      this.#stop(name, error, "The upstream refused the account's session.", null);
    } else if (error.code === "risk_controlled") {
      const punished = error.detail.upstream?.ret === punishedRet;
      const until = punished ? null : this.#clock.now() + coolDownMs;
      this.#stop(name, error, "The upstream's risk control refused the account.", until);
    }
  }

  /** Lifts a dead-session mark: the upstream took the session. */
  noteSuccess(name: string): void {
    if (this.#problems.get(name)?.error.code === "session_invalid") this.#problems.delete(name);
  }

  /** Lifts what only its owner's check may lift: a dead session and a block; a rest goes on to its end. */
  noteChecked(name: string): void {
    if (this.#problems.get(name)?.until === null) this.#problems.delete(name);
  }

  #stop(name: string, error: JimengError, message: string, until: number | null): void {
    if (!this.#problems.has(name)) {
      this.#logger.warn(
        { account: name, code: error.code, upstream: error.detail.upstream, until },
        message,
      );
    }
    const { code, detail } = error;
    // What stopped the account was said about another job: keep the facts that hold for a new one.
    const forNewJobs = new JimengError(
      code,
      `The account ${name} cannot be used: ${error.message}`,
      {
        fix: detail.fix,
        upstream: detail.upstream,
        charged: "no",
      },
    );
    this.#problems.set(name, { error: forNewJobs, until });
  }
}
