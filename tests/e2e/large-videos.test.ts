// The promise that a large reference video arrives whole, part by part: through cuts, refusals and the death of the
// gateway. The simulator is the judge of what arrives upstream.
import { randomFillSync } from "node:crypto";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { largeMp4 } from "./media.ts";
import {
  fakeSession,
  getJson,
  postJson,
  type Process,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

const megabyte = 1024 * 1024;
let simulator: Process;
let gateway: Process;
let folder: string;
let environment: Record<string, string>;
const cleanups: Array<() => unknown> = [];

beforeAll(async () => {
  const scratch = scratchFolder();
  folder = scratch.path;
  cleanups.push(scratch.remove);
  const quick = ["--media", "blank", "--image-seconds", "0.5", "--video-seconds", "1"];
  simulator = await startSimulator(join(folder, "simulator"), quick);
  cleanups.push(() => simulator.kill());
  environment = {
    JIMENG_SESSIONS: `mine=${fakeSession}`,
    JIMENG_BASE_URL: simulator.url,
    RETRY_DELAY: "100",
    POLL_INTERVAL: "200",
  };
  gateway = await startGateway(join(folder, "data"), environment, { simulated: false });
  cleanups.push(() => gateway.kill());
});
afterEach(() => fetch(`${simulator.url}/_simulator/faults`, { method: "DELETE" }));
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

const starts = async (): Promise<unknown[]> =>
  (await getJson(`${simulator.url}/_simulator/accepted-starts`)).accepted_starts;
const requestsTo = async (endpoint: string): Promise<{ accepted: boolean }[]> =>
  (await getJson(`${simulator.url}/_simulator/requests?endpoint=${endpoint}`)).requests;
const fault = (setting: object) => postJson(`${simulator.url}/_simulator/faults`, setting);

/** Uploads a new video of about so many megabytes to the gateway and orders a video from it. */
async function order(megabytes: number): Promise<string> {
  const bytes = largeMp4(randomFillSync(Buffer.alloc(megabytes * megabyte)));
  const uploaded = await fetch(`${gateway.url}/v1/files?filename=large.mp4`, {
    method: "POST",
    headers: { "content-type": "video/mp4" },
    body: new Uint8Array(bytes),
  });
  const file: any = await uploaded.json();
  expect(file.jimeng, JSON.stringify(file)).toMatchObject({ kind: "video" });
  const made = await postJson(`${gateway.url}/v1/videos`, {
    prompt: "like @1",
    model: "jimeng-video-seedance-2.0",
    references: [file.id],
  });
  expect(made.status, JSON.stringify(made.body)).toBe(200);
  return made.body.id;
}

async function completed(id: string): Promise<void> {
  const job = await until(
    `the job ${id}`,
    async () => {
      const seen = await getJson(`${gateway.url}/v1/jobs/${id}`);
      return ["completed", "failed", "cancelled"].includes(seen.status) ? seen : undefined;
    },
    60_000,
  );
  expect(job.status, JSON.stringify(job.error)).toBe("completed");
}

describe("a large reference video", () => {
  test("goes upstream in parts of 5 MiB and is used in one start", async () => {
    const before = (await requestsTo("upload_part")).length;
    await completed(await order(11));
    const parts = (await requestsTo("upload_part")).slice(before);
    expect(parts.map(({ accepted }) => accepted)).toEqual([true, true, true]);
    expect(await requestsTo("upload_finish")).toHaveLength(1);
    expect(await starts()).toHaveLength(1);
  }, 60_000);

  test.each<[string, object[]]>([
    ["a cut in its second part", [{ kind: "drop_before", after: 1 }]],
    ["an answer to a part that is lost", [{ kind: "drop_after", after: 1 }]],
    ["a 503 for its third part", [{ kind: "http_status", status: 503, after: 2 }]],
    ["a part whose bytes were spoiled", [{ kind: "crc_mismatch", after: 1 }]],
    ["a part that is spoiled twice, so that it begins anew", [{ kind: "crc_mismatch", times: 2 }]],
  ])(
    "survives %s, and is paid once",
    async (_what, faults) => {
      const [before, applied] = [(await starts()).length, (await requestsTo("vod_apply")).length];
      for (const setting of faults) await fault({ endpoint: "upload_part", ...setting });
      await completed(await order(11));
      expect(await starts()).toHaveLength(before + 1);
      const isNew = faults.some((setting) => "times" in setting);
      expect(await requestsTo("vod_apply")).toHaveLength(applied + (isNew ? 2 : 1));
    },
    60_000,
  );

  test("begins anew at apply when the upstream forgot it half-way", async () => {
    const [before, sent] = [(await starts()).length, (await requestsTo("upload_part")).length];
    await fault({ endpoint: "upload_part", kind: "delay", ms: 1500, after: 1 });
    const id = await order(11);
    await until("the first part", async () =>
      (await requestsTo("upload_part")).length > sent ? true : undefined,
    );
    await fetch(`${simulator.url}/_simulator/uploads`, { method: "DELETE" });
    await completed(id);
    expect(await starts()).toHaveLength(before + 1);
  }, 60_000);

  test("is uploaded on after SIGKILL between two parts, and paid once", async () => {
    const [before, sent] = [(await starts()).length, (await requestsTo("upload_part")).length];
    await fault({ endpoint: "upload_part", kind: "delay", ms: 3000, after: 1 });
    const id = await order(11);
    await until("the first part", async () =>
      (await requestsTo("upload_part")).length > sent ? true : undefined,
    );
    await gateway.kill();
    gateway = await startGateway(join(folder, "data"), environment, { simulated: false });
    cleanups.push(() => gateway.kill());
    await completed(id);
    expect(await starts()).toHaveLength(before + 1);
  }, 60_000);
});
