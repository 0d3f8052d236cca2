// The health of each account, as far as the upstream told it, and the breaker of starts: after a refusal by risk control
// an account's starts stop, for longer each time.

import type { JimengError, Logger } from "@jimeng/sdk";

import type { Clock } from "../../clock.ts";
import type { NewEvent } from "../../events/append.ts";
import type { Account } from "../account.ts";
import { adviceFor, notFromPageRet, punishedRet, suspiciousRet } from "./advice.ts";
import type { HealthStore } from "./health-store.ts";
import { coolDownMs, healthyState, toErrorForNewJobs, toStop } from "./state.ts";
import type { AccountState, CheckFacts, RefusedModel, Stop } from "./state.ts";

/** An account's health; `until` is Unix milliseconds. */
export type Health =
  | { state: "ok" | "expiring" | "expired" | "blocked" }
  | { state: "cooling_down"; until: number };

/** What is known of an account beside its health. */
export interface HealthFacts {
  /** What stopped it, with what its owner can do; null while it is well. */
  stop: Stop | null;
  /** The models that its membership does not include. */
  refusedModels: string[];
  checked: CheckFacts;
}

/** What a call was for: a start, or everything else (reads, claims, uploads). */
export type CallPurpose = "start" | "other";

/** Remembers which accounts must not be used now, and why. */
export interface AccountHealth {
  health(name: string): Health;
  healthFacts(name: string): HealthFacts;
  /**
   * Returns the error that a new job on this account would meet, with the wait where it has an end; of a model, also
   * that of a missing membership. For other calls, the one that those would meet.
   */
  blockedBy(name: string, use?: { purpose?: CallPurpose; model?: string }): JimengError | undefined;
  /**
   * Stops the account on `session_invalid` and `risk_controlled`; after ret -6 of a start its starts alone. Other
   * failures say nothing about its health.
   */
  noteFailure(name: string, error: JimengError): void;
  /** Notes the failure of a start like `noteFailure`; a missing membership stops the account's starts of this model. */
  noteStartFailure(name: string, error: JimengError, model: string): void;
  /** Lifts `session_invalid`: the upstream accepted the session. */
  noteSuccess(name: string): void;
  /** Notes an accepted start: the next cool-down is a short one again. */
  noteAccepted(name: string): void;
  /**
   * Notes what the owner's check found of a live account. It lifts `session_invalid`, a block (ret 1018), the stop of
   * starts after -6, and what the membership lacked; a cool-down goes on.
   */
  noteChecked(name: string, found?: Omit<CheckFacts, "at">): void;
  /** Notes a balance. */
  noteBalance(name: string, credits: number): void;
  /** Forgets a removed account. */
  forgetHealth(name: string): void;
}

/** What the health works with. */
export interface AccountHealthOptions {
  clock: Pick<Clock, "now">;
  logger: Logger;
  /** Told of every change, for the event log. */
  note: (event: NewEvent) => void;
  /** Where the states are kept; other nodes change them there, too. */
  store: HealthStore;
  /** Returns an account, for the end of its session. */
  accountOf: (name: string) => Account | undefined;
}

const dayMs = 86_400_000;
/** So long before its end a session counts as expiring. */
export const expiringMs = 14 * dayMs;
// The site is asked again after this time: the owner may have become a member meanwhile.
const refusedModelMs = 3_600_000;

/** Makes the health of accounts; one of which nothing is stored is healthy. */
export function createAccountHealth(options: AccountHealthOptions): AccountHealth {
  return new StoredHealth(options);
}

// Public methods are fields, so that they can be spread into the accounts.
class StoredHealth implements AccountHealth {
  readonly #options: AccountHealthOptions;

  constructor(options: AccountHealthOptions) {
    this.#options = options;
  }

  health = (name: string): Health => {
    const stop = this.#stopOf(name);
    if (stop?.code === "session_invalid") return { state: "expired" };
    if (stop !== null) {
      const { until } = stop;
      return until === null ? { state: "blocked" } : { state: "cooling_down", until };
    }
    const { clock, accountOf } = this.#options;
    const endsAt = accountOf(name)?.sessionEndsAt;
    const isExpiring = endsAt !== undefined && endsAt - clock.now() <= expiringMs;
    return { state: isExpiring ? "expiring" : "ok" };
  };

  healthFacts = (name: string): HealthFacts => {
    const stop = this.#stopOf(name);
    const { refusedModels, checked } = this.#state(name);
    const now = this.#options.clock.now();
    const refused = Object.entries(refusedModels).filter(([, { until }]) => until > now);
    return { stop, checked, refusedModels: refused.map(([model]) => model) };
  };

  blockedBy = (
    name: string,
    { purpose = "start", model }: { purpose?: CallPurpose; model?: string } = {},
  ): JimengError | undefined => {
    const stop = this.#stopOf(name);
    const now = this.#options.clock.now();
    if (stop !== null && (purpose === "start" || !stop.startsOnly)) {
      return toErrorForNewJobs(name, stop, now);
    }
    const refused = model === undefined ? undefined : this.#state(name).refusedModels[model];
    if (refused === undefined || refused.until <= now) return undefined;
    return toErrorForNewJobs(name, refused, now);
  };

