// The SQL of the table `job_responses`: who waits for the answer about a job, and what became of that answer.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { Schema } from "../../database/migrations/schema.ts";
import type { IdempotencyContext } from "../job.ts";

/** A job that may answer a repeated request. */
export interface JoinCandidate {
  job_id: string;
  group_id: string | null;
  connection: string | null;
  answered_at: number | null;
  orphaned_at: number | null;
  /** When the job itself changed last. */
  updated_at: number;
}

/** Which candidates are read. Times are Unix milliseconds. */
export interface CandidateFilter {
  createdAfter: number;
  /** Jobs without an answer count while they were orphaned or changed after this time. */
  openAfter: number;
  /** Jobs whose answer went out after this time count too; null for none. */
  answeredAfter: number | null;
}

// Nobody has more lost answers to one request in a day than this.
const maxCandidates = 100;

/** Writes down who waits for the answer about new jobs; rows that an earlier try has written stay as they are. */
export async function insertResponses(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  { requestHash, connection }: { requestHash: string; connection: string },
): Promise<void> {
  const open = { request_hash: requestHash, connection, answered_at: null, orphaned_at: null };
  await transaction
    .insertInto("job_responses")
    .values(jobIds.map((job_id) => ({ job_id, ...open })))
    .onConflict((conflict) => conflict.column("job_id").doNothing())
    .execute();
}

/** Makes a connection the one that waits for these jobs. */
export async function attach(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  connection: string,
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({ connection, orphaned_at: null })
    .where("job_id", "in", jobIds)
    .execute();
}

/** Attaches a connection unless somebody changed the row since it was read (compare-and-set); tells whether it did. */
export async function tryAttach(
  transaction: Kysely<Schema>,
  row: JoinCandidate,
  connection: string,
): Promise<boolean> {
  const result = await transaction
    .updateTable("job_responses")
    .set({ connection, orphaned_at: null })
    .where("job_id", "=", row.job_id)
    .where("connection", row.connection === null ? "is" : "=", row.connection)
    .where("answered_at", row.answered_at === null ? "is" : "=", row.answered_at)
    .executeTakeFirst();
  return result.numUpdatedRows > 0n;
}

/** Writes down that the answer went out. */
export async function markAnswered(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  now: number,
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({ answered_at: now, connection: null, orphaned_at: null })
    .where("job_id", "in", jobIds)
    .execute();
}

/** Writes down that the connection was lost before the answer went out, unless another waits by now. */
export async function markResponseLost(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  { connection, now }: { connection: string; now: number },
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({ connection: null, orphaned_at: now })
    .where("job_id", "in", jobIds)
    .where("connection", "=", connection)
    .execute();
}

/** Takes back that the answer went out, unless another waits by now. */
export async function markDiscarded(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  now: number,
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({ answered_at: null, orphaned_at: now })
    .where("job_id", "in", jobIds)
    .where("connection", "is", null)
    .execute();
}

/** Leaves whatever a connection made or took over to the next equal request, not knowing which jobs those are. */
export async function markOrphaned(
  transaction: Kysely<Schema>,
  requestHash: string,
  { connection, now }: { connection: string; now: number },
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({ connection: null, orphaned_at: now })
    .where("request_hash", "=", requestHash)
    .where("connection", "=", connection)
    .execute();
}

/** Reads the jobs that earlier equal requests of the same caller made, those without an answer first. */
export async function findCandidates(
  tables: Kysely<Schema>,
  { requestHash, keyId }: IdempotencyContext,
  { createdAfter, openAfter, answeredAfter }: CandidateFilter,
): Promise<JoinCandidate[]> {
  return await tables
    .selectFrom("job_responses")
    .innerJoin("jobs", "jobs.id", "job_responses.job_id")
    .select(["job_id", "group_id", "connection", "answered_at", "orphaned_at", "updated_at"])
    .where("request_hash", "=", requestHash)
    .where("key_id", keyId === null ? "is" : "=", keyId)
    // A job that somebody cancelled is not what anybody asks for again.
    .where("status", "<>", "cancelled")
    .where("created_at", ">", createdAfter)
    .where(({ and, eb, fn, or }) => {
      const isOpen = and([
        eb("answered_at", "is", null),
        eb(fn.coalesce("orphaned_at", "updated_at"), ">", openAfter),
      ]);
      return answeredAfter === null ? isOpen : or([isOpen, eb("answered_at", ">", answeredAfter)]);
    })
    // However often the same was asked for and answered: what has no answer comes first.
    .orderBy(sql`answered_at is not null`)
    .orderBy("job_id")
    .limit(maxCandidates)
    .execute();
}

/** Returns the ids of all jobs of one request. */
export async function groupOf(tables: Kysely<Schema>, row: JoinCandidate): Promise<string[]> {
  if (row.group_id === null) return [row.job_id];
  const rows = await tables
    .selectFrom("jobs")
    .select("id")
    .where("group_id", "=", row.group_id)
    .orderBy("id")
    .execute();
  return rows.map(({ id }) => id);
}
