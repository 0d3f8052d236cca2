// The figures of growth: what a job costs when there are many, and what reading and resting cost when many have ended.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atMost, fact } from "../figures.ts";
import { fillWithFinishedJobs } from "../finished-jobs.ts";
import { type Program, startGateway, startSimulator, withFolder } from "../programs.ts";
import { ask } from "../requests.ts";
import { costOfRound } from "./jobs.ts";
import { withGateway } from "./servers.ts";

const largestGrowth = 1.3;
const jobCounts = [100, 1000, 10_000];
const finishedCounts = [1000, 100_000, 1_000_000];

/** Measures the CPU time of a job at 100, 1,000 and 10,000 jobs. */
export function measureJobGrowth(): Promise<Figure[]> {
  const environment = { JIMENG_MAX_QUEUE: "20000" };
  return withGateway({ imageMs: 5000, environment }, async ({ gateway }) => {
    // Code is compiled by its use: without these, the fewest would pay for it.
    await costOfRound(gateway, 400);
    const figures: Figure[] = [];
    let first = Number.NaN;
    for (const [index, count] of jobCounts.entries()) {
      const each = await costOfRound(gateway, count);
      const title = `CPU per job at ${count.toLocaleString("en")} jobs`;
      figures.push(fact(title, each, "ms/job"));
      if (index === 0) first = each;
      else figures.push(atMost(`${title}, against 100`, each / first, largestGrowth, "×"));
    }
    return figures;
  });
}

const reads = 300;
const restMs = 10_000;

/** What a gateway with so many finished jobs needs, in CPU milliseconds. */
interface Costs {
  jobs: number;
  files: number;
  rest: number;
}

/** Measures lists and the rest of a gateway at 1,000, 100,000 and 1,000,000 finished jobs. */
export async function measureFinishedGrowth(): Promise<Figure[]> {
  const simulator = await startSimulator([]);
  const figures: Figure[] = [];
  let first: Costs | undefined;
  try {
    for (const count of finishedCounts) {
      const costs = await withFolder(async (folder) => {
        await (await startGateway(folder, simulator.url)).stop();
        fillWithFinishedJobs(folder, count);
        const gateway = await startGateway(folder, simulator.url, { gauged: true });
        try {
          return await costsOf(gateway);
        } finally {
          await gateway.stop();
        }
      });
      const title = `${count.toLocaleString("en")} finished jobs`;
      first ??= costs;
      for (const [name, what] of names) {
        figures.push(fact(`${title}: ${what}`, costs[name], "ms"));
        // A rest that needs next to nothing is judged by what it needs, not by a ratio of noise.
        if (costs === first || (name === "rest" && costs.rest < restNoiseMs)) continue;
        const ratio = costs[name] / first[name];
        figures.push(atMost(`${title}: ${what}, against 1,000`, ratio, largestGrowth, "×"));
      }
    }
  } finally {
    await simulator.stop();
  }
  return figures;
}

const names = [
  ["jobs", "CPU of GET /v1/jobs, first page"],
  ["files", "CPU of GET /v1/files"],
  ["rest", "CPU of 10 s of rest (sweeps)"],
] as const;
const restNoiseMs = 100;

async function costsOf(gateway: Program): Promise<Costs> {
  const cpuOf = async (work: () => Promise<void>): Promise<number> => {
    const before = await gateway.read();
    await work();
    return (await gateway.read()).cpuMs - before.cpuMs;
  };
  const readOften = (path: string) => async () => {
    for (let index = 0; index < reads; index += 1) await ask(`${gateway.url}${path}`);
  };
  await readOften("/v1/jobs")();
  await readOften("/v1/files")();
  await sleep(restMs / 2);
  return {
    jobs: (await cpuOf(readOften("/v1/jobs"))) / reads,
    files: (await cpuOf(readOften("/v1/files"))) / reads,
    rest: await cpuOf(() => sleep(restMs)),
  };
}
