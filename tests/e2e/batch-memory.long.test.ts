// The promise that a batch of 100,000 lines costs the gateway next to no memory: coming in, becoming jobs, read as
// results, cancelled.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { GatewayClient } from "@jimeng/gateway/api";
import {
  fakeSession,
  type Process,
  scratchFolder,
  startGateway,
  startSimulator,
  until,
} from "./processes.ts";

const lineCount = 100_000;
const warmLines = 5000;
const maxGrowthMegabytes = 48;
const workMs = 20_000;
const patienceMs = 600_000;
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
  const timer = setInterval(() => (peak = Math.max(peak, residentMegabytes(gateway))), 20);
  const value = await work.finally(() => clearInterval(timer));
  return [value, peak];
}

function* toLines(count: number, name: string): Generator<string> {
  for (let line = 0; line < count; line++) {
    const prompt = `${name} ${line}: ${"a lighthouse in the evening sun ".repeat(6)}`;
    yield JSON.stringify({ custom_id: `line-${line}`, kind: "image", prompt, count: 1 });
  }
}

test.runIf(process.platform === "linux")(
  "100,000 lines are received, worked on, read and cancelled in flat memory",
  async () => {
    const scratch = scratchFolder();
    cleanups.push(scratch.remove);
    const quick = ["--media", "blank", "--image-seconds", "0.5"];
    const simulator = await startSimulator(join(scratch.path, "simulator"), quick);
    cleanups.push(() => simulator.kill());
    const gateway = await startGateway(
      join(scratch.path, "data"),
      {
        JIMENG_SESSIONS: `mine=${fakeSession}`,
        JIMENG_BASE_URL: simulator.url,
        POLL_INTERVAL: "500",
      },
      { simulated: false },
    );
    cleanups.push(() => gateway.kill());
    const { batches } = new GatewayClient({ baseUrl: gateway.url });

    const ended = (id: string) =>
      until(
        "the end of the batch",
        async () => {
          const batch = await batches.retrieve(id);
          return batch.status === "cancelled" ? batch : undefined;
        },
        patienceMs,
      );
    const walk = async (count: number, name: string): Promise<number[]> => {
      const sending = batches.create(toLines(count, name), { confirm: true });
      const [batch, received] = await peakDuring(gateway, sending);
      expect(batch.counts).toMatchObject({ total: count, pending: count });
      const [, worked] = await peakDuring(gateway, sleep(workMs));
      let read = 0;
      const reading = (async () => {
        for await (const result of batches.results(batch.id)) expect(result.line).toBe(++read);
      })();
      const [, shown] = await peakDuring(gateway, reading);
      expect(read).toBe(count);
      await batches.cancel(batch.id);
      const [cancelled, stopped] = await peakDuring(gateway, ended(batch.id));
      const { counts } = cancelled;
      expect(counts.completed + counts.failed + counts.cancelled).toBe(count);
      expect(counts.completed).toBeGreaterThan(0);
      return [received, worked, shown, stopped];
    };
    // The first batch loads code and warms pools; that is not what lines cost.
    await walk(warmLines, "warm");
    const before = residentMegabytes(gateway);
    const peaks = await walk(lineCount, "line");
    const growth = peaks.map((peak) => Math.round(peak - before));
    console.log(`100,000 lines: +${growth.join(", +")} MB received, worked on, read, cancelled`);
    expect(Math.max(...growth)).toBeLessThan(maxGrowthMegabytes);
  },
  patienceMs,
);
