// The promise of `jimeng backup` and `jimeng restore` for PostgreSQL and S3, through the real commands: a node's jobs and
// files are there again on another database and bucket, nothing is paid twice, and a killed restore leaves nothing.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { Client } from "pg";
import { afterEach, beforeEach, describe, expect, inject, test } from "vitest";

import { s3Credentials, startS3Server } from "../../packages/gateway/src/testing/s3-server.ts";
import type { S3Server } from "../../packages/gateway/src/testing/s3-server.ts";
import { makeEmptyDatabase } from "../postgres/database.ts";
import {
  fakeSession,
  getJson,
  postJson,
  runCommand,
  scratchFolder,
  startCommand,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";
import type { Process } from "./processes.ts";

const cleanups: Array<() => unknown> = [];
let folder: string;
let s3: S3Server;
let simulator: Process;
let live: Record<string, string>;
let other: Record<string, string>;
beforeEach(async () => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
  s3 = await startS3Server();
  cleanups.push(() => s3.remove());
  simulator = await startSimulator(join(folder, "upstream"), [
    ...["--media", "blank", "--image-seconds", "8"],
  ]);
  cleanups.push(() => simulator.kill());
  [live, other] = [await settings("live"), await settings("other")];
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function settings(name: string): Promise<Record<string, string>> {
  const database = await makeEmptyDatabase(inject("postgresUrl"));
  cleanups.push(() => database.remove());
  return {
    ...s3Credentials,
    DATABASE_URL: database.url,
    ASSETS_URL: s3.url(name),
    JIMENG_SECRET_KEY: "obviously-fake-secret",
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
    JIMENG_DATA_DIR: join(folder, name),
  };
}

async function start(environment: Record<string, string>): Promise<Process> {
  const { JIMENG_DATA_DIR: data = "" } = environment;
  const gateway = await startGateway(data, environment, { simulated: false });
  cleanups.push(() => gateway.kill());
  return gateway;
}

async function order(gateway: Process, prompt: string): Promise<string> {
  const body = { prompt, n: 1 };
  const answer = await postJson(`${gateway.url}/v1/images/generations`, body, {
    prefer: "respond-async",
  });
  return answer.body.id;
}

const ended = (gateway: Process, id: string) =>
  until(
    "the end of a job",
    async () => {
      const job = await getJson(`${gateway.url}/v1/jobs/${id}`);
      return job.completed_at === null ? undefined : job;
    },
    120_000,
  );

const limit = (parallel: number | null) =>
  postJson(`${simulator.url}/_simulator/settings`, { parallel_limit: parallel });

async function startsOf(submitId: string): Promise<number> {
  const path = "/_simulator/accepted-starts";
  const { accepted_starts: starts } = await getJson(`${simulator.url}${path}`);
  return starts.filter((entry: { submit_id: string }) => entry.submit_id === submitId).length;
}

async function rowsOf(environment: Record<string, string>, statement: string): Promise<unknown[]> {
  const client = new Client({ connectionString: environment["DATABASE_URL"] });
  await client.connect();
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

describe("jimeng backup of a node on PostgreSQL and S3", () => {
  test("made while it works brings everything to another database and bucket, and nothing is paid twice", async () => {
    const gateway = await start(live);
    const done = await ended(gateway, await order(gateway, "finished before"));
    const running = await order(gateway, "runs when it is made");
    await until("its start", async () => {
      const { started_at: at } = await getJson(`${gateway.url}/v1/jobs/${running}`);
      return at ?? undefined;
    });
    await limit(0);
    const waiting = await order(gateway, "waits when it is made");
    const to = join(folder, "backup");
    const backup = await runCommand(["backup", "--to", to, "--with-assets", "--json"], live);
    expect(backup.code, backup.output).toBe(0);
    expect(JSON.parse(backup.stdout)).toMatchObject({ parts: [""], missing_files: [] });
    await limit(null);
    const made = await ended(gateway, waiting);
    expect(made.status).toBe("completed");
    await gateway.kill();

    const restored = await runCommand(["restore", "--from", to, "--json"], other);
    expect(restored.code, restored.output).toBe(0);
    expect(JSON.parse(restored.stdout)).toMatchObject({ with_assets: true, missing_files: [] });
    const again = await start(other);
    const url = new URL(done.result.assets[0].url as string);
    const picture = await fetch(`${again.url}${url.pathname}${url.search}`);
    expect(picture.status).toBe(200);
    expect((await picture.arrayBuffer()).byteLength).toBeGreaterThan(50);
    const found = await ended(again, running);
    expect(found.status).toBe("completed");
    expect(await startsOf(found.upstream.submit_id)).toBe(1);
    expect(await ended(again, waiting)).toMatchObject({
      status: "failed",
      error: { code: "timeout", reason: "start_deadline", charged: "no" },
    });
    expect(await startsOf(made.upstream.submit_id)).toBe(1);
    // New work, its event and its search entry go on where the old ones ended.
    const after = await ended(again, await order(again, "made after the restore"));
    expect(after.status).toBe("completed");
    const search = await until("the search index", async () => {
      const { data } = await getJson(`${again.url}/v1/assets?q=finished`);
      return data.length === 1 ? data : undefined;
    });
    expect(search[0].id).toBe(done.result.assets[0].id);
  }, 240_000);

  test("that finds no file in the bucket says so and ends with 1; a restore that is killed leaves nothing", async () => {
    const gateway = await start(live);
    const done = await ended(gateway, await order(gateway, "lost later"));
    await gateway.kill();
    await rowsOf(
      live,
      `insert into jobs select (jsonb_populate_record(jobs, jsonb_build_object('id', 'many_' || n,
        'submit_id', null))).* from jobs, generate_series(1, 20000) as n`,
    );
    // A bucket that never had it.
    const lost = { ...live, ASSETS_URL: s3.url("emptied") };
    const to = join(folder, "backup");
    const backup = await runCommand(["backup", "--to", to, "--with-assets"], lost);
    expect(backup.code).toBe(1);
    expect(backup.output).toContain(done.result.assets[0].id);
    expect(existsSync(join(to, "backup.json"))).toBe(true);

    const killed = startCommand(["restore", "--from", to], other);
    await until("the middle of the restore", async () => {
      const busy = `select 1 from pg_stat_activity
        where datname = current_database() and query like 'insert into "jobs"%'`;
      return (await rowsOf(other, busy)).length > 0 ? true : undefined;
    });
    killed.child.kill("SIGKILL");
    await killed.ended;
    await until("the server to notice", async () => {
      const connected = `select 1 from pg_stat_activity where application_name = 'jimeng'
        and datname = current_database()`;
      return (await rowsOf(other, connected)).length === 0 ? true : undefined;
    });
    expect(await rowsOf(other, "select id from jobs limit 1")).toEqual([]);
    const again = await runCommand(["restore", "--from", to, "--json"], other);
    expect(again.code, again.output).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({ missing_files: [expect.any(String)] });
    expect(await rowsOf(other, "select count(*)::int as jobs from jobs")).toEqual([
      { jobs: 20_001 },
    ]);
    // A second one finds it in use.
    const taken = await runCommand(["restore", "--from", to], other);
    expect(taken.code).toBe(2);
    expect(taken.output).toMatch(/^error: The database of DATABASE_URL is in use/m);
  }, 240_000);
});
