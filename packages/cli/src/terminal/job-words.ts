// Describes a job in words: its state, and whether credits were spent.

import type { JobObject } from "@jimeng/gateway/api";

import type { Words } from "../words/words.ts";

/** What the words are made from: the part of the HTTP job that they need. */
export interface WordedJob {
  status: JobObject["status"];
  phase: JobObject["phase"];
  /** Absent in what older gateways answer. */
  waiting?: JobObject["waiting"];
  progress: number;
  cancel_requested: boolean;
  queue: { position: number; length: number } | null;
  error: { charged?: string } | null;
  cost: {
    estimated: number | null;
    charged: number | null;
    refunded: number | null;
    /** Absent where an older gateway does not tell. */
    state?: JobObject["cost"]["state"];
  };
  upstream: { submit_id: string | null; history_id: string | null };
}

/** Describes the job's state in a few words: the status, or the phase while it is in progress. */
export function stateWords(job: WordedJob, { state }: Words): string {
  if (job.waiting) return state.waitingForDisk(state[job.phase ?? "queued"], job.waiting.message);
  if (job.status !== "in_progress") return state[job.status];
  if (job.cancel_requested) return state.cancelling;
  if (job.queue && job.queue.position > 0) {
    return state.waitingUpstream(job.queue.position, job.queue.length);
  }
  return job.phase === null ? state.inProgress : state[job.phase];
}

// Of less, and of more, the site's forecast tells too little.
const leastTold = 5;
const mostTold = 95;

/** Returns how long the job still takes by the site's forecast; null while there is none. */
export function remainingSeconds(
  job: Pick<JobObject, "status" | "progress" | "started_at"> & {
    queue: { eta_seconds: number | null } | null;
  },
  unixSeconds: number,
): number | null {
  if (job.status !== "in_progress") return null;
  if (job.queue !== null) return job.queue.eta_seconds;
  const { progress, started_at: startedAt } = job;
  if (startedAt === null || progress < leastTold || progress > mostTold) return null;
  // The progress is the time that has passed, as a part of the forecast.
  const elapsed = Math.max(0, unixSeconds - startedAt);
  return Math.ceil((elapsed * (100 - progress)) / progress);
}

/** Tells whether credits were spent on the job, as far as it is known. */
export function moneyWords(job: WordedJob, { money }: Words): string {
  const { charged, refunded } = job.cost;
  const said = job.error?.charged;
  if (said === "refunded" || (refunded !== null && refunded > 0)) {
    return refunded ? money.refunded(refunded) : money.spentAndRefunded;
  }
  if (said === "no" || isFreeSoFar(job)) {
    return job.status === "queued" ? money.nothingYet : money.nothing;
  }
  // A job that returned to the queue was surely refused; one that may have been accepted stays in progress.
  if (job.status === "queued") return money.nothingYet;
  if (charged !== null && charged > 0) return money.spent(charged);
  if (charged === 0 || job.cost.state === "not_charged") return money.nothing;
  if (said === "yes") return money.someSpent;
  if (said === "unknown" || job.cost.state === "unknown") return money.unknown;
  if (job.status === "completed" && job.cost.state === "not_settled") {
    return job.cost.estimated === null
      ? money.notSettled
      : money.aboutNotSettled(job.cost.estimated);
  }
  if (job.status === "completed" || job.upstream.history_id !== null) {
    return job.cost.estimated === null ? money.someSpent : money.aboutSpent(job.cost.estimated);
  }
  return money.unknown;
}

/** Describes what the account's credit history says of a job: charged, not charged, not settled yet, or unknown. */
export function costWords({ cost: { charged, refunded, state } }: WordedJob, words: Words): string {
  const { cost } = words;
  switch (state) {
    case "charged":
      return cost.charges(charged ?? 0, refunded ?? 0);
    case "not_charged":
      return cost.notCharged;
    case "not_settled":
      return cost.notSettled;
    default:
      return cost.unknown;
  }
}

/** Describes an error's `charged` in a sentence. */
export function chargedWords(charged: string, { failure }: Words): string {
  switch (charged) {
    case "no":
      return failure.chargedNo;
    case "yes":
      return failure.chargedYes;
    case "refunded":
      return failure.chargedRefunded;
    default:
      return failure.chargedUnknown;
  }
}

/** Tells whether a job never reached the paid call: its submit id is stored before that. */
function isFreeSoFar(job: WordedJob): boolean {
  return job.upstream.submit_id === null;
}
