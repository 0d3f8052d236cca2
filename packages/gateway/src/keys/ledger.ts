// The ledger: what jobs were expected to cost, hold and cost, one by one or added up. It is read off the rows of the jobs,
// so that it can never tell anything else than they do.

import type { Kysely, RawBuilder, SelectQueryBuilder } from "kysely";
import { sql } from "kysely";

import type { GatewayDatabase } from "../database/database.ts";
import type { JobTable, Schema } from "../database/migrations/schema.ts";

/** What sums may be grouped by. */
export type LedgerGroup = "key" | "model" | "account" | "kind" | "day";

/** Which jobs are meant; what is absent does not narrow. Times are Unix milliseconds. */
export interface LedgerFilter {
  /** Null for the owner's own. */
  keyId?: string | null;
  model?: string;
  account?: string;
  kind?: JobTable["kind"];
  from?: number;
  to?: number;
  jobId?: string;
  requestId?: string;
  metadata?: Readonly<Record<string, string>>;
}

/** One job. */
export interface LedgerEntry {
  id: string;
  createdAt: number;
  keyId: string | null;
  model: string | null;
  account: string | null;
  kind: JobTable["kind"];
  status: JobTable["status"];
  estimated: number | null;
  reserved: number | null;
  charged: number | null;
  refunded: number | null;
  settledAt: number | null;
  requestId: string | null;
  metadata: string | null;
}

/** Sums in credits; `net` is what was charged and not refunded. */
export interface LedgerSums {
  jobs: number;
  reserved: number;
  charged: number;
  refunded: number;
  net: number;
}

/** Sums of the jobs that agree in some respects; null is a value, too. */
export interface LedgerSum extends LedgerSums {
  /** The values in the order asked for; days as numbers since 1970-01-01. */
  group: (string | number | null)[];
}

/** Reads the ledger. */
export interface Ledger {
  /** Returns a page of jobs after an id, the newest first unless `asc`. */
  entries(
    filter: LedgerFilter,
    page: { after?: string; limit: number; order: "asc" | "desc" },
  ): Promise<{ entries: LedgerEntry[]; hasMore: boolean }>;
  /** Returns the sums of the groups, in their order; with no groups one sum of everything. */
  sums(
    filter: LedgerFilter,
    groups: readonly LedgerGroup[],
    limit: number,
  ): Promise<{ sums: LedgerSum[]; hasMore: boolean }>;
}

const dayMs = 86_400_000;

const groupColumns = {
  key: "key_id",
  model: "model",
  account: "account_id",
  kind: "kind",
} as const;

function toGroupColumn(
  group: LedgerGroup,
  isPostgres: boolean,
): RawBuilder<string | number | null> {
  if (group === "day") return sql`created_at / ${sql.lit(dayMs)}`;
  const column = sql.ref<string | null>(groupColumns[group]);
  // The plus keeps SQLite from reading the whole index of this column instead of the range of times.
  return isPostgres ? column : sql`+${column}`;
}

const sumOfNet = sql<
  number | null
>`sum(case when charged > coalesce(refunded, 0) then charged - coalesce(refunded, 0) else 0 end)`;

/** Makes the ledger of an open database. */
export function createLedger({ tables, postgres }: GatewayDatabase): Ledger {
  const isPostgres = postgres !== null;
  return {
    async entries(filter, { after, limit, order }) {
      let query = tables
        .selectFrom("jobs")
        .select(["id", "created_at", "key_id", "model", "account_id", "kind", "status", "cost"])
        .select(["reserved", "charged", "refunded", "settled_at", "request_id", "metadata"])
        .orderBy("id", order)
        .limit(limit + 1);
      if (after !== undefined) query = query.where("id", order === "asc" ? ">" : "<", after);
      if (filter.from !== undefined) query = query.where("id", ">=", firstIdOf(filter.from));
      const rows = await narrow(query, filter, isPostgres).execute();
      return { entries: rows.slice(0, limit).map(toEntry), hasMore: rows.length > limit };
    },

    async sums(filter, groups, limit) {
      const columns = groups.map((group) => toGroupColumn(group, isPostgres));
      const names = groups.map((_, index) => `group_${index}`);
      let query = tables
        .selectFrom("jobs")
        .select(columns.map((column, index) => column.as(names[index] ?? "")))
        .select(({ fn }) => [
          fn.countAll<number | string>().as("jobs"),
          fn.sum<number | null>("reserved").as("reserved"),
          fn.sum<number | null>("charged").as("charged"),
          fn.sum<number | null>("refunded").as("refunded"),
          sumOfNet.as("net"),
        ]);
      for (const column of columns) query = query.groupBy(column).orderBy(column);
      const rows = await narrow(query, filter, isPostgres)
        .limit(limit + 1)
        .execute();
      const sums = rows.slice(0, limit).map((row) => ({
        group: names.map((name) => readGroup((row as Record<string, unknown>)[name])),
        jobs: Number(row.jobs),
        reserved: row.reserved ?? 0,
        charged: row.charged ?? 0,
        refunded: row.refunded ?? 0,
        net: row.net ?? 0,
      }));
      return { sums, hasMore: rows.length > limit };
    },
  };
}

