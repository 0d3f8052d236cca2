// The health of each account, as far as the upstream told it: session refused, cooling down, blocked.

import { JimengError } from "@jimeng/sdk";
import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../clock.ts";
import type { NewEvent } from "../events/append.ts";

// After a refusal by the upstream's risk control the account pauses: more requests make it worse.
const coolDownMs = 10 * 60_000;
// ret 1018: the account is punished. Only its owner can tell when that is over.
const punishedRet = "1018";
// ret -6: the international site takes this call from its own page only. That is about the call, not about the account:
// its reads go on, and each start and claim is the site's to judge.
const notFromPageRet = "-6";

/** An account's health; `until` is Unix milliseconds. */
export type Health =
  | { state: "ok" | "session_invalid" | "blocked" }
  | { state: "cooling_down"; until: number };

/** Remembers which accounts must not be used now, and why. */
export interface AccountHealth {
  health(name: string): Health;
  /** Returns the error that a new job on this account would meet, with the wait where it has an end. */
  blockedBy(name: string): JimengError | undefined;
  /**
   * Stops the account on `session_invalid` and `risk_controlled` (but ret -6); other failures say nothing about its
   * health.
   */
  noteFailure(name: string, error: JimengError): void;
  /** Lifts `session_invalid`: the upstream accepted the session. */
  noteSuccess(name: string): void;
  /** Lifts `session_invalid` and a block (ret 1018): the owner's check found the account alive. A cool-down goes on. */
  noteChecked(name: string): void;
}

interface Block {
  error: JimengError;
  /** Unix milliseconds; null lasts until it is lifted or the gateway starts again. */
  until: number | null;
}

/** Makes the health of accounts; every account is healthy at first. `note` is told of every change. */
export function createAccountHealth(
  clock: Pick<Clock, "now">,
  logger: Logger,
  note: (event: NewEvent) => void = () => undefined,
): AccountHealth {
  const blocks = new Map<string, Block>();

  function lift(name: string): void {
    if (!blocks.delete(name)) return;
    note({
      type: "account.health",
      subject: name,
      account: name,
      data: { state: "ok", code: null, until: null },
    });
  }

  function blockedBy(name: string): JimengError | undefined {
    const block = blocks.get(name);
    if (block === undefined) return undefined;
    if (block.until === null) return block.error;
    const retryAfterMs = block.until - clock.now();
    if (retryAfterMs <= 0) {
      lift(name);
      return undefined;
    }
    const { code, message, detail } = block.error;
    return new JimengError(code, message, { ...detail, retryAfterMs });
  }

  function stop(name: string, error: JimengError, message: string, until: number | null): void {
    const { code, detail } = error;
    const known = blocks.get(name);
    if (known === undefined) {
      logger.warn({ account: name, code, upstream: detail.upstream, until }, message);
    }
    blocks.set(name, { error: toErrorForNewJobs(name, error), until });
    const { state } = stateOf(name);
    if (known?.error.code === code && (known.until === null) === (until === null)) return;
    const data = { state, code, until: until === null ? null : Math.floor(until / 1000) };
    note({ type: "account.health", subject: name, account: name, data });
  }

  function stateOf(name: string): Health {
    const error = blockedBy(name);
    if (error === undefined) return { state: "ok" };
    if (error.code === "session_invalid") return { state: "session_invalid" };
    const until = blocks.get(name)?.until ?? null;
    return until === null ? { state: "blocked" } : { state: "cooling_down", until };
  }

  return {
    blockedBy,

    health: stateOf,

    noteFailure(name, error) {
      if (error.code === "session_invalid") {
        stop(name, error, "The upstream refused the account's session.", null);
      } else if (error.code === "risk_controlled") {
        const ret = error.detail.upstream?.ret;
        if (ret === notFromPageRet) return;
        const isPunished = ret === punishedRet;
        const until = isPunished ? null : clock.now() + coolDownMs;
        stop(name, error, "The upstream's risk control refused the account.", until);
      }
    },

    noteSuccess(name) {
      if (blocks.get(name)?.error.code === "session_invalid") lift(name);
    },

    noteChecked(name) {
      if (blocks.get(name)?.until === null) lift(name);
    },
  };
}

/** Keeps of another job's error only what also holds for a new job. */
function toErrorForNewJobs(name: string, { code, message, detail }: JimengError): JimengError {
  const { fix, upstream } = detail;
  return new JimengError(code, `The account ${name} cannot be used: ${message}`, {
    fix,
    upstream,
    charged: "no",
  });
}
