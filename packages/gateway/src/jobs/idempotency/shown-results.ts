// Notes which results callers have seen, so that the same request made again after that is a new one.

import type { Logger } from "@jimeng/sdk";

import type { Clock } from "../../clock.ts";
import { FixedStatements } from "../../database/fixed-statements.ts";
import type { Writer } from "../../database/writer.ts";
import type { Job } from "../job.ts";
import { joinWindowMs } from "./joining.ts";
import { markSeen } from "./responses.ts";

/** What the notes work with. */
interface Parts {
  writer: Writer;
  clock: Clock;
  logger: Pick<Logger, "warn">;
}

// A finished job is asked for again and again by some clients: each is written down once.
const maxRemembered = 1000;

/** Makes the function that is called with each job that a caller was shown. */
export function createShownResults({ writer, clock, logger }: Parts): (job: Job) => void {
  const statements = new FixedStatements();
  const noted = new Set<string>();
  return ({ id, status, completedAt }) => {
    const now = clock.now();
    // Later than that nothing is joined, whoever has seen it.
    const isRecent = completedAt !== null && completedAt > now - joinWindowMs;
    if (status !== "completed" || !isRecent || noted.has(id)) return;
    noted.add(id);
    const [oldest] = noted.size > maxRemembered ? noted : [];
    if (oldest !== undefined) noted.delete(oldest);
    const seen = { jobId: id, completedAt, now };
    writer
      .write((transaction) => markSeen(transaction, statements, seen), { statements: "one" })
      .catch((error: unknown) => {
        noted.delete(id);
        logger.warn({ job: id, error }, "Failed to note that a result was seen");
      });
  };
}
