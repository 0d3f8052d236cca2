// Owns the figure "a finished picture is noticed": simulator's status 50 to our job.completed, with 50 jobs at once
// on one account, and how many history requests that costs per second. Refuses to judge; run.ts prints.
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createGateway, loadConfig } from "@jimeng/gateway";

const command = fileURLToPath(new URL("../packages/cli/bin/jimeng.mjs", import.meta.url));
const jobCount = 50;
const hotFrom = 0.9;
const hotUntil = 1.5;

/** Is what one run showed; times in milliseconds. */
export interface Noticing {
  imageSeconds: number;
  jobs: number;
  noticedP50Ms: number;
  noticedP95Ms: number;
  noticedMaxMs: number;
  historyRequests: number;
  hotRequestsPerSecond: number;
  otherRequestsPerSecond: number;
}

interface Simulator {
  url: string;
  child: ChildProcess;
}

function startSimulator(imageSeconds: number): Promise<Simulator> {
  const words = [
    "simulate",
    "--port",
    "0",
    "--media",
    "blank",
    "--image-seconds",
    `${imageSeconds}`,
  ];
  const child = spawn(process.execPath, [command, ...words], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  return new Promise((resolve, reject) => {
    let text = "";
    child.once("exit", () => reject(new Error(`the simulator ended early: ${text}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      text += chunk.toString();
      const url = /http:\/\/127\.0\.0\.1:\d+/.exec(text)?.[0];
      if (url !== undefined) resolve({ url, child });
    });
  });
}

/** Gives the value below which the share of the sorted numbers lies. */
export function percentile(numbers: number[], share: number): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}

/** Starts 50 picture jobs at once and measures until all are stored. */
export async function measureNoticing(imageSeconds: number): Promise<Noticing> {
  const simulator = await startSimulator(imageSeconds);
  const dataDir = mkdtempSync(join(tmpdir(), "jimeng-bench-"));
  const gateway = await createGateway({
    config: loadConfig(
      {
        JIMENG_SESSIONS: "bench=bench0fake0session0bench0fake00",
        JIMENG_BASE_URL: simulator.url,
        LOG_LEVEL: "error",
      },
      { port: 0, dataDir },
    ),
  });
  try {
    const { url } = await gateway.listen();
    const created = await Promise.all(
      Array.from({ length: jobCount }, async (_, index) => {
        const response = await fetch(`${url}/v1/images/generations`, {
          method: "POST",
          headers: { "content-type": "application/json", prefer: "respond-async" },
          body: JSON.stringify({ prompt: `bench ${index}` }),
        });
        const body = (await response.json()) as { id: string };
        return body.id;
      }),
    );
    const completedAt = new Map<string, number>();
    await Promise.all(
      created.map(async (id) => {
        for await (const event of gateway.jobs.events(id)) {
          if (event.name === "job.completed")
            completedAt.set(id, event.job.completedAt ?? Date.now());
          if (event.name === "job.failed") throw new Error(JSON.stringify(event.job.error));
        }
      }),
    );
    const jobs = await Promise.all(created.map((id) => gateway.jobs.get(id)));
    return summarise(imageSeconds, simulator.url, jobs, completedAt);
  } finally {
    await gateway.close();
    simulator.child.kill();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

type Jobs = Awaited<ReturnType<Awaited<ReturnType<typeof createGateway>>["jobs"]["get"]>>[];

async function summarise(
  imageSeconds: number,
  simulatorUrl: string,
  jobs: Jobs,
  completedAt: Map<string, number>,
): Promise<Noticing> {
  const { records } = (await (await fetch(`${simulatorUrl}/_simulator/records`)).json()) as {
    records: Array<{ submit_id: string; completed_at: number }>;
  };
  const { requests } = (await (await fetch(`${simulatorUrl}/_simulator/requests`)).json()) as {
    requests: Array<{ at: number; endpoint: string }>;
  };
  const delays = jobs.map((job) => {
    const record = records.find((candidate) => candidate.submit_id === job?.submitId);
    return (completedAt.get(job?.id ?? "") ?? Number.NaN) - (record?.completed_at ?? Number.NaN);
  });
  const looks = requests.filter((request) => request.endpoint === "history").map(({ at }) => at);
  const windows = jobs.map((job) => {
    const seconds = job?.forecast ? job.forecast.queueSeconds + job.forecast.generateSeconds : 0;
    const from = job?.submittedAt ?? 0;
    return { from: from + hotFrom * seconds * 1000, until: from + hotUntil * seconds * 1000 };
  });
  const isHot = (at: number): boolean =>
    windows.some(({ from, until }) => at >= from && at < until);
  return {
    imageSeconds,
    jobs: jobCount,
    noticedP50Ms: percentile(delays, 0.5),
    noticedP95Ms: percentile(delays, 0.95),
    noticedMaxMs: Math.max(...delays),
    historyRequests: looks.length,
    hotRequestsPerSecond: densest(looks.filter(isHot)),
    otherRequestsPerSecond: densest(looks.filter((at) => !isHot(at))),
  };
}

const second = 1000;

/** Gives the largest number of moments that lie within any one second (half open). */
function densest(moments: number[]): number {
  const sorted = moments.toSorted((a, b) => a - b);
  return Math.max(
    0,
    ...sorted.map((from) => sorted.filter((at) => at >= from && at < from + second).length),
  );
}
