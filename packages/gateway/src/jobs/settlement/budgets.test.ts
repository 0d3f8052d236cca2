// Tests the budgets of keys over whole lives of jobs: what was charged is what the ledger tells, and no budget is
// overspent by more than the one price that was not known, whatever fails and whoever asks at the same moment.

import fc from "fast-check";
import { afterEach, expect, test } from "vitest";

import { JimengError } from "@jimeng/sdk";
import type { CreditRecord } from "@jimeng/sdk";

import type { GatewayDatabase } from "../../database/database.ts";
import { fillLedger } from "../../database/migrations/0017-keys.ts";
import { createKeys } from "../../keys/keys.ts";
import type { KeyChanges } from "../../keys/key.ts";
import { createKeyUse } from "../../keys/key-use.ts";
import { createLedger } from "../../keys/ledger.ts";
import { makeTestDatabase, testEngine } from "../../testing/database.ts";
import { imageRequest, startError } from "../../testing/fake-upstream.ts";
import { startHarness } from "../../testing/job-harness.ts";
import type { Harness } from "../../testing/job-harness.ts";
import { newRecord } from "../new-record.ts";
import { defaultJobSettings } from "../settings.ts";
import { createJobStore } from "../store.ts";

// Noon: no walk reaches the next day.
const startAt = Date.UTC(2026, 10, 2, 12);
const minuteMs = 60_000;
const settings = { settlementWindowMs: 30 * minuteMs, creditPageGapMs: 5000 };
const prices = { "jimeng-4.0": 4, "jimeng-3.0": 3, "jimeng-2.1": 9 } as const;
type Model = keyof typeof prices;

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function makeKey(database: GatewayDatabase, rules: Omit<KeyChanges, "name">) {
  const keys = await createKeys({ database, clock: { now: () => startAt } });
  return (await keys.create({ name: "bot", ...rules })).key.id;
}

/** An account whose history shows each charge and refund at once. */
function showMovements({ client, upstream, clock }: Harness): { failed: Set<string> } {
  const failed = new Set<string>();
  client.onHistory = () => {
    const records = upstream.charged.flatMap((submitId, index): CreditRecord[] => {
      const price = prices[modelOf(upstream, submitId)];
      const charge = { submitId, amount: -price, createdAt: startAt + index, title: "", status: 1 };
      const refund = { ...charge, amount: price, createdAt: clock.now() };
      return failed.has(submitId) ? [charge, refund] : [charge];
    });
    return { total: null, records: records.toReversed(), cursor: null };
  };
  return { failed };
}

function modelOf(upstream: Harness["upstream"], submitId: string): Model {
  return upstream.requests[upstream.posts.indexOf(submitId)]?.model as Model;
}

const event = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant("create" as const),
      model: fc.constantFrom(...(Object.keys(prices) as Model[])),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.constantFrom(1000, 15_000, 5 * minuteMs),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "fail" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "refuse" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "lose" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "kill" as const }) },
);

/** Asks for one picture under the key; returns false when its budget refuses. */
async function ask(harness: Harness, keyId: string, model: Model): Promise<boolean | "unknown"> {
  const known = await harness.jobs.charges(["main"], model);
  const expectedCredits = known[0]?.credits ?? null;
  const request = imageRequest({ model });
  try {
    await harness.jobs.create([{ request, warnings: [], keyId, expectedCredits }]);
    return expectedCredits === null ? "unknown" : true;
  } catch (error) {
    expect(error).toMatchObject({ code: "budget_exceeded" });
    return false;
  }
}

/** Makes the newest generation that runs fail, with its credits given back. */
async function failOne({ upstream, jobs }: Harness, failed: Set<string>): Promise<void> {
  const running = await jobs.list({ status: "in_progress", limit: 50, order: "desc" });
  const job = running.jobs.find(({ submitId, outputs }) => submitId !== null && outputs === null);
  const submitId = upstream.charged.find((id) => id === job?.submitId && !failed.has(id));
  if (submitId === undefined) return;
  failed.add(submitId);
  const charged = "refunded" as const;
  upstream.fail(submitId, new JimengError("generation_failed", "no", { charged }));
}

// A walk on PostgreSQL takes about as long as ten on SQLite.
const runs = testEngine() === "sqlite" ? 12 : 2;

