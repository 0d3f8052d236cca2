// Tests that a process tells others of its waiting callers again after the database was away.

import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openChannel } from "../../tasks/channel.ts";
import type { Channel } from "../../tasks/channel.ts";
import type { GatewayDatabase } from "../../database/database.ts";
import { makeTestDatabase } from "../../testing/database.ts";
import type { TestDatabase } from "../../testing/database.ts";
import { silentLogger } from "../../testing/job-harness.ts";
import { createCallerPresence } from "./caller-presence.ts";
import type { CallerPresence } from "./caller-presence.ts";

// Nobody listens on this port.
const deadUrl = "postgres://nobody:nothing@127.0.0.1:1/none";

let place: TestDatabase;
let database: GatewayDatabase;
let presence: CallerPresence;
let others: CallerPresence;
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  others = createCallerPresence({ database, logger: silentLogger });
});
afterEach(async () => {
  await presence.close();
  await others.close();
  await database.close();
  await place.remove();
});

/** Makes the presence of a process; `addresses` are where it finds the database, one try after the other. */
function makePresence(addresses: string[] = []): CallerPresence {
  const { pool, url } = database.postgres!;
  const postgres = {
    pool,
    get url() {
      return addresses.shift() ?? url;
    },
  };
  return createCallerPresence({ database: { ...database, postgres }, logger: silentLogger });
}

async function run(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: database.postgres!.url });
  await client.connect();
  await client.query(statement);
  await client.end();
}

async function isBelieved(name: string): Promise<boolean> {
  return (await others.whoWaits([name]))(name);
}

describe("a process whose callers wait", () => {
  test("is believed alive by others while it holds its connection, and no longer", async () => {
    presence = makePresence();
    const { name } = await presence.join(false);
    expect(await isBelieved(name)).toBe(true);
    await run(
      "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jimeng-presence'",
    );
    await expect.poll(() => isBelieved(name)).toBe(false);
    // The next renewal makes another connection.
    await expect.poll(() => isBelieved(name), { timeout: 10_000 }).toBe(true);
  });

  test("takes callers in again after a connection that could not be made", async () => {
    presence = makePresence([deadUrl]);
    await expect(presence.join(false)).rejects.toThrow();
    const { name } = await presence.join(false);
    expect(await isBelieved(name)).toBe(true);
  });

  test("takes callers in again after its row could not be written", async () => {
    presence = makePresence();
    await run("alter table nodes rename to nodes_away");
    await expect(presence.join(false)).rejects.toThrow();
    await run("alter table nodes_away rename to nodes");
    const { name } = await presence.join(false);
    expect(await isBelieved(name)).toBe(true);
  });
});

describe("a process that can be asked", () => {
  let channels: Channel[];
  beforeEach(async () => {
    const parts = { ...database.postgres!, logger: silentLogger };
    channels = [
      await openChannel({ ...parts, node: "node_1" }),
      await openChannel({ ...parts, node: "node_2" }),
    ];
    others = createCallerPresence({ database, logger: silentLogger, channel: channels[1] });
  });
  afterEach(async () => {
    for (const channel of channels) await channel.close();
  });

  test("knows who waits, and who has left before any row says so", async () => {
    presence = createCallerPresence({ database, logger: silentLogger, channel: channels[0] });
    const [one, other] = [await presence.join(false), await presence.join(false)];
    other.leave();
    const isWaiting = await others.whoWaits([one.name, other.name]);
    expect([isWaiting(one.name), isWaiting(other.name)]).toEqual([true, false]);
  });

  test("looks once more at who has left before it answers: it may have been frozen until now", async () => {
    presence = createCallerPresence({ database, logger: silentLogger, channel: channels[0] });
    const one = await presence.join(false);
    const judging = others.whoWaits([one.name]);
    // Far above the way of a question, below the time after which it is answered.
    setTimeout(() => one.leave(), 20);
    expect((await judging)(one.name)).toBe(false);
  });

  test("and does not answer has nobody who waits: it is frozen", async () => {
    presence = makePresence();
    const { name } = await presence.join(false);
    expect(await isBelieved(name)).toBe(false);
  });
});
