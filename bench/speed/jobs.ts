// The figures of jobs: how soon a caller has what is ready, how long many jobs take together, what each costs in CPU
// time, and how much memory they need.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atMost, fact, notRun, percentile } from "../figures.ts";
import type { Reading } from "../programs.ts";
import { type SeenRequest, ask, requestsAt } from "../requests.ts";
import {
  type Answered,
  type Servers,
  makePictures,
  residentMebibytes,
  submitIdOf,
  withBareGateway,
  withGateway,
  withNpmStart,
} from "./servers.ts";

const secondMs = 1000;
const warmingPictures = 40;
// What a job leaves to do when its caller has the answer is a part of its cost.
const restMs = 500;

// The times of the twelve pictures: 3.0 to 3.75 s.
const readyPictures = 12;
const readyFromMs = 3000;
const readyUntilMs = 3750;
const readyRounds = 4;
const shuffleStep = 5;

/** Measures how soon callers have pictures that take between 3.0 and 3.75 s. */
export async function measureReady(): Promise<Figure[]> {
  const options = { imageMs: (readyFromMs + readyUntilMs) / 2 };
  const ours = await withGateway(options, delaysOfRounds);
  const bare = await withBareGateway(options, delaysOfRounds);
  const title = "ready → caller has it, twelve of 3.0–3.75 s";
  return [
    atMost(`${title}: mean`, mean(ours.delaysMs), 300, "ms"),
    atMost(`${title}: p95`, percentile(ours.delaysMs, 0.95), 600, "ms"),
    atMost(`${title}: history requests in the densest second`, ours.densest, 2, "requests"),
    fact(`${title}: mean of the bare gateway`, mean(bare.delaysMs), "ms"),
  ];
}

async function delaysOfRounds(servers: Servers): Promise<{ delaysMs: number[]; densest: number }> {
  await makePictures(servers.gateway.url, readyPictures);
  const delaysMs: number[] = [];
  const begunAt = Date.now();
  for (let round = 0; round < readyRounds; round += 1) {
    await spreadTimes(servers.simulator.url);
    const answered = await makePictures(servers.gateway.url, readyPictures);
    delaysMs.push(...(await delaysOf(servers, answered)));
  }
  return { delaysMs, densest: densest(await historyRequests(servers.simulator.url, begunAt)) };
}

/** Gives each of the next twelve pictures a time of its own. */
async function spreadTimes(simulatorUrl: string): Promise<void> {
  const stepMs = (readyUntilMs - readyFromMs) / (readyPictures - 1);
  // Each fault lets the starts before its own pass. The shortest is not the first that is started.
  const faults = Array.from({ length: readyPictures }, (_, index) => ({
    kind: "lasts",
    endpoint: "generate",
    after: index,
    generate_ms: Math.round(readyFromMs + ((index * shuffleStep) % readyPictures) * stepMs),
  }));
  for (const fault of faults) await ask(`${simulatorUrl}/_simulator/faults`, fault);
}

interface UpstreamRecord {
  submit_id: string;
  accepted_at: number;
  completed_at: number;
}

async function delaysOf(
  { simulator, gateway }: Servers,
  answered: readonly Answered[],
): Promise<number[]> {
  const { body } = await ask(`${simulator.url}/_simulator/records`);
  const { records } = body as { records: UpstreamRecord[] };
  const doneAt = new Map(records.map((record) => [record.submit_id, record.completed_at]));
  return await Promise.all(
    answered.map(async ({ answer, at }) => {
      const completedAt = doneAt.get(await submitIdOf(gateway.url, answer));
      return at - (completedAt ?? Number.NaN);
    }),
  );
}

// Job time and number of the jobs on one account, and the bounds for them.
const jobMs = 5000;
const fewJobs = { count: 50, makespan: 1.18, requests: 0.15 };
const manyJobs = { count: 200, makespan: 1.45, requests: 0.06 };
const largestBatch = 50;

/** Measures how long 50 and 200 jobs of 5 s take together on one account, and their history requests. */
export async function measureMakespan(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const { count, makespan, requests } of [fewJobs, manyJobs]) {
    const ours = await withGateway({ imageMs: jobMs }, (servers) => spanOf(servers, count));
    const bare = await withBareGateway({ imageMs: jobMs }, (servers) => spanOf(servers, count));
    const title = `${count} jobs of 5 s, one account`;
    figures.push(
      atMost(`${title}: makespan / job time`, ours.spanMs / jobMs, makespan, "×"),
      fact(`${title}: makespan / job time of the bare gateway`, bare.spanMs / jobMs, "×"),
      atMost(
        `${title}: history requests per job`,
        ours.history.length / count,
        requests,
        "requests",
      ),
      atMost(
        `${title}: history requests in the densest second`,
        densest(ours.history),
        2,
        "requests",
      ),
      atMost(`${title}: most ids in one request`, mostIds(ours.history), largestBatch, "requests"),
    );
  }
  return figures;
}

