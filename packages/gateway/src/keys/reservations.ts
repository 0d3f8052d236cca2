// Sets the credits of new jobs aside in the transaction that stores them, and keeps what a key has spent in step with its
// jobs. Two nodes cannot overspend together: on PostgreSQL the row of the key is locked until the commit.

import type { Warning } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import { ServiceError } from "../errors.ts";
import { FixedStatements } from "../database/fixed-statements.ts";
import type { GatewayKeyTable, Schema } from "../database/migrations/schema.ts";
import { appendEvents } from "../events/append.ts";
import { budgetsOf, checkBudgets, crossingsOf, warnAboutBudgets } from "./budgets.ts";
import type { Crossing } from "./budgets.ts";
import { parseKeyRow } from "./key.ts";
import type { GatewayKey } from "./key.ts";
import { checkKept, readKept } from "./kept-files.ts";
import { addSpend, creditsHeld, endOf, readSpend } from "./spend.ts";
import type { HeldCredits } from "./spend.ts";

/** The part of a new job that is reserved for. */
export interface ReservedJob {
  keyId: string | null;
  /** Null while its price is not known. */
  reserved: number | null;
  createdAt: number;
  warnings: Warning[];
}

/** The part of a job whose cost changes. */
export interface SpendingJob extends HeldCredits {
  keyId: string | null;
  createdAt: number;
}

const parallelRetryMs = 5000;
// The site lists charges minutes late. One that is not listed after an hour will hardly come: what was free is certain
// only after a day, and must not keep a key from working for so long.
const chargesComeWithinMs = 3_600_000;

/** Reserves for jobs; one for each database. */
export class Reservations {
  readonly #statements = new FixedStatements();
  readonly #isShared: boolean;

  /** `isShared` is true where other processes write to the same tables. */
  constructor(isShared: boolean) {
    this.#isShared = isShared;
  }

  /**
   * Reserves for the new jobs of one request, before they are stored, and adds the warnings of the key's budgets to them.
   * Throws `budget_exceeded` and `rate_limited` for what the key does not allow.
   */
  async reserve(transaction: Kysely<Schema>, jobs: readonly ReservedJob[]): Promise<void> {
    const [first] = jobs;
    if (first === undefined || first.keyId === null) return;
    const { keyId, createdAt: now } = first;
    const credits = jobs.reduce((sum, { reserved }) => sum + (reserved ?? 0), 0);
    const key = await this.#lock(transaction, keyId);
    if (key !== undefined) {
      const warnings = await this.#check(transaction, key, { jobs, credits, now });
      for (const job of jobs) job.warnings = withWarnings(job.warnings, warnings);
    }
    if (credits !== 0)
      await addSpend(transaction, this.#statements, { keyId, createdAt: now }, credits);
  }

  /** Returns whether a change of a job changes what its key has spent. */
  isNeeded(before: SpendingJob, after: HeldCredits): boolean {
    return before.keyId !== null && creditsHeld(before) !== creditsHeld(after);
  }

  /** Counts what a change of a job changes. */
  async count(transaction: Kysely<Schema>, before: SpendingJob, after: HeldCredits): Promise<void> {
    const { keyId, createdAt } = before;
    if (keyId === null) return;
    const added = creditsHeld(after) - creditsHeld(before);
    // A price that was not known may use a budget up.
    const key = added > 0 ? await this.#lock(transaction, keyId) : undefined;
    if (key !== undefined && hasBudget(key)) {
      const budgets = budgetsOf(key, await readSpend(transaction, keyId, createdAt));
      await appendCrossings(transaction, key, crossingsOf(budgets, key, added), createdAt);
    }
    await addSpend(transaction, this.#statements, { keyId, createdAt }, added);
  }

  /** Reads a key that was made here, and keeps other nodes from reserving for it until the transaction ends. */
  async #lock(transaction: Kysely<Schema>, keyId: string): Promise<GatewayKey | undefined> {
    const { rows } = await this.#statements.run<GatewayKeyTable>(
      transaction,
      "lock key",
      [keyId],
      () => {
        const query = transaction.selectFrom("gateway_keys").selectAll().where("id", "=", keyId);
        return this.#isShared ? query.forUpdate() : query;
      },
    );
    const [row] = rows;
    return row && parseKeyRow(row);
  }