  noteFailure = (name: string, error: JimengError): void => {
    if (error.detail.upstream?.ret === notFromPageRet) return;
    this.#noteRefusal(name, error);
  };

  noteStartFailure = (name: string, error: JimengError, model: string): void => {
    const isEntitlement =
      error.code === "permission_denied" && error.detail.upstream?.ret === suspiciousRet;
    if (isEntitlement) this.#refuseModel(name, error, model);
    else this.#noteRefusal(name, error);
  };

  noteSuccess = (name: string): void => {
    const { stop } = this.#state(name);
    if (stop?.code === "session_invalid") this.#lift(name, stop);
  };

  noteAccepted = (name: string): void => {
    this.noteSuccess(name);
    if (this.#state(name).strikes > 0) this.#change(name, { strikes: 0 });
  };

  noteChecked = (name: string, found?: Omit<CheckFacts, "at">): void => {
    const { stop, refusedModels, checked } = this.#state(name);
    if (stop !== null && (stop.until === null || stop.startsOnly)) this.#lift(name, stop);
    if (Object.keys(refusedModels).length > 0) this.#change(name, { refusedModels: {} });
    const at = this.#options.clock.now();
    this.#change(name, { checked: { ...checked, ...found, at } });
  };

  noteBalance = (name: string, credits: number): void => {
    const { checked } = this.#state(name);
    if (checked.credits !== credits) this.#change(name, { checked: { ...checked, credits } });
  };

  forgetHealth = (name: string): void => {
    this.#options.store.remove(name);
  };

  #state(name: string): AccountState {
    return this.#options.store.get(name) ?? healthyState;
  }

  #change(name: string, changes: Partial<AccountState>): void {
    this.#options.store.set(name, changes);
  }

  /** Returns what stops an account now; a cool-down that is over is lifted. */
  #stopOf(name: string): Stop | null {
    const { stop } = this.#state(name);
    if (stop === null || stop.until === null || stop.until > this.#options.clock.now()) return stop;
    this.#lift(name, stop);
    return null;
  }

  #noteRefusal(name: string, error: JimengError): void {
    if (error.code === "session_invalid") {
      this.#stop(name, error, { until: null, startsOnly: false });
      return;
    }
    if (error.code !== "risk_controlled") return;
    const ret = error.detail.upstream?.ret;
    const known = this.#stopOf(name);
    // What lasts until the owner has looked is not made shorter.
    if (known?.code === "risk_controlled" && known.until === null) return;
    if (ret === punishedRet) {
      this.#stop(name, error, { until: null, startsOnly: false });
      return;
    }
    // Starts that were sent together and refused together are one strike.
    const { strikes } = this.#state(name);
    const isRefusedAgain = known !== null && known.until !== null;
    const wait = coolDownMs(isRefusedAgain ? Math.max(0, strikes - 1) : strikes);
    const until = Math.max(this.#options.clock.now() + wait, known?.until ?? 0);
    if (!isRefusedAgain) this.#change(name, { strikes: strikes + 1 });
    const startsOnly = ret === notFromPageRet && known?.startsOnly !== false;
    this.#stop(name, error, { until, startsOnly });
  }

  #stop(name: string, error: JimengError, when: Pick<Stop, "until" | "startsOnly">): void {
    const { logger, note } = this.#options;
    const known = this.#state(name).stop;
    const stop = { ...toStop(error, when), fix: adviceFor(name, error) };
    this.#change(name, { stop });
    const { code, fix, upstream, until } = stop;
    if (known?.code === code && (known.until === null) === (until === null)) return;
    const { state } = this.health(name);
    const words =
      code === "session_invalid"
        ? "The upstream refused the account's session."
        : "The upstream's risk control refused the account.";
    logger.warn(
      { event: "account.health", account: name, state, code, upstream, until, fix },
      words,
    );
    const ret = upstream?.ret ?? null;
    const untilSeconds = until === null ? null : Math.floor(until / 1000);
    const data = { state, code, ret, until: untilSeconds, message: error.message, fix };
    note({ type: "account.health", subject: name, account: name, data });
  }

  #refuseModel(name: string, error: JimengError, model: string): void {
    const { clock, logger } = this.#options;
    const { refusedModels } = this.#state(name);
    const { code, message, upstream } = toStop(error, { until: null, startsOnly: true });
    const fix = `${error.detail.fix ?? "Choose another model."} After a change of the membership, jimeng account check ${name} lets the model be tried again.`;
    const until = clock.now() + refusedModelMs;
    const refused: RefusedModel = { code, message, fix, upstream, until };
    this.#change(name, { refusedModels: { ...refusedModels, [model]: refused } });
    logger.warn(
      { event: "account.model_refused", account: name, model, upstream, fix },
      "The account's membership does not include the model.",
    );
  }

  #lift(name: string, stop: Stop): void {
    this.#options.store.lift(name, stop);
    this.#options.note({
      type: "account.health",
      subject: name,
      account: name,
      data: {
        state: this.health(name).state,
        code: null,
        ret: null,
        until: null,
        message: null,
        fix: null,
      },
      // Every node notices the end of a cool-down by itself.
      ...(stop.until !== null && {
        once: ["account.health", name, stop.code, stop.until].join(" "),
      }),
    });
  }
}
