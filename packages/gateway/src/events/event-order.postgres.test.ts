// Tests that no reader misses an event whose transaction began early and commits late.

import { afterEach, beforeEach, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { appendEvents } from "./append.ts";
import { createEventLog } from "./event-log.ts";
import type { EventLog } from "./event-log.ts";

let place: TestDatabase;
let database: GatewayDatabase;
const logger = { debug() {}, info() {}, warn() {}, error() {} };

beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
});

afterEach(async () => {
  await database.close();
  await place.remove();
});

function openLog(): EventLog {
  return createEventLog({ database, clock: new ManualClock(), logger });
}

test("an event that commits late comes after what was read, not before it", async () => {
  const log = openLog();
  const early = await database.tables.startTransaction().execute();
  await appendEvents(early, 1, [{ type: "model.changed", subject: "early" }]);
  await log.append([{ type: "model.changed", subject: "late" }]);
  const read = await log.read(0, 10);
  expect(read.map(({ subject }) => subject)).toEqual(["late"]);
  await early.commit().execute();
  const rest = await log.read(read[0]!.position, 10);
  expect(rest.map(({ subject }) => subject)).toEqual(["early"]);
});

test("readers on several nodes see every event once, all in the same order, while many write", async () => {
  const writers = 6;
  const perWriter = 40;
  const orders: string[][] = [[], [], []];
  const readAll = async (order: string[]): Promise<void> => {
    const log = openLog();
    let position = 0;
    while (order.length < writers * perWriter) {
      for (const event of await log.read(position, 7)) {
        position = event.position;
        order.push(event.subject);
      }
    }
  };
  const write = async (writer: number): Promise<void> => {
    for (let index = 0; index < perWriter; index += 1) {
      const transaction = await database.tables.startTransaction().execute();
      const subject = `${writer}-${String(index).padStart(2, "0")}`;
      await appendEvents(transaction, 1, [{ type: "model.changed", subject }]);
      // Commits come in another order than the rows.
      for (let turn = 0; turn < (writer * index) % 5; turn += 1) {
        await new Promise((resolve) => setImmediate(resolve));
      }
      await transaction.commit().execute();
    }
  };
  await Promise.all([
    ...orders.map(readAll),
    ...Array.from({ length: writers }, (_, writer) => write(writer)),
  ]);
  const [first, ...others] = orders;
  expect(new Set(first).size).toBe(writers * perWriter);
  for (const other of others) expect(other).toEqual(first);
  for (let writer = 0; writer < writers; writer += 1) {
    const own = first!.filter((subject) => subject.startsWith(`${writer}-`));
    expect(own).toEqual(own.toSorted());
  }
});
