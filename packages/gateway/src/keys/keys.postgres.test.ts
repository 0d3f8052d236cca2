// Tests that what one node changes of a key counts on the others within a second.

import { sql } from "kysely";
import { afterEach, beforeEach, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { createKeys } from "./keys.ts";
import { createRequestRate } from "./request-rate.ts";
import type { Keys } from "./keys.ts";

let place: TestDatabase;
let databases: GatewayDatabase[];
let one: Keys;
let other: Keys;
let now = 1_700_000_000_000;
beforeEach(async () => {
  place = await makeTestDatabase();
  databases = [await place.open(), await place.open()];
  const [first, second] = await Promise.all(
    databases.map((database) => createKeys({ database, clock: { now: () => now } })),
  );
  one = first!;
  other = second!;
});
afterEach(async () => {
  for (const database of databases) await database.close();
  await place.remove();
});

test("a key that one node makes, changes or revokes counts on the other within a second", async () => {
  const { key, text } = await one.create({ name: "phone" });
  now += 500;
  expect((await other.find(text))?.id).toBe(key.id);
  expect(other.areNeeded()).toBe(true);
  await one.update(key.id, { disabled: true });
  await one.revoke(key.id);
  now += 499;
  expect((await other.find(text))?.revokedAt).toBeNull();
  now += 1;
  expect(await other.find(text)).toMatchObject({ disabled: true, revokedAt: now - 500 });
});

test("a node that was idle learns of the first key before it answers", async () => {
  await one.create({ name: "first" });
  now += 3_600_000;
  await other.refresh();
  expect(other.areNeeded()).toBe(true);
});

test("nodes count the requests of a minute together", async () => {
  const rates = databases.map((database) => createRequestRate(database, { now: () => now }));
  const key = { id: "key_1", requestsPerMinute: 4 };
  for (let count = 0; count < 4; count++) await rates[count % 2]!.take(key);
  await expect(rates[0]!.take(key)).rejects.toMatchObject({
    code: "rate_limited",
    detail: { retryAfterMs: 15_000 },
  });
  now += 15_000;
  await rates[1]!.take(key);
  await expect(rates[0]!.take(key)).rejects.toMatchObject({ code: "rate_limited" });
});

test("of two nodes that give one name to two keys at once one is refused as a conflict", async () => {
  const [first, second] = [await one.create({ name: "a" }), await one.create({ name: "b" })];
  let refused: Promise<unknown> = Promise.resolve();
  await databases[0]!.tables.transaction().execute(async (transaction) => {
    const ofFirst = transaction.updateTable("gateway_keys").where("id", "=", first.key.id);
    await ofFirst.set({ name: "c" }).execute();
    refused = other.update(second.key.id, { name: "c" }).catch((error: unknown) => error);
    // The other node does not see the row yet; only the index holds it back, until this one has committed.
    while (!(await isOneWaiting(databases[1]!)));
  });
  expect(await refused).toMatchObject({ code: "conflict", detail: { param: "name" } });
});

/** Tells whether a statement of this database waits for another one's end. */
async function isOneWaiting({ tables }: GatewayDatabase): Promise<boolean> {
  const { rows } = await sql`
    select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
  `.execute(tables);
  return rows.length > 0;
}
