// Idempotent job creation: a repeated request returns the first request's jobs, found by its Idempotency-Key or, where
// the answer was lost, by the hash of the request.

import { JimengError } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import { FixedStatements } from "../../database/fixed-statements.ts";
import type { Writer } from "../../database/writer.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import type { IdempotencyContext, StorageChecks } from "../job.ts";
import type { JobRecord } from "../record.ts";
import type { RecentRows } from "../recent-rows.ts";
import { checkDailyLimit } from "../../keys/daily-limit.ts";
import { Reservations } from "../../keys/reservations.ts";
import { reserveAndInsert } from "../store.ts";
import type { CallerPresence } from "./caller-presence.ts";
import { joinEarlier } from "./joining.ts";
import { claimKey, findByKey, removeExpiredKeys } from "./keys.ts";
import {
  attach,
  insertResponses,
  markAnswered,
  markDiscarded,
  markHandleAnswered,
  markOrphaned,
  markResponseLost,
} from "./responses.ts";

/** What was found or stored for a request. */
export interface FoundJobs {
  ids: string[];
  outcome: "created" | "replayed" | "joined";
}

/** A request that may repeat an earlier one, with its time in Unix milliseconds. */
export interface IdempotentRequest {
  context: IdempotencyContext;
  /** Name of the connection that waits for the answer. */
  connection: string;
  now: number;
  checks?: StorageChecks;
}

/** Idempotent creation: a repeated request is not paid for twice. */
export interface Idempotency {
  /** Returns the jobs of an earlier equal request and attaches the connection to them; undefined without any. */
  find(request: IdempotentRequest): Promise<FoundJobs | undefined>;
  /** Returns the jobs of an earlier equal request, or stores the rows, with the key in the same transaction. */
  findOrStore(records: JobRecord[], request: IdempotentRequest): Promise<FoundJobs>;
  /** Records that the answer went out; with `seen` false it is no showing of results that were there by then. */
  answered(jobIds: string[], answer: { now: number; seen: boolean }): Promise<void>;
  /** Records that the connection was lost before the answer went out, unless another waits by now. */
  responseLost(jobIds: string[], connection: string, now: number): Promise<void>;
  /** Records that the answer that went out was not read, unless another connection waits by now. */
  discarded(jobIds: string[], now: number): Promise<void>;
  /** Lets the next equal request take over whatever this one stored or attached to; which jobs need not be known. */
  markOrphaned(request: IdempotentRequest): Promise<void>;
  /** Removes expired keys. */
  removeExpiredKeys(now: number): Promise<void>;
}

/** What idempotency works with. */
interface Parts {
  writer: Writer;
  presence: CallerPresence;
  statements: FixedStatements;
  reservations: Reservations;
  /** True when other processes write to the same tables. */
  isShared: boolean;
  recent: Pick<RecentRows, "created"> | undefined;
}

/** Makes idempotent creation; `writer` is the one that the job store uses. */
export function createIdempotency(
  writer: Writer,
  presence: CallerPresence,
  { isShared = false, recent }: Partial<Pick<Parts, "isShared" | "recent">> = {},
): Idempotency {
  const statements = new FixedStatements();
  const reservations = new Reservations(isShared);
  const parts: Parts = { writer, presence, statements, reservations, isShared, recent };
  const writeOne = (apply: (transaction: Kysely<Schema>) => Promise<void>): Promise<void> =>
    writer.write(apply, { statements: "one" });
  return {
    find: (request) => findEarlier(parts, request),
    findOrStore: (records, request) => findOrStore(parts, records, request),
    answered: (jobIds, { now, seen }) =>
      writeOne((transaction) =>
        seen
          ? markAnswered(transaction, statements, jobIds, now)
          : markHandleAnswered(transaction, jobIds, now),
      ),
    responseLost: (jobIds, connection, now) =>
      writeOne((transaction) => markResponseLost(transaction, jobIds, { connection, now })),
    discarded: (jobIds, now) => writeOne((transaction) => markDiscarded(transaction, jobIds, now)),
    markOrphaned: ({ context, connection, now }) =>
      writeOne((transaction) =>
        markOrphaned(transaction, context.requestHash, { connection, now }),
      ),
    removeExpiredKeys: (now) => writeOne((transaction) => removeExpiredKeys(transaction, now)),
  };
}

