// Provides the functions by which tests read and change the state of the simulator.

import type { AccountSetting, Credits } from "./accounts.ts";
import type { GenerationPlan } from "./drafts/plan.ts";
import type { FaultSetting } from "./faults/fault.ts";
import type { ActiveFault } from "./faults/faults.ts";
import type { ModelSetting, ModelSummary } from "./models/registry.ts";
import { progressOf } from "./records/progress.ts";
import type { Progress } from "./records/progress.ts";
import type { AcceptedStart } from "./records/records.ts";
import type { Region } from "./regions.ts";
import type { RequestLogEntry } from "./request-log.ts";
import type { World } from "./world.ts";

const maxRecords = 1_000_000;

/** One record as the control route shows it; wall times in milliseconds, null while in the future. */
export interface RecordSummary {
  history_id: string;
  submit_id: string;
  kind: GenerationPlan["kind"];
  account: string;
  model: string;
  status: Progress["status"];
  /** Seconds that the answer to the start forecast, queue included. */
  forecast_seconds: number;
  accepted_at: number | null;
  visible_at: number | null;
  completed_at: number | null;
}

/** One account as the control route shows it. */
export interface AccountSummary {
  account: string;
  region: Region | null;
  expired: boolean;
  credits: Credits;
}

/** The functions that read and change the simulator's state; each has an HTTP route of its own. */
export interface SimulatorControl {
  /** Lists the accepted starts, one entry each. */
  acceptedStarts(): AcceptedStart[];
  /** Lists the requests that arrived, of one endpoint or since a wall time when given. */
  requests(filter?: { endpoint?: string; since?: number }): RequestLogEntry[];
  /** Lists the records, the oldest first. */
  records(): RecordSummary[];
  accounts(): AccountSummary[];
  /** Creates or changes an account and returns its fingerprint. */
  setAccount(setting: AccountSetting): string;
  /** Returns the simulated time and how far it is ahead, in milliseconds. */
  clock(): { now: number; offset_ms: number };
  /** Moves the simulated clock forward by milliseconds. */
  advance(milliseconds: number): void;
  /** Adds a fault and returns its id. */
  addFault(fault: FaultSetting): number;
  /** Removes one fault, or all without an id. */
  removeFault(id?: number): void;
  /** Lists the faults, each with the number of requests it has affected. */
  faults(): ActiveFault[];
  /** Lists the models. */
  models(): ModelSummary[];
  /** Retires a model, offers it again or changes its benefit types; throws on a key that is not known. */
  changeModel(setting: ModelSetting): void;
  /** Sets how many generations of one model may run at once for an account; null for no limit. */
  setParallelLimit(limit: number | null): void;
  /** Forgets all uploaded files: a draft that names one of them is refused (1000). */
  forgetUploads(): void;
  /** Forgets accounts, records, accepted starts, requests, faults and changes of models. */
  reset(): void;
}

function summarise(world: World): RecordSummary[] {
  const now = world.clock.now();
  const records = world.records.list({ limit: maxRecords }).toReversed();
  return records.map((record) => {
    const progress = progressOf(record, now);
    return {
      history_id: record.historyId,
      submit_id: record.submitId,
      kind: record.plan.kind,
      account: record.account,
      model: record.plan.modelKey,
      status: progress.status,
      forecast_seconds: record.forecastQueueSeconds + record.forecastSeconds,
      accepted_at: world.clock.wallTimeOf(record.createdAt),
      visible_at: world.clock.wallTimeOf(record.visibleAt),
      completed_at:
        progress.finishedAt === null ? null : world.clock.wallTimeOf(progress.finishedAt),
    };
  });
}

/** Creates the control functions of a world. */
export function createControl(world: World): SimulatorControl {
  return {
    acceptedStarts: () => world.records.acceptedStarts(),
    requests: (filter) => world.log.list(filter),
    records: () => summarise(world),
    accounts: () => {
      world.records.settle();
      return world.accounts.list().map((account) => ({
        account: account.fingerprint,
        region: account.region,
        expired: account.expired,
        credits: world.accounts.balance(account),
      }));
    },
    setAccount: (setting) => world.accounts.configure(setting),
    clock: () => ({ now: world.clock.now(), offset_ms: world.clock.offsetMs }),
    advance: (milliseconds) => world.advance(milliseconds),
    addFault: (fault) => world.faults.add(fault),
    removeFault: (id) => world.faults.remove(id),
    faults: () => world.faults.list(),
    models: () => world.models.list(),
    changeModel: (setting) => {
      if (!world.changeModel(setting)) throw new Error(`model ${setting.key} is not known`);
    },
    setParallelLimit: (limit) => {
      world.parallelLimit = limit;
    },
    forgetUploads: () => world.uploads.forget(),
    reset: () => world.reset(),
  };
}
