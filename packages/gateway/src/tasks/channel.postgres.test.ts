// Tests the messages between nodes over a real PostgreSQL, cut connections included.

import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { openChannel, toPayloads } from "./channel.ts";
import type { Channel, Message, Topic } from "./channel.ts";

let place: TestDatabase;
let database: GatewayDatabase;
let channels: Channel[];
beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  channels = [];
});
afterEach(async () => {
  for (const channel of channels) await channel.close();
  await database.close();
  await place.remove();
});

interface Greeting {
  name: string;
  number: number;
}

const greetings: Topic<Greeting> = { name: "greetings" };
const farewells: Topic<string> = { name: "farewells" };

async function open(
  node: string,
): Promise<{ channel: Channel; received: Greeting[]; gaps: () => number }> {
  const channel = await openChannel({ ...database.postgres!, node, logger: silentLogger });
  channels.push(channel);
  const received: Greeting[] = [];
  let gaps = 0;
  channel.onMessage(greetings, (greeting) => received.push(greeting));
  channel.onGap(() => gaps++);
  return { channel, received, gaps: () => gaps };
}

const greeting = (name: string): Greeting => ({ name, number: 2 });

describe("the channel", () => {
  test("carries messages to the other nodes, in order, and not back to the sender", async () => {
    const one = await open("one");
    const other = await open("other");
    const sent = Array.from({ length: 500 }, (_, index) => greeting(`node_${index}`));
    for (const message of sent) one.channel.emit(greetings, message);
    await expect.poll(() => other.received.length).toBe(500);
    expect(other.received).toEqual(sent);
    expect(one.received).toEqual([]);
  });

  test("gives a message to the handlers of its topic only, and ignores what it cannot read", async () => {
    const one = await open("one");
    const other = await open("other");
    const farewellsHeard: string[] = [];
    other.channel.onMessage(farewells, (name) => farewellsHeard.push(name));
    await database.postgres!.pool.query("select pg_notify('jimeng_messages', 'not json')");
    one.channel.emit(farewells, "node_1");
    one.channel.emit(greetings, greeting("node_2"));
    await expect.poll(() => other.received).toEqual([greeting("node_2")]);
    expect(farewellsHeard).toEqual(["node_1"]);
  });

  test("reports a gap when its connection was cut, and receives messages again afterwards", async () => {
    const one = await open("one");
    const other = await open("other");
    await cutListeners();
    await expect.poll(other.gaps, { timeout: 10_000 }).toBeGreaterThan(0);
    one.channel.emit(greetings, greeting("after"));
    await expect.poll(() => other.received).toEqual([greeting("after")]);
  });
});

describe("payloads", () => {
  test("stay below what PostgreSQL takes, whatever is in them", () => {
    const many = Array.from({ length: 1000 }, (_, index) => ({
      topic: "greetings",
      payload: greeting("语".repeat(index % 40)),
    }));
    const payloads = toPayloads("node_1", many);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8000);
    const unpacked = payloads.flatMap(
      (payload) => (JSON.parse(payload) as { messages: Message[] }).messages,
    );
    expect(unpacked).toEqual(many);
  });
});

async function cutListeners(): Promise<void> {
  const client = new pg.Client({ connectionString: place.url! });
  await client.connect();
  await client.query(
    `select pg_terminate_backend(pid) from pg_stat_activity
     where datname = current_database() and application_name = 'jimeng-listen'`,
  );
  await client.end();
}
