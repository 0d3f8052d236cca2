// The promise that a video of 200 MB costs the gateway next to no memory, coming in and going upstream in parts.
import { createHash, randomFillSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
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
const cleanups: Array<() => unknown> = [];
afterAll(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function residentMegabytes(gateway: Process): number {
  const status = readFileSync(`/proc/${gateway.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
}

async function peakDuring<T>(gateway: Process, work: Promise<T>): Promise<[T, number]> {
  let peak = residentMegabytes(gateway);
  const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(gateway))), 5);
  const value = await work.finally(() => clearInterval(timer));
  return [value, peak];
}

/** Receives a video, makes another of it, and returns the peaks of the two in MB. */
async function run(gateway: Process, bytes: Buffer): Promise<{ received: number; sent: number }> {
  const sending = fetch(`${gateway.url}/v1/files?filename=large.mp4`, {
    method: "POST",
    headers: { "content-type": "video/mp4" },
    body: new Blob([new Uint8Array(bytes)]),
  }).then((response) => response.json());
  const [file, received] = await peakDuring(gateway, sending);
  expect(file.jimeng.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
  const made = await postJson(`${gateway.url}/v1/videos`, {
    prompt: "like @1",
    model: "jimeng-video-seedance-2.0",
    references: [file.id],
  });
  const ended = until(
    "the video",
    async () => {
      const job = await getJson(`${gateway.url}/v1/jobs/${made.body.id}`);
      return ["completed", "failed"].includes(job.status) ? job : undefined;
    },
    120_000,
  );
  const [job, sent] = await peakDuring(gateway, ended);
  expect(job.status, JSON.stringify(job.error)).toBe("completed");
  return { received, sent };
}

test.runIf(process.platform === "linux")(
  "a video of 200 MB is received and sent upstream in parts with less than 30 MB of memory",
  async () => {
    const scratch = scratchFolder();
    cleanups.push(scratch.remove);
    const quick = ["--media", "blank", "--image-seconds", "0.5", "--video-seconds", "1"];
    const simulator = await startSimulator(join(scratch.path, "simulator"), quick);
    cleanups.push(() => simulator.kill());
    const environment = {
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      JIMENG_BASE_URL: simulator.url,
      RETRY_DELAY: "100",
      POLL_INTERVAL: "200",
    };
    const data = join(scratch.path, "data");
    const gateway = await startGateway(data, environment, { simulated: false });
    cleanups.push(() => gateway.kill());
    // The first video loads code and warms pools; that is not what a file costs.
    await run(gateway, largeMp4(randomFillSync(Buffer.alloc(6 * megabyte))));
    const before = residentMegabytes(gateway);
    const { received, sent } = await run(
      gateway,
      largeMp4(randomFillSync(Buffer.alloc(199 * megabyte))),
    );
    console.log(
      `memory of 200 MB: ${before.toFixed(1)} MB before, received +${(received - before).toFixed(1)}, sent upstream +${(sent - before).toFixed(1)}; peak ${Math.max(received, sent).toFixed(1)}`,
    );
    expect(received - before).toBeLessThan(30);
    expect(sent - before).toBeLessThan(30);
  },
  180_000,
);