async function findEarlier(
  parts: Parts,
  request: IdempotentRequest,
): Promise<FoundJobs | undefined> {
  // No transaction needed: each statement is a compare-and-set, or a mark that the next one may overwrite.
  const attempt = () =>
    parts.writer.write((transaction) => find(parts, transaction, request), { statements: "one" });
  try {
    return await attempt();
  } catch (error) {
    if (JimengError.isInstance(error)) throw error;
    // The answer to a statement may be lost with its connection. What it attached is found again by this connection.
    return await attempt();
  }
}

async function findOrStore(
  parts: Parts,
  records: JobRecord[],
  request: IdempotentRequest,
): Promise<FoundJobs> {
  const found = await findOrStoreTwice(parts, records, request);
  if (found.outcome === "created") parts.recent?.created(records);
  return found;
}

async function findOrStoreTwice(
  parts: Parts,
  records: JobRecord[],
  request: IdempotentRequest,
): Promise<FoundJobs> {
  const store = request.context.key === null ? storeWithoutKey : storeByKey;
  try {
    return await store(parts, { records, ...request, isAgain: false });
  } catch (error) {
    if (JimengError.isInstance(error)) throw error;
    // The answer to a commit may be lost with its connection: the same rows are offered once more.
    const found = await store(parts, { records, ...request, isAgain: true });
    return found.ids[0] === records[0]?.id ? created(records) : found;
  }
}

interface Attempt extends IdempotentRequest {
  records: JobRecord[];
  /** True when a first attempt may have stored the rows, because its answer was lost. */
  isAgain: boolean;
}

async function find(
  { presence, statements }: Parts,
  transaction: Kysely<Schema>,
  request: IdempotentRequest,
): Promise<FoundJobs | undefined> {
  const { context, connection, now } = request;
  if (context.key !== null) return await replay(transaction, request);
  if (context.join === "never") return undefined;
  const ids = await joinEarlier(transaction, context, {
    connection,
    presence,
    statements,
    now,
  });
  return ids && { ids, outcome: "joined" };
}

async function replay(
  transaction: Kysely<Schema>,
  { context, connection, now }: IdempotentRequest,
): Promise<FoundJobs | undefined> {
  const ids = await findByKey(transaction, context, now);
  if (ids === undefined) return undefined;
  await attach(transaction, ids, connection);
  return { ids, outcome: "replayed" };
}

/** Stores the rows, or joins earlier jobs whose answer was lost. Two callers without a key who wait get two sets of jobs. */
function storeWithoutKey(parts: Parts, attempt: Attempt): Promise<FoundJobs> {
  const { records, context, isAgain } = attempt;
  // While a slow statement stores the rows, their caller may leave and repeat on another node: then they are rolled back.
  const mayLeave = parts.isShared && context.join !== "never";
  return parts.writer.write(async (transaction) => {
    if (isAgain && (await isStored(transaction, records))) return created(records);
    const found = await find(parts, transaction, attempt);
    if (found !== undefined) return found;
    refuseGone(context);
    await insert(transaction, parts, attempt);
    if (mayLeave) refuseGone(context);
    return created(records);
  });
}

function storeByKey(parts: Parts, attempt: Attempt): Promise<FoundJobs> {
  const { records, context, now } = attempt;
  return parts.writer.write(async (transaction) => {
    refuseGone(context);
    if (!(await claimKey(transaction, context, { jobIds: created(records).ids, now }))) {
      const known = await replay(transaction, attempt);
      if (known === undefined) throw new Error("an idempotency key vanished");
      return known;
    }
    await insert(transaction, parts, attempt);
    return created(records);
  });
}

async function insert(
  transaction: Kysely<Schema>,
  parts: Parts,
  { records, context, connection, checks }: Attempt,
): Promise<void> {
  const limit = checks?.dailyLimit;
  if (limit !== undefined) await checkDailyLimit(transaction, records, limit, parts.isShared);
  await reserveAndInsert(transaction, parts, records);
  const { requestHash } = context;
  const { ids } = created(records);
  await insertResponses(transaction, parts.statements, ids, { requestHash, connection });
}

async function isStored(transaction: Kysely<Schema>, [first]: JobRecord[]): Promise<boolean> {
  const row = await transaction
    .selectFrom("jobs")
    .select("id")
    .where("id", "=", first?.id ?? "")
    .executeTakeFirst();
  return row !== undefined;
}

function created(records: JobRecord[]): FoundJobs {
  return { ids: records.map(({ id }) => id), outcome: "created" };
}

/** Throws `cancelled` when the caller has left: its next request would make a second set of jobs. */
function refuseGone({ gone }: IdempotencyContext): void {
  if (gone?.aborted) throw new JimengError("cancelled", "The caller has left.", { charged: "no" });
}
