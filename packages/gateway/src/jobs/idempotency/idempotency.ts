// Idempotent job creation: a repeated request returns the first request's jobs, found by its Idempotency-Key or, where
// the answer was lost, by the hash of the request.

import { JimengError } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import type { Writer } from "../../database/writer.ts";
import type { Schema } from "../../database/migrations/schema.ts";
import type { IdempotencyContext } from "../job.ts";
import type { JobRecord } from "../record.ts";
import { insertRows } from "../store.ts";
import type { CallerPresence } from "./caller-presence.ts";
import { joinEarlier } from "./joining.ts";
import { claimKey, findByKey, removeExpiredKeys } from "./keys.ts";
import {
  attach,
  insertResponses,
  markAnswered,
  markDiscarded,
  markOrphaned,
  markResponseLost,
} from "./responses.ts";

/** What was found or stored for a request. */
export interface FoundJobs {
  ids: string[];
  outcome: "created" | "replayed" | "joined";
}

/** Who asks, and when (Unix milliseconds). */
export interface Asking {
  context: IdempotencyContext;
  /** The name of the connection that waits for the answer. */
  connection: string;
  now: number;
}

/** Keeps one request from being paid for twice. */
export interface Idempotency {
  /** Returns the jobs of an earlier equal request and attaches the connection to them; undefined without any. */
  find(asking: Asking): Promise<FoundJobs | undefined>;
  /** Finds, or stores the rows, with the key in the same transaction. */
  findOrStore(records: JobRecord[], asking: Asking): Promise<FoundJobs>;
  /** Writes down that the answer went out. */
  answered(jobIds: string[], now: number): Promise<void>;
  /** Writes down that the connection was lost, unless another waits by now. */
  responseLost(jobIds: string[], connection: string, now: number): Promise<void>;
  /** Takes back that the answer went out, unless another waits by now. */
  discarded(jobIds: string[], now: number): Promise<void>;
  /** Leaves to the next equal request whatever this one made or took over, not knowing what that was. */
  markOrphaned(asking: Asking): Promise<void>;
  /** Removes keys whose time is over. */
  removeExpiredKeys(now: number): Promise<void>;
}

/** What idempotency works with. */
interface Parts {
  writer: Writer;
  presence: CallerPresence;
  /** True when other processes write to the same tables. */
  isShared: boolean;
}

/** Makes idempotent creation over the store's own writer. */
export function createIdempotency(
  writer: Writer,
  presence: CallerPresence,
  { isShared = false }: { isShared?: boolean } = {},
): Idempotency {
  const parts: Parts = { writer, presence, isShared };
  const writeOne = (apply: (transaction: Kysely<Schema>) => Promise<void>): Promise<void> =>
    writer.write(apply, { statements: "one" });
  return {
    find: (asking) => findEarlier(parts, asking),
    findOrStore: (records, asking) => findOrStore(parts, records, asking),
    answered: (jobIds, now) => writeOne((transaction) => markAnswered(transaction, jobIds, now)),
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

async function findEarlier(parts: Parts, asking: Asking): Promise<FoundJobs | undefined> {
  // Each statement stands for itself: a compare-and-set, or a mark that the next one may overwrite.
  const attempt = () =>
    parts.writer.write((transaction) => find(parts, transaction, asking), { statements: "one" });
  try {
    return await attempt();
  } catch (error) {
    if (JimengError.isInstance(error)) throw error;
    // What the first attempt took over is found again: this very request has it.
    return await attempt();
  }
}

async function findOrStore(parts: Parts, records: JobRecord[], asking: Asking): Promise<FoundJobs> {
  const store = asking.context.key === null ? storeWithoutKey : storeByKey;
  try {
    return await store(parts, { records, ...asking, isAgain: false });
  } catch (error) {
    if (JimengError.isInstance(error)) throw error;
    // The answer to a commit may be lost with its connection: the very same rows are offered once more.
    const found = await store(parts, { records, ...asking, isAgain: true });
    return found.ids[0] === records[0]?.id ? created(records) : found;
  }
}

interface Attempt extends Asking {
  records: JobRecord[];
  /** True when the rows may be there already, by a first attempt whose answer was lost. */
  isAgain: boolean;
}

async function find(
  { presence }: Parts,
  transaction: Kysely<Schema>,
  asking: Asking,
): Promise<FoundJobs | undefined> {
  const { context, connection, now } = asking;
  if (context.key !== null) return await replay(transaction, asking);
  if (context.join === "never") return undefined;
  const ids = await joinEarlier(transaction, context, { connection, presence, now });
  return ids && { ids, outcome: "joined" };
}

async function replay(
  transaction: Kysely<Schema>,
  { context, connection, now }: Asking,
): Promise<FoundJobs | undefined> {
  const ids = await findByKey(transaction, context, now);
  if (ids === undefined) return undefined;
  await attach(transaction, ids, connection);
  return { ids, outcome: "replayed" };
}

/** Stores what no earlier equal request has stored. Two without a key make two sets of jobs, unless one was left. */
function storeWithoutKey(parts: Parts, attempt: Attempt): Promise<FoundJobs> {
  const { records, context, isAgain } = attempt;
  // Elsewhere a caller may repeat while a slow statement stores what it asked for first: that is taken back.
  const mayLeave = parts.isShared && context.join !== "never";
  return parts.writer.write(async (transaction) => {
    if (isAgain && (await isStored(transaction, records))) return created(records);
    const found = await find(parts, transaction, attempt);
    if (found !== undefined) return found;
    refuseGone(context);
    await insert(transaction, attempt);
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
    await insert(transaction, attempt);
    return created(records);
  });
}

async function insert(
  transaction: Kysely<Schema>,
  { records, context, connection }: Attempt,
): Promise<void> {
  await insertRows(transaction, records);
  const { requestHash } = context;
  await insertResponses(transaction, created(records).ids, { requestHash, connection });
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

/** Throws `cancelled` for a caller who has left: its next request must not find a second set beside its own. */
function refuseGone({ gone }: IdempotencyContext): void {
  if (gone?.aborted) throw new JimengError("cancelled", "The caller has left.", { charged: "no" });
}
