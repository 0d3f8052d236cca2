// One soak: jobs at a steady rate while the upstream misbehaves, and what the gateway's memory, handles, metrics and ledger
// say in the end.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { createSimulator } from "@jimeng/simulator";
import { allSettled, judgeCosts } from "../chaos/costs.ts";
import { drawFault } from "../chaos/faults.ts";
import { startGatewayProcess } from "../chaos/gateway-process.ts";
import { allEnded, listJobs } from "../chaos/judge.ts";
import type { JobView } from "../chaos/judge.ts";
import { Random } from "../chaos/random.ts";
import { hastySettings, makeSessions, toSessionSetting } from "../chaos/run.ts";
import { median, readMetrics, sumOf } from "./metrics.ts";
import type { Sample } from "./metrics.ts";

/** How long and how hard. */
export interface SoakOptions {
  minutes: number;
  jobsPerSecond: number;
  seed: number;
  /** Told of each sample. */
  onSample?: (sample: Sample) => void;
}

/** What a soak showed; the lists of complaints must be empty. */
export interface SoakReport {
  jobs: number;
  starts: number;
  completed: number;
  ended: Record<string, number>;
  /** Faults that hit a request. */
  faults: number;
  /** The median of the resident memory in each third, in MiB. */
  memory: number[];
  /** Open files and sockets before the first job, and after the last one. */
  handles: { before: number; after: number };
  /** Names jobs that were lost, started twice, or say another cost than was charged. */
  complaints: string[];
  /** What the metrics say beside what really happened, by name. */
  figures: Record<string, { told: number; real: number }>;
  output: string;
}

const accounts = 8;
const sampleEveryMs = 5000;
const patienceMs = 180_000;
const faultEveryMs = 1000;
// Connections are kept alive for 72 s; only what is still open after that has leaked.
const restMs = 100_000;
const timing = { imageMs: 1500, visibleAfterMs: 200, creditRowsAfterMs: 1500 };