/** Returns the credits that the jobs of a filter hold: those set aside, and those charged and not refunded. */
export async function readHeldCredits(
  tables: Kysely<Schema>,
  filter: LedgerFilter,
  isPostgres: boolean,
): Promise<number> {
  let query = tables
    .selectFrom("jobs")
    .select(({ fn }) => [fn.sum<number | null>("reserved").as("reserved"), sumOfNet.as("net")]);
  if (filter.from !== undefined) query = query.where("id", ">=", firstIdOf(filter.from));
  const { reserved, net } = await narrow(query, filter, isPostgres).executeTakeFirstOrThrow();
  return (reserved ?? 0) + (net ?? 0);
}

const timeDigits = 12;

/**
 * Returns an id before all that were made from a time on, less a day: ids begin with their time, so that older rows
 * need not be read to be left out.
 */
function firstIdOf(at: number): string {
  const time = Math.max(0, at - dayMs)
    .toString(16)
    .padStart(timeDigits, "0");
  return `job_${time.slice(0, 8)}-${time.slice(8)}`;
}

function readGroup(value: unknown): string | number | null {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function narrow<Row>(
  query: SelectQueryBuilder<Schema, "jobs", Row>,
  filter: LedgerFilter,
  isPostgres: boolean,
): SelectQueryBuilder<Schema, "jobs", Row> {
  const { keyId, model, account, kind, from, to, jobId, requestId, metadata } = filter;
  let narrowed = query;
  if (keyId === null) narrowed = narrowed.where("key_id", "is", null);
  else if (keyId !== undefined) narrowed = narrowed.where("key_id", "=", keyId);
  if (model !== undefined) narrowed = narrowed.where("model", "=", model);
  if (account !== undefined) narrowed = narrowed.where("account_id", "=", account);
  if (kind !== undefined) narrowed = narrowed.where("kind", "=", kind);
  if (from !== undefined) narrowed = narrowed.where("created_at", ">=", from);
  if (to !== undefined) narrowed = narrowed.where("created_at", "<", to);
  if (jobId !== undefined) narrowed = narrowed.where("id", "=", jobId);
  if (requestId !== undefined) narrowed = narrowed.where("request_id", "=", requestId);
  for (const [name, value] of Object.entries(metadata ?? {}))
    narrowed = narrowed.where(hasMetadata(name, value, isPostgres));
  return narrowed;
}

/** Finds an entry in the text of a JSON object: inside another text its quotation marks would be escaped. */
function hasMetadata(name: string, value: string, isPostgres: boolean): RawBuilder<boolean> {
  const entry = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
  return isPostgres
    ? sql<boolean>`strpos(metadata, ${entry}) > 0`
    : sql<boolean>`instr(metadata, ${entry}) > 0`;
}

type EntryRow = Pick<
  JobTable,
  | "id"
  | "created_at"
  | "key_id"
  | "model"
  | "account_id"
  | "kind"
  | "status"
  | "cost"
  | "reserved"
  | "charged"
  | "refunded"
  | "settled_at"
  | "request_id"
  | "metadata"
>;

function toEntry(row: EntryRow): LedgerEntry {
  return {
    id: row.id,
    createdAt: row.created_at,
    keyId: row.key_id,
    model: row.model,
    account: row.account_id,
    kind: row.kind,
    status: row.status,
    estimated: readEstimate(row.cost),
    reserved: row.reserved,
    charged: row.charged,
    refunded: row.refunded,
    settledAt: row.settled_at,
    requestId: row.request_id,
    metadata: row.metadata,
  };
}

function readEstimate(cost: string): number | null {
  try {
    const { estimated } = JSON.parse(cost) as { estimated?: unknown };
    return typeof estimated === "number" ? estimated : null;
  } catch {
    // A row that nobody can read is still a job.
    return null;
  }
}
