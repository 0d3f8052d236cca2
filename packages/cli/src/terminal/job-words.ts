// The words a person reads about a job: how it stands, and whether money was spent.

/** What the words are made from: the part of the HTTP job that they need. */
export interface WordedJob {
  status: string;
  phase: string | null;
  progress: number;
  cancel_requested: boolean;
  queue: { position: number; length: number } | null;
  error: { charged?: string } | null;
  cost: { estimated: number | null; charged: number | null; refunded: number | null };
  upstream: { submit_id: string | null; history_id: string | null };
}

/** Says in one word or three how the job stands: the status, or the phase while it is under way. */
export function stateWords(job: WordedJob): string {
  if (job.status === "in_progress") {
    if (job.cancel_requested) return "cancelling";
    if (job.queue && job.queue.position > 0) {
      return `waiting upstream, place ${job.queue.position} of ${job.queue.length}`;
    }
    return job.phase ?? "in progress";
  }
  return job.status;
}

/** Tells whether credits were spent on the job, as far as it is known. */
export function moneyWords(job: WordedJob): string {
  const { charged, refunded } = job.cost;
  const said = job.error?.charged;
  if (said === "refunded" || (refunded !== null && refunded > 0)) {
    return refunded ? `${credits(refunded)} refunded` : "spent and refunded";
  }
  if (said === "no" || isFreeSoFar(job)) {
    return job.status === "queued" ? "nothing spent yet" : "nothing spent";
  }
  // A job back in the queue was surely refused; one that may have been taken stays in progress.
  if (job.status === "queued") return "nothing spent yet";
  if (charged !== null && charged > 0) return `${credits(charged)} spent`;
  if (charged === 0) return "nothing spent";
  if (said === "yes") return "credits spent";
  if (said === "unknown") return "not known whether credits were spent";
  if (job.status === "completed" || job.upstream.history_id !== null) {
    return job.cost.estimated === null
      ? "credits spent"
      : `about ${credits(job.cost.estimated)} spent`;
  }
  return "not known whether credits were spent";
}

/** Tells what an error's `charged` means, as a sentence of its own. */
export function chargedWords(charged: string): string {
  switch (charged) {
    case "no":
      return "nothing was spent";
    case "yes":
      return "credits were spent";
    case "refunded":
      return "credits were spent and given back";
    default:
      return "it is not known whether credits were spent";
  }
}

/** A job without a submit id never reached the paid call: the id is written down first. */
function isFreeSoFar(job: WordedJob): boolean {
  return job.upstream.submit_id === null;
}

function credits(amount: number): string {
  return amount === 1 ? "1 credit" : `${amount} credits`;
}