test("the ledger's sum is what the account paid, and a budget is overspent by one unknown price at most", async () => {
  const walk = fc.record({
    limit: fc.integer({ min: 1, max: 30 }),
    events: fc.array(event, { minLength: 5, maxLength: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(walk, async ({ limit, events }) => {
      const harness = await startHarness({ settings, startAt });
      const { upstream, clock } = harness;
      const { failed } = showMovements(harness);
      upstream.finishAfterMs = 12_000;
      const keyId = await makeKey(harness.database, { dailyCredits: limit });
      let mayExceed = 0;
      for (const step of events) {
        if (step.kind === "pass") await clock.advance(step.ms);
        if (step.kind === "create" && (await ask(harness, keyId, step.model)) === "unknown")
          mayExceed = prices[step.model];
        if (step.kind === "fail") await failOne(harness, failed);
        if (step.kind === "refuse")
          upstream.behaviours.push({
            kind: "fail",
            error: startError("content_rejected", "refused"),
          });
        if (step.kind === "lose")
          upstream.behaviours.push({
            kind: "accept-then-fail",
            error: startError("timeout", "unknown"),
          });
        if (step.kind === "kill") await harness.kill();
        const { day } = await createKeyUse(harness.database, clock).read(keyId);
        expect(day.credits).toBeLessThanOrEqual(limit + mayExceed);
      }
      await clock.advance(50 * minuteMs);
      const paid = upstream.charged
        .filter((id) => !failed.has(id))
        .reduce((sum, id) => sum + prices[modelOf(upstream, id)], 0);
      const { sums } = await createLedger(harness.database).sums({ keyId }, [], 1);
      expect(sums[0]).toMatchObject({ net: paid, reserved: 0 });
      const use = await createKeyUse(harness.database, clock).read(keyId);
      expect(use).toMatchObject({ day: { credits: paid }, openJobs: 0 });
      expect(paid).toBeLessThanOrEqual(limit + mayExceed);
      await harness.close();
    }),
    { numRuns: runs },
  );
}, 120_000);

/** Opens a database as several nodes do; the embedded one has a single owner. */
async function openNodes(): Promise<GatewayDatabase[]> {
  const place = await makeTestDatabase();
  closing.push(() => place.remove());
  const count = testEngine() === "postgres" ? 2 : 1;
  const nodes: GatewayDatabase[] = [];
  for (let node = 0; node < count; node++) {
    const database = await place.open();
    closing.push(() => database.close());
    nodes.push(database);
  }
  return nodes;
}

function record(keyId: string, expectedCredits: number | null) {
  const newJob = { request: imageRequest(), warnings: [], keyId, expectedCredits };
  return newRecord(defaultJobSettings, startAt, newJob);
}

/** Stores jobs at one moment on all nodes; counts what was accepted and collects the reasons of the refusals. */
async function storeAtOnce(nodes: GatewayDatabase[], records: ReturnType<typeof record>[]) {
  const stores = nodes.map((database) => createJobStore(database));
  const results = await Promise.allSettled(
    records.map((each, index) => stores[index % stores.length]!.create([each])),
  );
  const reasons = results.flatMap((result) =>
    result.status === "rejected" && JimengError.isInstance(result.reason)
      ? [result.reason.detail.reason]
      : [],
  );
  return { accepted: results.filter(({ status }) => status === "fulfilled").length, reasons };
}

test("jobs that are asked for at one moment cannot overspend together", async () => {
  const nodes = await openNodes();
  const keyId = await makeKey(nodes[0]!, { dailyCredits: 10, monthlyCredits: 100 });
  const jobs = Array.from({ length: 8 }, () => record(keyId, 4));
  const { accepted, reasons } = await storeAtOnce(nodes, jobs);
  expect(accepted).toBe(2);
  expect(new Set(reasons)).toEqual(new Set(["daily_credits"]));
});

test("one job of unknown price runs at a time, and jobs that have not ended are counted", async () => {
  const nodes = await openNodes();
  const budgeted = await makeKey(nodes[0]!, { monthlyCredits: 100 });
  const unknown = Array.from({ length: 4 }, () => record(budgeted, null));
  expect(await storeAtOnce(nodes, unknown)).toEqual({
    accepted: 1,
    reasons: ["price_pending", "price_pending", "price_pending"],
  });
  const keys = await createKeys({ database: nodes[0]!, clock: { now: () => startAt } });
  const { key } = await keys.create({ name: "parallel", parallelJobs: 2 });
  const many = Array.from({ length: 4 }, () => record(key.id, null));
  const { accepted, reasons } = await storeAtOnce(nodes, many);
  expect([accepted, ...reasons]).toEqual([2, "parallel_jobs", "parallel_jobs"]);
  const three = [1, 2, 3].map(() => record(key.id, null));
  await expect(createJobStore(nodes[0]!).create(three)).rejects.toMatchObject({
    code: "forbidden",
  });
});

test("the soft limit and the end of a budget are told once, and jobs carry the warning", async () => {
  const [database] = await openNodes();
  const keyId = await makeKey(database!, { dailyCredits: 10, softLimitPercent: 50 });
  const store = createJobStore(database!);
  const records = [3, 3, 3, 1].map((credits) => record(keyId, credits));
  for (const each of records) await store.create([each]);
  const warned = await Promise.all(records.map(({ id }) => store.get(id)));
  expect(warned.map((job) => job?.warnings.length)).toEqual([0, 1, 1, 1]);
  const events = await database!.tables
    .selectFrom("events")
    .select(["subject", "key_id", "data"])
    .where("type", "=", "key.budget")
    .orderBy("data")
    .execute();
  const told = events.map(({ data }) => JSON.parse(data ?? "") as object);
  expect(told).toHaveLength(2);
  expect(told).toContainEqual({ period: "day", limit: 10, spent: 6, percent: 50 });
  expect(told).toContainEqual({ period: "day", limit: 10, spent: 10, percent: 100 });
  expect(events[0]).toMatchObject({ subject: keyId, key_id: keyId });
});

test("the ledger adds up, narrows and pages on this engine as on the other", async () => {
  const [database] = await openNodes();
  const keyId = await makeKey(database!, {});
  const store = createJobStore(database!);
  const records = [3, 4].map((credits) => record(keyId, credits));
  records[1]!.metadata = { order: "7" };
  await store.create(records);
  const ledger = createLedger(database!);
  const { sums } = await ledger.sums({ keyId, from: startAt, kind: "image" }, ["day", "model"], 10);
  expect(sums).toEqual([
    { group: [20_759, "jimeng-4.0"], jobs: 2, reserved: 7, charged: 0, refunded: 0, net: 0 },
  ]);
  const page = { limit: 10, order: "asc" } as const;
  const found = await ledger.entries({ metadata: { order: "7" } }, page);
  expect(found.entries.map(({ id, reserved }) => [id, reserved])).toEqual([[records[1]!.id, 4]]);
});

test("what jobs cost before there was a ledger is filled in, and an unreadable cost is left out", async () => {
  const [database] = await openNodes();
  const store = createJobStore(database!);
  const records = [1, 2, 3].map(() => record("key_of_before", null));
  await store.create(records);
  const { tables } = database!;
  const costs = ['{"estimated":null,"charged":8,"refunded":3}', "{broken", '{"charged":null}'];
  for (const [index, cost] of costs.entries()) {
    const completed_at = index === 2 ? null : startAt;
    await tables
      .updateTable("jobs")
      .set({ cost, completed_at })
      .where("id", "=", records[index]!.id)
      .execute();
  }
  await fillLedger(tables as never);
  const filter = { keyId: "key_of_before" };
  const { entries } = await createLedger(database!).entries(filter, { limit: 9, order: "asc" });
  expect(entries).toMatchObject([
    { charged: 8, refunded: 3, reserved: 0 },
    { charged: null, refunded: null, reserved: 0 },
    { charged: null, reserved: null },
  ]);
});

test("a job that may have been free keeps the next one of unknown price waiting for an hour", async () => {
  const [database] = await openNodes();
  const keyId = await makeKey(database!, { dailyCredits: 10 });
  const store = createJobStore(database!);
  const first = record(keyId, null);
  await store.create([first]);
  const ended = { completedAt: startAt, settleAt: startAt + minuteMs, runAt: null };
  await store.update(first, ended, startAt);
  const later = (ms: number) => ({ ...record(keyId, null), createdAt: startAt + ms });
  await expect(store.create([later(59 * minuteMs)])).rejects.toMatchObject({
    detail: { reason: "price_pending" },
  });
  await store.create([later(60 * minuteMs)]);
});
