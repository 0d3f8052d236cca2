// The verdict over what jobs say they cost: every answer against the simulator's own record of what it charged.
import { setTimeout as sleep } from "node:timers/promises";
import type { AcceptedStart } from "@jimeng/simulator";
import type { JobView } from "./judge.ts";

const lookMs = 500;

/** Waits until every job's cost is certain; what is not by then is for the verdict. */
export async function allSettled(
  list: () => Promise<JobView[]>,
  patienceMs: number,
): Promise<void> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end) {
    const jobs = await list();
    if (jobs.every(({ cost }) => cost.state === "unknown" || cost.settled_at !== null)) return;
    await sleep(lookMs);
  }
}

/** Names the jobs that say another cost than the simulator charged, or none. */
export function judgeCosts(jobs: readonly JobView[], starts: readonly AcceptedStart[]): string[] {
  return jobs.flatMap(({ id, status, upstream, cost }) => {
    const own = starts.filter(({ submit_id }) => submit_id === upstream.submit_id);
    const charged = own.reduce((sum, start) => sum + start.charged, 0);
    const refunded = own.reduce((sum, start) => sum + start.refunded, 0);
    const expected = charged === 0 ? "not_charged" : `charged ${charged}, refunded ${refunded}`;
    const said =
      cost.state === "charged" && cost.settled_at !== null
        ? `charged ${cost.charged}, refunded ${cost.refunded ?? 0}`
        : cost.state;
    return said === expected ? [] : [`${id} (${status}) says ${said}, it was ${expected}`];
  });
}
