// Tests how the audit log is kept: in order, unchanged, for so many days, and bounded.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { GatewayDatabase } from "../../database/database.ts";
import type { AuditObservation } from "../../observer.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { silentLogger } from "../../testing/job-harness.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import { createAuditLog } from "./audit-log.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let clock: ManualClock;
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  clock = new ManualClock();
});
afterEach(async () => {
  await database.close();
  await place.remove();
});

const open = (days = 90) => createAuditLog({ database, clock, logger: silentLogger, days });
const made: AuditObservation = {
  action: "key.create",
  outcome: "done",
  route: "POST /v1/keys",
  status: 201,
  code: null,
  keyId: null,
  address: "127.0.0.1",
  subjects: ["key_1"],
  user: null,
  requestId: "req_1",
};
const page = { limit: 1000, order: "asc" } as const;

test("entries come in pages, in the order of what happened, and no row can be changed", async () => {
  const log = open();
  for (const requestId of ["a", "b", "c"]) {
    log.observer.audited({ ...made, requestId });
    await clock.advance(1);
  }
  await log.flush();
  const first = await log.list({ action: "key." }, { limit: 2, order: "asc" });
  expect(first.entries.map(({ requestId }) => requestId)).toEqual(["a", "b"]);
  const after = first.entries.at(-1)?.id;
  const second = await log.list({}, { ...page, ...(after !== undefined && { after }) });
  expect(second).toMatchObject({ entries: [{ ...made, requestId: "c" }], hasMore: false });
  expect((await log.list({ action: "job." }, page)).entries).toEqual([]);
  const change = database.tables.updateTable("audit").set({ action: "read" }).execute();
  await expect(change).rejects.toThrow(/never changed/);
  await log.close();
});

test("refusals beyond two a second are counted, not kept", async () => {
  const log = open();
  for (let at = 0; at < 500; at++) log.observer.audited({ ...made, outcome: "refused" });
  log.observer.audited(made);
  await clock.advance(60_000);
  log.observer.audited({ ...made, outcome: "refused" });
  await log.flush();
  const { entries } = await log.list({}, page);
  expect(entries).toHaveLength(122);
  expect(entries.at(-1)).toMatchObject({ outcome: "refused", leftOut: 380 });
  await log.close();
});

test("entries are removed after so many days, and with 0 days none is kept", async () => {
  const log = open(2);
  log.observer.audited(made);
  await log.flush();
  await clock.advance(86_400_000);
  log.observer.audited(made);
  await log.flush();
  await clock.advance(86_400_001);
  log.start();
  await expect.poll(async () => (await log.list({}, page)).entries.length).toBe(1);
  await log.close();
  const none = open(0);
  none.observer.audited(made);
  await none.flush();
  expect((await none.list({}, page)).entries).toHaveLength(1);
  await none.close();
});
