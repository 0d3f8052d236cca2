// Reads and writes the table `job_responses`: which connection waits for the answer about a job, and what became of that
// answer.

import { sql } from "kysely";
import type { Kysely } from "kysely";

import type { JobStatus } from "../../api/job-words.ts";
import type { FixedStatements } from "../../database/fixed-statements.ts";
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

/** Which jobs can be joined. Times are Unix milliseconds. */
export interface CandidateFilter {
  createdAfter: number;
  /** Jobs without an answer count while they were orphaned or changed after this time. */
  openAfter: number;
  /** Jobs whose answer went out after this time count too; null for none. */
  answeredAfter: number | null;
  /** Jobs of which only the id was answered, after this time, count too unless they failed; null for none. */
  handleAfter: number | null;
}

// More than anybody's lost answers to one request in a day.
const maxCandidates = 100;

/** Records which connection waits for new jobs; rows that an earlier attempt has written stay as they are. */
export async function insertResponses(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  jobIds: readonly string[],
  { requestHash, connection }: { requestHash: string; connection: string },
): Promise<void> {
  const open = { request_hash: requestHash, connection, answered_at: null, orphaned_at: null };
  const rows = jobIds.map((job_id) => ({ job_id, ...open }));
  const values = rows.flatMap((row) => Object.values(row));
  await statements.run(transaction, `insert ${rows.length} responses`, values, () =>
    transaction
      .insertInto("job_responses")
      .values(rows)
      .onConflict((conflict) => conflict.column("job_id").doNothing()),
  );
}

/** Records that a connection waits for these jobs. */
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

/** Attaches a connection unless the row changed since it was read (compare-and-set); returns whether it did. */
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

/** Records that the answer went out. */
export async function markAnswered(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  jobIds: readonly string[],
  now: number,
): Promise<void> {
  const values = [now, null, null, ...jobIds];
  await statements.run(transaction, `answer ${jobIds.length} responses`, values, () =>
    transaction
      .updateTable("job_responses")
      .set({ answered_at: now, connection: null, orphaned_at: null })
      .where("job_id", "in", jobIds),
  );
}

/** Records that an answer went out that does not count as one with a result: as if it had gone out before the job's end. */
export async function markHandleAnswered(
  transaction: Kysely<Schema>,
  jobIds: readonly string[],
  now: number,
): Promise<void> {
  await transaction
    .updateTable("job_responses")
    .set({
      answered_at: sql<number>`coalesce((select completed_at - 1 from jobs where jobs.id = job_responses.job_id and completed_at <= ${now}), ${now})`,
      connection: null,
      orphaned_at: null,
    })
    .where("job_id", "in", jobIds)
    .execute();
}

/** Records that somebody was shown the result of a job after an earlier answer had only its id. */
export async function markSeen(
  transaction: Kysely<Schema>,
  statements: FixedStatements,
  { jobId, completedAt, now }: { jobId: string; completedAt: number; now: number },
): Promise<void> {
  const values = [now, jobId, completedAt];
  await statements.run(transaction, "result seen", values, () =>
    transaction
      .updateTable("job_responses")
      .set({ answered_at: now })
      .where("job_id", "=", jobId)
      .where("answered_at", "<", completedAt),
  );
}

/** Records that the connection was lost before the answer went out, unless another waits by now. */
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

/** Records that the answer that went out was not read, unless another connection waits by now. */
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

/** Frees whatever a connection stored or attached to for the next equal request, without knowing the jobs. */
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
  statements: FixedStatements,
  { requestHash, keyId }: IdempotencyContext,
  { createdAfter, openAfter, answeredAfter, handleAfter }: CandidateFilter,
): Promise<JoinCandidate[]> {
  const ofKey = keyId === null ? [] : [keyId];
  const ofAnswer = answeredAfter === null ? [] : [answeredAfter];
  const ofHandle = handleAfter === null ? [] : [handleAfter];
  // Who repeats a request does not want a job that was cancelled, nor, where it waits for a result, one that failed.
  const unwanted: JobStatus[] = handleAfter === null ? ["cancelled"] : ["cancelled", "failed"];
  const values = [
    ...[requestHash, ...ofKey, ...unwanted, createdAfter, openAfter],
    ...[...ofAnswer, ...ofHandle, maxCandidates],
  ];
  const name = `candidates of ${ofKey.length} keys, ${ofAnswer.length} answered, ${ofHandle.length} by id`;
  const build = () =>
    tables
      .selectFrom("job_responses")
      .innerJoin("jobs", "jobs.id", "job_responses.job_id")
      .select(["job_id", "group_id", "connection", "answered_at", "orphaned_at", "updated_at"])
      .where("request_hash", "=", requestHash)
      .where("key_id", keyId === null ? "is" : "=", keyId)
      .where("status", "not in", unwanted)
      .where("deleted_at", "is", null)
      .where("created_at", ">", createdAfter)
      .where(({ and, eb, fn, or, ref }) => {
        const isOpen = and([
          eb("answered_at", "is", null),
          eb(fn.coalesce("orphaned_at", "updated_at"), ">", openAfter),
        ]);
        if (answeredAfter !== null) return or([isOpen, eb("answered_at", ">", answeredAfter)]);
        if (handleAfter === null) return isOpen;
        const isUnseen = or([
          eb("completed_at", "is", null),
          eb("answered_at", "<", ref("completed_at")),
        ]);
        return or([isOpen, and([eb("answered_at", ">", handleAfter), isUnseen])]);
      })
      // Jobs without an answer come first, so that the limit never cuts them off.
      .orderBy(sql`answered_at is not null`)
      .orderBy("job_id")
      .limit(maxCandidates);
  const { rows } = await statements.run<JoinCandidate>(tables, name, values, build);
  return rows;
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
