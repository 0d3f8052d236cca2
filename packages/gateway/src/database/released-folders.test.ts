// Tests that this version takes over the data folders of earlier ones, which scripts/make-data-folder.mjs made: every job,
// result and key is what it was, and what ran goes on. A folder is called by its version, or by its last migration.

import { readFileSync, readdirSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gunzipSync } from "node:zlib";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "../testing/gateway-with-accounts.ts";
import type { GatewayWithAccounts } from "../testing/gateway-with-accounts.ts";
import { inspectSqlite } from "./inspect.ts";
import { databaseFile } from "./sqlite.ts";

interface Expected {
  /** A moment after the last change, in Unix milliseconds. */
  now: number;
  jobs: { id: string; kind: string; status: string; model: string; request: object }[];
  assets: { id: string; starred: boolean; tags: string[] }[];
}

const fixtures = fileURLToPath(new URL("./__fixtures__/", import.meta.url));
const folders = readdirSync(fixtures);
const key = "fake-key-a-000000";

test("every released version has a data folder here", () => {
  const changelog = readFileSync(new URL("../../../../CHANGELOG.md", import.meta.url), "utf8");
  const versions = [...changelog.matchAll(/^## \[(\d+\.\d+\.\d+)\]/gm)].map(
    ([, version]) => version,
  );
  expect(versions.filter((version) => !folders.includes(`data-folder-${version}`))).toEqual([]);
});

describe.each(folders)("%s", (name) => {
  const from = join(fixtures, name);
  const expected = JSON.parse(readFileSync(join(from, "expected.json"), "utf8")) as Expected;
  let dataDir: string;
  let open: GatewayWithAccounts;

  beforeAll(async () => {
    open = await openGatewayWithAccounts(
      {
        JIMENG_SESSIONS: `main=${fakeSessions.one}`,
        JIMENG_API_KEYS: `a=${key}`,
        JIMENG_SECRET_KEY: "0".repeat(64),
      },
      {
        startAt: expected.now,
        async prepare(folder) {
          dataDir = folder;
          const database = gunzipSync(readFileSync(join(from, "jimeng.db.gz")));
          await writeFile(join(folder, databaseFile), database);
        },
      },
    );
  });
  afterAll(() => open.close());

  const list = async <Item>(path: string, bearer?: string): Promise<Item[]> =>
    (await open.ask("GET", path, undefined, bearer)).json<{ data: Item[] }>().data;

  test("is sound, and has the newest tables", async () => {
    expect(await inspectSqlite(dataDir)).toMatchObject({ state: "sound", pending: 0, newer: null });
  });

  test("shows every job as it was, and each key its own", async () => {
    const jobs = await list<Expected["jobs"][0]>("/v1/jobs?order=asc&limit=100");
    expect(jobs.map(({ id }) => id)).toEqual(expected.jobs.map(({ id }) => id));
    for (const [index, job] of jobs.entries()) {
      const { id, kind, status, model, request } = expected.jobs[index]!;
      expect(job).toMatchObject({ id, kind, status, model, request });
    }
    expect(new Set(jobs.map(({ status }) => status))).toEqual(
      new Set(["completed", "in_progress", "cancelled"]),
    );
    const own = await list<object>("/v1/jobs", key);
    expect(own).toMatchObject([{ request: { prompt: "a harbour" } }]);
  });

  test("has its results in the library, with their stars, tags and trash", async () => {
    const assets = await list<Expected["assets"][0]>("/v1/assets?order=asc&limit=100");
    const trashed = await list<object>("/v1/assets?trashed=true");
    // Versions before the library had no trash.
    const hadLibrary = expected.assets.length > 0;
    expect([assets.length, trashed.length]).toEqual(hadLibrary ? [3, 1] : [4, 0]);
    for (const { id, starred, tags } of expected.assets) {
      expect(assets.find((asset) => asset.id === id)).toMatchObject({ starred, tags });
    }
    expect(await list("/v1/assets?q=灯塔")).not.toEqual([]);
  });

  test("goes on with what ran: it is looked up, and not posted again", async () => {
    await open.gateway.jobs.start();
    // The site forecast an hour, and is first asked after three fifths of it.
    await open.clock.advance(2_400_000);
    const rows = await open.database();
    const running = rows.find(({ status }) => status === "in_progress");
    const submitId = running?.submit_id ?? "none";
    expect(open.upstream.polls.some(({ ids }) => ids.includes(submitId))).toBe(true);
    expect(open.upstream.posts).not.toContain(submitId);
  });
});