async function spanOf(
  { simulator, gateway }: Servers,
  count: number,
): Promise<{ spanMs: number; history: SeenRequest[] }> {
  await makePictures(gateway.url, warmingPictures);
  const begunAt = Date.now();
  const answered = await makePictures(gateway.url, count);
  const endedAt = Math.max(...answered.map(({ at }) => at));
  return { spanMs: endedAt - begunAt, history: await historyRequests(simulator.url, begunAt) };
}

const costJobs = 200;
const mostBareMsPerJob = 4;
const bareRatio = 4;

/** Measures the CPU time of a job in a gateway that has just started and in one that is warm, beside the bare one's. */
export async function measureCpu(): Promise<Figure[]> {
  const options = { imageMs: jobMs };
  const ours = await withGateway(options, costOf);
  const bare = await withBareGateway(options, costOf);
  const title = "CPU per job, 200 jobs of one picture";
  const isVoid = bare.freshMs > mostBareMsPerJob;
  const ratio = (what: string, value: number) =>
    isVoid
      ? notRun(what, `the bare gateway needed ${bare.freshMs.toFixed(1)} ms a job: the run is void`)
      : atMost(what, value, bareRatio, "×");
  return [
    atMost(`${title}: fresh process`, ours.freshMs, 12, "ms/job"),
    atMost(`${title}: warm process`, ours.warmMs, 9, "ms/job"),
    atMost(`${title}: the bare gateway, fresh`, bare.freshMs, mostBareMsPerJob, "ms/job"),
    fact(`${title}: the bare gateway, warm`, bare.warmMs, "ms/job"),
    ratio(`${title}: fresh, against the bare gateway`, ours.freshMs / bare.freshMs),
    fact(`${title}: warm, against the bare gateway`, ours.warmMs / bare.warmMs, "×"),
  ];
}

async function costOf({ gateway }: Servers): Promise<{ freshMs: number; warmMs: number }> {
  const rounds: number[] = [];
  // The second round still compiles; the third is what every later one costs.
  for (let round = 0; round < 3; round += 1) rounds.push(await costOfRound(gateway, costJobs));
  return { freshMs: rounds[0] ?? Number.NaN, warmMs: rounds[2] ?? Number.NaN };
}

/** Makes so many pictures and gives the CPU time of the gateway for each. */
export async function costOfRound(
  gateway: { url: string; read(): Promise<Reading> },
  count: number,
): Promise<number> {
  const before = await gateway.read();
  await makePictures(gateway.url, count);
  await sleep(restMs);
  const after = await gateway.read();
  return (after.cpuMs - before.cpuMs) / count;
}

const picturesOfJob = 4;

/** Measures the memory of 200 jobs of four pictures, and what a gateway started by npm has beside it. */
export async function measureMemory(): Promise<Figure[]> {
  const ours = await withGateway({ imageMs: jobMs }, async ({ gateway }) => {
    const idle = residentMebibytes(gateway.pid);
    const begun = await gateway.read();
    await makePictures(gateway.url, costJobs, picturesOfJob);
    await sleep(restMs);
    const done = await gateway.read();
    return { idle, peak: done.peakRssMebibytes, cpuMs: (done.cpuMs - begun.cpuMs) / costJobs };
  });
  const npm = await withNpmStart(async (pid) => residentMebibytes(pid));
  const title = "200 jobs of four pictures";
  return [
    atMost(`${title}: peak RSS of the gateway process`, ours.peak, 150, "MiB"),
    fact(`${title}: its RSS when ready`, ours.idle, "MiB"),
    fact(`${title}: CPU per job, fresh process`, ours.cpuMs, "ms/job"),
    fact("RSS of npm beside the gateway, not counted (npm start)", npm, "MiB"),
  ];
}

async function historyRequests(simulatorUrl: string, since: number): Promise<SeenRequest[]> {
  return (await requestsAt(simulatorUrl, "history")).filter(({ at }) => at >= since);
}

/** Gives the largest number of requests within any one second (half open). */
function densest(requests: readonly SeenRequest[]): number {
  const inSecond = ({ at: from }: SeenRequest): number =>
    requests.filter(({ at }) => at >= from && at < from + secondMs).length;
  return Math.max(0, ...requests.map(inSecond));
}

function mostIds(requests: readonly SeenRequest[]): number {
  return Math.max(0, ...requests.map(({ id_count: ids }) => ids));
}

function mean(numbers: readonly number[]): number {
  return numbers.reduce((sum, each) => sum + each, 0) / numbers.length;
}
