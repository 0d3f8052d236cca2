// Keeps the faults in force and tells which of them apply to a request.

import type { Failure, RecordScript } from "../records/generation-record.ts";
import { failures, parseFault } from "./fault.ts";
import type { Fault, FaultEffect, FaultSetting } from "./fault.ts";

/** A fault in force, with the number of requests it has affected. */
export interface ActiveFault extends Fault {
  id: number;
  hits: number;
}

/** The faults in force, the oldest first. */
export class Faults {
  #faults: ActiveFault[] = [];
  #lastId = 0;

  /** Adds a fault and returns its id; throws a ZodError on a bad one. */
  add(setting: FaultSetting): number {
    this.#lastId += 1;
    this.#faults.push({ ...parseFault(setting), id: this.#lastId, hits: 0 });
    return this.#lastId;
  }

  /** Removes one fault, or all without an id. */
  remove(id?: number): void {
    this.#faults = id === undefined ? [] : this.#faults.filter((fault) => fault.id !== id);
  }

  /** Lists the faults that were set and not removed, used up ones included. */
  list(): ActiveFault[] {
    return this.#faults.map((fault) => ({ ...fault }));
  }

  /** Returns the effects that apply to one request to an endpoint, and counts them. */
  take(endpoint: string, account: string | undefined): FaultEffect[] {
    const hitting = this.#faults.filter((fault) => {
      if (fault.endpoint !== "*" && fault.endpoint !== endpoint) return false;
      if (fault.account !== undefined && account !== undefined && fault.account !== account) {
        return false;
      }
      if (fault.times > 0 && fault.hits >= fault.times) return false;
      if (fault.after > 0) {
        fault.after -= 1;
        return false;
      }
      fault.hits += 1;
      return true;
    });
    return hitting.map((fault) => fault.effect);
  }
}

/** Finds the first effect of a kind. */
export function effectOf<K extends FaultEffect["kind"]>(
  effects: readonly FaultEffect[],
  kind: K,
): Extract<FaultEffect, { kind: K }> | undefined {
  return effects.find(
    (effect): effect is Extract<FaultEffect, { kind: K }> => effect.kind === kind,
  );
}

function failureOf(effect: Extract<FaultEffect, { kind: "fail" }>): Failure {
  const named: Failure = failures[effect.as ?? "generic"];
  return {
    ...named,
    failCode: effect.code ?? named.failCode,
    starlingKey: effect.key ?? named.starlingKey,
    starlingMessage: effect.message ?? named.starlingMessage,
    refund: effect.refund ?? named.refund,
  };
}

/** Turns the effects that hit a start into the script of its record. */
export function scriptOfEffects(effects: readonly FaultEffect[]): RecordScript {
  const script: RecordScript = {};
  const fail = effectOf(effects, "fail");
  const partial = effectOf(effects, "partial");
  const empty = effectOf(effects, "empty_items");
  const missing = effectOf(effects, "missing");
  const stuck = effectOf(effects, "stuck");
  const settles = effectOf(effects, "settles");
  if (fail !== undefined) script.failure = failureOf(fail);
  if (partial !== undefined) script.deliver = partial.items;
  if (empty !== undefined) script.emptyItemPolls = empty.polls;
  if (missing !== undefined) script.missingPolls = missing.polls;
  if (stuck !== undefined) script.stuckAt = stuck.status;
  if (settles !== undefined) script.rowsAfterMs = settles.after_ms;
  return script;
}
