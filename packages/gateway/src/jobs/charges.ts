// Reads what accounts were charged for a model's finished jobs, the latest first; remembered for a minute.

import type { PreparedRequest } from "@jimeng/sdk";
import type { Kysely } from "kysely";

import type { Clock } from "../clock.ts";
import type { Schema } from "../database/migrations/schema.ts";
import type { Charge, JobCost } from "./job.ts";

const maxCharges = 200;
const rememberForMs = 60_000;
// The first charge of a model is its price from then on.
const unknownForMs = 2000;
const maxRemembered = 500;

/** Makes the reading of charges over the tables of a database. */
export function createCharges(
  tables: Kysely<Schema>,
  clock: Clock,
): (accounts: readonly string[], model: string) => Promise<Charge[]> {
  const remembered = new Map<string, { at: number; forMs: number; charges: Promise<Charge[]> }>();
  return (accounts, model) => {
    if (accounts.length === 0) return Promise.resolve([]);
    const key = JSON.stringify([model, ...accounts]);
    const now = clock.now();
    const known = remembered.get(key);
    if (known !== undefined && now - known.at < known.forMs) return known.charges;
    remembered.delete(key);
    const oldest = remembered.size >= maxRemembered ? remembered.keys().next().value : undefined;
    if (oldest !== undefined) remembered.delete(oldest);
    const charges = read(tables, accounts, model);
    const entry = { at: now, forMs: rememberForMs, charges };
    remembered.set(key, entry);
    charges.then(
      ({ length }) => {
        if (length === 0) entry.forMs = unknownForMs;
      },
      () => remembered.delete(key),
    );
    return charges;
  };
}

/** Reads what is final, and of the latest jobs also what was charged so far: a refund may follow within minutes. */
async function read(
  tables: Kysely<Schema>,
  accounts: readonly string[],
  model: string,
): Promise<Charge[]> {
  const completed = tables
    .selectFrom("jobs")
    .select(["request", "cost"])
    .where("account_id", "in", [...accounts])
    .where("model", "=", model)
    .where("status", "=", "completed")
    .limit(maxCharges);
  const latest = await completed
    .where("settle_at", "is not", null)
    .orderBy("settle_at", "desc")
    .execute();
  const settled = await completed
    .where("settled_at", "is not", null)
    .orderBy("settled_at", "desc")
    .execute();
  return [...latest, ...settled]
    .flatMap(({ request, cost }) => {
      const { charged, refunded } = JSON.parse(cost) as JobCost;
      if (charged === null) return [];
      const credits = Math.max(0, charged - (refunded ?? 0));
      return [{ request: JSON.parse(request) as PreparedRequest, credits }];
    })
    .slice(0, maxCharges);
}
