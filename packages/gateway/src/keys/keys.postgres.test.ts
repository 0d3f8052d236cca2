// Tests that what one node changes of a key counts on the others within a second.

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
  for (const name of ["a", "b", "c"]) {
    const keys = [await one.create({ name: `${name}1` }), await one.create({ name: `${name}2` })];
    const renamed = await Promise.allSettled([
      one.update(keys[0]!.key.id, { name }),
      other.update(keys[1]!.key.id, { name }),
    ]);
    const refused = renamed.filter((each) => each.status === "rejected");
    expect(refused).toMatchObject([{ reason: { code: "conflict", detail: { param: "name" } } }]);
  }
});
