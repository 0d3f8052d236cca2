// Tests the talk between nodes over a real PostgreSQL, cut connections included.

import pg from "pg";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { openChannel, toPayloads } from "./channel.ts";
import type { Channel, News } from "./channel.ts";

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

async function open(
  node: string,
): Promise<{ channel: Channel; heard: News[]; gaps: () => number }> {
  const channel = await openChannel({ ...database.postgres!, node, logger: silentLogger });
  channels.push(channel);
  const heard: News[] = [];
  let gaps = 0;
  channel.listen((news) => heard.push(news));
  channel.onGap(() => gaps++);
  return { channel, heard, gaps: () => gaps };
}

const news = (jobId: string): News => ({ kind: "job", jobId, name: "job.progress", version: 2 });

describe("the channel", () => {
  test("carries messages to the other nodes, in order, and not back to the sender", async () => {
    const one = await open("one");
    const other = await open("other");
    const sent = Array.from({ length: 500 }, (_, index) => news(`job_${index}`));
    for (const message of sent) one.channel.send(message);
    await expect.poll(() => other.heard.length).toBe(500);
    expect(other.heard).toEqual(sent);
    expect(one.heard).toEqual([]);
  });

  test("says that rows must be looked at when its connection was cut, and hears again afterwards", async () => {
    const one = await open("one");
    const other = await open("other");
    await cutListeners();
    await expect.poll(other.gaps, { timeout: 10_000 }).toBeGreaterThan(0);
    one.channel.send(news("job_after"));
    await expect.poll(() => other.heard).toEqual([news("job_after")]);
  });
});

describe("payloads", () => {
  test("stay below what PostgreSQL takes, whatever is in them", () => {
    const many = Array.from({ length: 1000 }, (_, index) => news(`job_${"语".repeat(index % 40)}`));
    const payloads = toPayloads("node_1", many);
    for (const payload of payloads) expect(Buffer.byteLength(payload)).toBeLessThan(8000);
    const unpacked = payloads.flatMap((payload) => (JSON.parse(payload) as { news: News[] }).news);
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
