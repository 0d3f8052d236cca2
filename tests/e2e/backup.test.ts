// The promise of `jimeng backup`: a copy made while the gateway works is a data folder that another gateway can be
// started on, and its unfinished jobs go on there without being paid again.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  runCommand,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

const cleanups: Array<() => unknown> = [];
let simulator: Process;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
  simulator = await startSimulator(join(folder, "upstream"), [
    ...["--media", "blank", "--image-seconds", "1.5"],
  ]);
  cleanups.push(() => simulator.kill());
  environment = {
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
  };
});
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

async function start(data: string): Promise<Process> {
  const gateway = await startGateway(data, environment, { simulated: false });
  cleanups.push(() => gateway.kill());
  return gateway;
}

function backUp(words: string[], more: Record<string, string> = {}) {
  const settings = { ...environment, JIMENG_DATA_DIR: join(folder, "live"), ...more };
  return runCommand(["backup", ...words], settings);
}

describe("jimeng backup", () => {
  test("of a working gateway restores its jobs and files, and unfinished jobs go on unpaid", async () => {
    const live = await start(join(folder, "live"));
    const order = (prompt: string, headers: Record<string, string> = {}) =>
      postJson(`${live.url}/v1/images/generations`, { prompt }, headers);
    const done = await order("finished before");
    expect(done.status).toBe(200);
    const waiting = await Promise.all(
      ["one", "two", "three"].map((prompt) => order(prompt, { prefer: "respond-async" })),
    );
    const ids = waiting.map(({ body }) => body.id as string);
    await until("all starts", async () => {
      const jobs = await Promise.all(ids.map((id) => getJson(`${live.url}/v1/jobs/${id}`)));
      return jobs.every(({ started_at: at }) => at !== null) ? true : undefined;
    });

    const to = join(folder, "restored");
    const backup = await backUp(["--to", to, "--with-assets", "--json"]);
    expect(backup.code, backup.output).toBe(0);
    expect(JSON.parse(backup.stdout)).toMatchObject({ to, from: join(folder, "live") });
    expect(existsSync(join(to, "gateway.json"))).toBe(false);
    // The original works on, and is then lost.
    expect((await order("after")).status).toBe(200);
    await live.kill();

    const restored = await start(to);
    const { data } = await getJson(`${restored.url}/v1/jobs?limit=100`);
    const found = data.map(({ id }: { id: string }) => id);
    expect(new Set(found)).toEqual(new Set([done.body.job_id, ...ids]));
    const old = (done.body.data[0].url as string).replace(live.url, restored.url);
    expect((await fetch(old)).status).toBe(200);
    for (const id of ids) {
      const job = await until("an unfinished job", async () => {
        const seen = await getJson(`${restored.url}/v1/jobs/${id}`);
        return seen.status === "completed" ? seen : undefined;
      });
      const { accepted_starts: starts } = await getJson(
        `${simulator.url}/_simulator/accepted-starts`,
      );
      const paid = (entry: { submit_id: string }) => entry.submit_id === job.upstream.submit_id;
      expect(starts.filter(paid)).toHaveLength(1);
      expect((await fetch(job.result.assets[0].url)).status).toBe(200);
    }
  });

  test("never starts what waited when it was made: the original may have started it since", async () => {
    const limit = (parallel: number | null) =>
      postJson(`${simulator.url}/_simulator/settings`, { parallel_limit: parallel });
    const live = await start(join(folder, "waiting"));
    await limit(0);
    const order = await postJson(
      `${live.url}/v1/images/generations`,
      { prompt: "waits for its turn" },
      { prefer: "respond-async" },
    );
    const id = order.body.id as string;
    const to = join(folder, "too-early");
    const settings = { JIMENG_DATA_DIR: join(folder, "waiting") };
    expect((await backUp(["--to", to], settings)).code).toBe(0);
    await limit(null);
    const ended = (url: string) =>
      until(
        "the end",
        async () => {
          const seen = await getJson(`${url}/v1/jobs/${id}`);
          return seen.completed_at === null ? undefined : seen;
        },
        // A refused start waits longer each time, and a command ran meanwhile.
        80_000,
      );
    const made = await ended(live.url);
    expect(made.status).toBe("completed");
    await live.kill();
    const restored = await start(to);
    expect(await ended(restored.url)).toMatchObject({
      status: "failed",
      error: { code: "timeout", reason: "start_deadline", charged: "no" },
    });
    const { accepted_starts: starts } = await getJson(
      `${simulator.url}/_simulator/accepted-starts`,
    );
    const own = starts.filter(
      (entry: { submit_id: string }) => entry.submit_id === made.upstream.submit_id,
    );
    expect(own).toHaveLength(1);
  }, 200_000);

  test("says no in one line to a taken place and to a database that is away", async () => {
    const taken = await backUp(["--to", join(folder, "upstream")]);
    expect(taken.code).toBe(2);
    expect(taken.output).toMatch(/^error: There is already something at /m);
    const elsewhere = await backUp(["--to", join(folder, "x")], {
      DATABASE_URL: "postgres://127.0.0.1:1/none",
      JIMENG_SECRET_KEY: "obviously-fake-secret-key",
    });
    expect(elsewhere.code).toBe(2);
    expect(elsewhere.output).toMatch(/^error: DATABASE_URL: the database cannot be opened: /m);
  });
});