/** Runs once; everything it started is gone when it returns. */
export async function runSoak(options: SoakOptions): Promise<SoakReport> {
  const random = new Random(options.seed);
  const folder = await mkdtemp(join(tmpdir(), "jimeng-soak-"));
  const simulator = await createSimulator({
    media: "blank",
    timing,
    duplicateSubmit: "second-record",
  });
  const gateway = await startGatewayProcess({
    ...hastySettings,
    JIMENG_DATA_DIR: folder,
    JIMENG_BASE_URL: simulator.url,
    JIMENG_SESSIONS: toSessionSetting(makeSessions(accounts)),
  });
  try {
    // Counting begins with the first scrape.
    await readMetrics(gateway);
    const before = (await readMetrics(gateway)).handles;
    const samples: Sample[] = [];
    const endAt = Date.now() + options.minutes * 60_000;
    const work = { isOver: false };
    const sampling = sample(samples);
    const troubles = trouble();
    const refused = await submitUntil(endAt);
    work.isOver = true;
    await Promise.all([sampling, troubles]);
    const faults = simulator.faults().reduce((sum, { hits }) => sum + hits, 0);
    simulator.removeFault();
    await allEnded(gateway.url, patienceMs);
    const list = () => listJobs(gateway.url);
    await allSettled(list, patienceMs);
    await sleep(restMs);
    const jobs = await list();
    const last = await readMetrics(gateway);
    return {
      ...judgeJobs(jobs, refused),
      faults,
      memory: thirdsOf(samples),
      handles: { before, after: last.handles },
      figures: compare(jobs, last.text),
      output: gateway.output(),
    };

    async function sample(into: Sample[]): Promise<void> {
      while (!work.isOver) {
        const taken = await readMetrics(gateway);
        into.push(taken);
        options.onSample?.(taken);
        await sleep(sampleEveryMs);
      }
    }

    async function trouble(): Promise<void> {
      while (!work.isOver) {
        await sleep(faultEveryMs);
        const fault = drawFault(random);
        const isWaiting = simulator
          .faults()
          .some(({ endpoint, hits }) => endpoint === fault.endpoint && hits === 0);
        if (!isWaiting) simulator.addFault(fault);
      }
    }
  } finally {
    await gateway.kill();
    await simulator.close();
    await rm(folder, { recursive: true, force: true });
  }

  /** Sends jobs at the rate; returns the prompts of those that were not taken. */
  async function submitUntil(endAt: number): Promise<string[]> {
    const refused: string[] = [];
    const sending = new Set<Promise<void>>();
    const startedAt = Date.now();
    for (let number = 0; Date.now() < endAt; number++) {
      const dueAt = startedAt + (number * 1000) / options.jobsPerSecond;
      await sleep(Math.max(0, dueAt - Date.now()));
      const prompt = `soak ${number}`;
      const one = submit(prompt).then((isTaken) => {
        if (!isTaken) refused.push(prompt);
        sending.delete(one);
      });
      sending.add(one);
    }
    await Promise.all(sending);
    return refused;
  }

  async function submit(prompt: string): Promise<boolean> {
    const response = await fetch(`${gateway.url}/v1/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ kind: "image", prompt, count: 1 }),
    }).catch(() => undefined);
    await response?.arrayBuffer();
    return response?.status === 202;
  }

  function judgeJobs(jobs: readonly JobView[], refused: readonly string[]) {
    const starts = simulator.acceptedStarts();
    const complaints = refused.map((prompt) => `"${prompt}" was not taken`);
    const ended: Record<string, number> = {};
    const known = new Set<string>();
    for (const { id, status, error, upstream } of jobs) {
      if (upstream.submit_id !== null) known.add(upstream.submit_id);
      if (status === "queued" || status === "in_progress") complaints.push(`${id} has not ended`);
      if (status === "completed") continue;
      const code = error?.code ?? status;
      ended[code] = (ended[code] ?? 0) + 1;
    }
    const seen = new Set<string>();
    for (const { submit_id: submitId } of starts) {
      if (seen.has(submitId)) complaints.push(`${submitId} was started twice`);
      if (!known.has(submitId)) complaints.push(`no job knows the start ${submitId}`);
      seen.add(submitId);
    }
    complaints.push(...judgeCosts(jobs, starts));
    const completed = jobs.filter(({ status }) => status === "completed").length;
    return { jobs: jobs.length, starts: starts.length, completed, ended, complaints };
  }

  /** Sets what the metrics say beside the jobs, the ledger and what the simulator took. */
  function compare(jobs: readonly JobView[], metrics: string): SoakReport["figures"] {
    const starts = simulator.acceptedStarts();
    const sum = (pick: (job: JobView) => number | null): number =>
      jobs.reduce((total, job) => total + (pick(job) ?? 0), 0);
    return {
      "jobs created": { told: sumOf(metrics, "jimeng_jobs_created_total"), real: jobs.length },
      "jobs ended": { told: sumOf(metrics, "jimeng_jobs_ended_total"), real: jobs.length },
      "starts accepted": {
        told: sumOf(metrics, "jimeng_job_queue_duration_seconds_count"),
        real: starts.length,
      },
      "credits charged, by the upstream": {
        told: sumOf(metrics, "jimeng_credits_charged_total"),
        real: starts.reduce((total, { charged }) => total + charged, 0),
      },
      "credits charged, by the ledger": {
        told: sumOf(metrics, "jimeng_credits_charged_total"),
        real: sum(({ cost }) => cost.charged),
      },
      "credits refunded, by the ledger": {
        told: sumOf(metrics, "jimeng_credits_refunded_total"),
        real: sum(({ cost }) => cost.refunded),
      },
    };
  }
}

function thirdsOf(samples: readonly Sample[]): number[] {
  const third = Math.floor(samples.length / 3);
  return [0, 1, 2].map((index) =>
    median(samples.slice(index * third, (index + 1) * third).map(({ memoryMiB }) => memoryMiB)),
  );
}