  async #check(
    transaction: Kysely<Schema>,
    key: GatewayKey,
    request: { jobs: readonly ReservedJob[]; credits: number; now: number },
  ): Promise<Warning[]> {
    const { jobs, credits, now } = request;
    if (key.parallelJobs !== null) {
      if (jobs.length > key.parallelJobs) throw neverAtOnce(key.parallelJobs, jobs.length);
      const running = await countOpen(transaction, key.id);
      if (running + jobs.length > key.parallelJobs) throw tooManyJobs(key.parallelJobs, running);
    }
    if (key.maxBytes !== null || key.maxFiles !== null)
      checkKept(key, await readKept(transaction, key.id, now));
    if (!hasBudget(key)) return [];
    const budgets = budgetsOf(key, await readSpend(transaction, key.id, now));
    const unpriced = jobs.filter(({ reserved }) => reserved === null).length;
    const pendingUnpriced = unpriced === 0 ? 0 : await countUnpriced(transaction, key.id, now);
    checkBudgets(budgets, { credits, unpriced, pendingUnpriced });
    await appendCrossings(transaction, key, crossingsOf(budgets, key, credits), now);
    return warnAboutBudgets(budgets, key, credits);
  }
}

function hasBudget({ dailyCredits, monthlyCredits }: GatewayKey): boolean {
  return dailyCredits !== null || monthlyCredits !== null;
}

/** Tells the log that a key has reached the soft limit or the end of a budget, once in each period. */
async function appendCrossings(
  transaction: Kysely<Schema>,
  { id }: GatewayKey,
  crossings: readonly Crossing[],
  at: number,
): Promise<void> {
  const events = crossings.map(({ period, limit, spent, percent }) => ({
    type: "key.budget" as const,
    subject: id,
    keyId: id,
    data: { period, limit, spent, percent },
    once: `key.budget ${id} ${period} ${endOf(period, at)} ${percent} ${limit}`,
  }));
  await appendEvents(transaction, at, events);
}

// The transaction may run again: what it added before is replaced.
function withWarnings(before: readonly Warning[], added: readonly Warning[]): Warning[] {
  return [...before.filter(({ code }) => code !== "budget_low"), ...added];
}

/** Counts the jobs of a key that have not ended. */
export async function countOpen(tables: Kysely<Schema>, keyId: string): Promise<number> {
  const { count } = await tables
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("key_id", "=", keyId)
    .where("completed_at", "is", null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Counts the jobs of a key whose price is not known and will soon be. */
export async function countUnpriced(
  tables: Kysely<Schema>,
  keyId: string,
  now: number,
): Promise<number> {
  const { count } = await tables
    .selectFrom("jobs")
    .select(({ fn }) => fn.countAll<number | string>().as("count"))
    .where("key_id", "=", keyId)
    .where("reserved", "is", null)
    .where((where) =>
      where.or([
        where("completed_at", "is", null),
        where.and([
          where("settle_at", "is not", null),
          where("completed_at", ">", now - chargesComeWithinMs),
        ]),
      ]),
    )
    .executeTakeFirstOrThrow();
  return Number(count);
}

function neverAtOnce(limit: number, count: number): ServiceError {
  const message = `This makes ${count} jobs, and this key may have ${limit} that have not ended.`;
  return new ServiceError("forbidden", message, {
    reason: "parallel_jobs",
    charged: "no",
    fix: "Ask for fewer at once, or ask the gateway's owner for a higher limit.",
  });
}

function tooManyJobs(limit: number, running: number): ServiceError {
  const message = `This key may have ${limit} jobs that have not ended, and has ${running}.`;
  return new ServiceError("rate_limited", message, {
    reason: "parallel_jobs",
    charged: "no",
    retryAfterMs: parallelRetryMs,
    fix: "Wait until one of them has ended.",
  });
}
