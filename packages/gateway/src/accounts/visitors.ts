// Removes the accounts of visitors (pass-through) once none of their jobs needs them: their sessions are passwords.

import type { Logger } from "@jimeng/sdk";

import type { Clock, Timer } from "../clock.ts";
import type { GatewayDatabase } from "../database/database.ts";
import type { AccountRegistry } from "./registry.ts";

/** Removes accounts that are not needed any more. */
export interface VisitorSweep {
  /** Removes them now and every ten minutes until `close`. Never throws. */
  start(): Promise<void>;
  close(): void;
}

/** What the removal needs. */
export interface VisitorSweepOptions {
  database: GatewayDatabase;
  registry: Pick<AccountRegistry, "forget">;
  clock: Clock;
  logger: Logger;
}

const intervalMs = 10 * 60_000;
// A request that has just brought its session is about to store its job.
const restMs = 60 * 60_000;
const unfinished = ["queued", "in_progress"] as const;

/**
 * Makes the removal. An account goes when it was not used for an hour and none of its jobs is unfinished. Its jobs and
 * files stay; a visitor who looks for a late result again (recheck) brings the session with that request.
 */
export function createVisitorSweep(options: VisitorSweepOptions): VisitorSweep {
  const { database, registry, clock, logger } = options;
  let timer: Timer | undefined;
  let isClosed = false;

  async function removeIdle(): Promise<void> {
    const removed = await database.tables
      .deleteFrom("accounts")
      .where("added_at", "is", null)
      .where("created_at", "<", clock.now() - restMs)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("jobs")
              .select("jobs.id")
              .whereRef("jobs.account_id", "=", "accounts.id")
              .where("jobs.status", "in", unfinished),
          ),
        ),
      )
      .returning("id")
      .execute();
    for (const { id } of removed) registry.forget(id);
    if (removed.length > 0) logger.info({ accounts: removed.length }, "Removed visitors' accounts");
  }

  async function sweep(): Promise<void> {
    await removeIdle().catch((error: unknown) => {
      logger.error({ err: error }, "Failed to remove visitors' accounts");
    });
    if (!isClosed) timer = clock.setTimer(() => void sweep(), intervalMs);
  }

  return {
    start: sweep,
    close() {
      isClosed = true;
      timer?.cancel();
    },
  };
}
