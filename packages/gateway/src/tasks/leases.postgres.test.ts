// Tests who holds a key: one node at a moment, another when it is gone, never both.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { createLeases, leaseMs } from "./leases.ts";

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

const node = (name: string) => createLeases({ database, table: "pollers", node: name, clock });

/** Lets all leases lapse by the database's own clock, as the death of their nodes does in time. */
async function lapse(): Promise<void> {
  await database.tables.updateTable("pollers").set({ lease_until: 1 }).execute();
}

const fences = async () =>
  (await database.tables.selectFrom("pollers").select("fence").execute()).map(({ fence }) => fence);

describe("leases", () => {
  test("are had by one of many nodes that ask at one moment", async () => {
    const nodes = Array.from({ length: 8 }, (_, index) => node(`node_${index}`));
    const answers = await Promise.all(nodes.map((leases) => leases.acquire("main")));
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(nodes.map((leases) => leases.holds("main"))).toEqual(answers);
  });

  test("are kept by renewing, and lost when another took them after they lapsed", async () => {
    const [one, other] = [node("one"), node("other")];
    await one.acquire("main");
    expect(await one.renew()).toEqual([]);
    expect(await other.acquire("main")).toBe(false);
    await lapse();
    expect(await other.acquire("main")).toBe(true);
    expect(await one.renew()).toEqual(["main"]);
    expect([one.holds("main"), other.holds("main")]).toEqual([false, true]);
    expect(await fences()).toEqual([2]);
  });

  test("do not count once their time is over here: a frozen node wakes without them", async () => {
    const leases = node("one");
    await leases.acquire("main");
    expect(leases.holds("main")).toBe(true);
    await clock.advance(leaseMs);
    expect(leases.holds("main")).toBe(false);
  });

  test("show which keys no node holds", async () => {
    const [one, other] = [node("one"), node("other")];
    await one.acquire("main");
    expect(await other.unheld(["main", "second"])).toEqual(["second"]);
    await lapse();
    expect(await other.unheld(["main", "second"])).toEqual(["main", "second"]);
  });

  test("given back are free at once, with a fence that goes on rising", async () => {
    const [one, other] = [node("one"), node("other")];
    await one.acquire("main");
    await one.release(["main"]);
    expect(await other.acquire("main")).toBe(true);
    expect(await fences()).toEqual([2]);
  });
});
