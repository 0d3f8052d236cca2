// Two figures of one run: what 10,000 video jobs over 100 accounts ask of one node, and what a job costs it then
// compared with 100 jobs. The simulator runs in a process of its own.
import { type Figure, atMost, fact } from "./figures.ts";
import { sessions, startGateway, startSimulator, withFolder } from "./programs.ts";
import { ask, countJobs, inParallel, untilIdle } from "./requests.ts";

const accountCount = 100;
const manyJobs = 10_000;
const fewJobs = 100;
// Code is compiled by its use: without these, the few would pay for it alone.
const warmingJobs = 500;
const callers = 16;
// Long enough that nearly all of them are in flight together.
const videoSeconds = 60;

/** Makes videos, on one account when one is named, and waits for all of them. */
async function makeVideos(gatewayUrl: string, count: number, account?: string): Promise<void> {
  await inParallel(count, callers, (index) =>
    ask(`${gatewayUrl}/v1/videos`, { prompt: `bench ${index}`, account }),
  );
  await untilIdle(gatewayUrl);
}

/** Makes the videos and reads the gateway's own gauge. */
export async function measureManyJobs(): Promise<Figure[]> {
  const simulator = await startSimulator(["--video-seconds", String(videoSeconds)]);
  try {
    return await withFolder(async (folder) => {
      const gateway = await startGateway(folder, simulator.url, {
        gauged: true,
        environment: { JIMENG_SESSIONS: sessions(accountCount), JIMENG_MAX_QUEUE: "20000" },
      });
      try {
        await makeVideos(gateway.url, warmingJobs);
        const warm = await gateway.read();
        // As many on their account as each account gets of the many: a request asks for as many of them.
        await makeVideos(gateway.url, fewJobs, "bench-0");
        const few = await gateway.read();
        const begunAt = performance.now();
        await makeVideos(gateway.url, manyJobs);
        const many = await gateway.read();
        const tookMs = performance.now() - begunAt;
        const completed = await countJobs(gateway.url, "completed");
        const unfinished = warmingJobs + fewJobs + manyJobs - completed;
        const fewEach = (few.cpuMs - warm.cpuMs) / fewJobs;
        const manyEach = (many.cpuMs - few.cpuMs) / manyJobs;
        const title = "10,000 videos over 100 accounts";
        return [
          atMost(`${title}: not completed`, unfinished, 0, "jobs"),
          atMost(`${title}: peak RSS`, many.peakRssMebibytes, 300, "MiB"),
          atMost(`${title}: event-loop delay, p99`, many.loopP99Ms, 30, "ms"),
          fact(`${title}: event-loop delay, worst`, many.loopMaxMs, "ms"),
          fact(`${title}: time for all`, tookMs, "ms"),
          fact("CPU per job at 100 jobs", fewEach, "ms/job"),
          fact("CPU per job at 10,000 jobs", manyEach, "ms/job"),
          atMost("CPU per job, 10,000 jobs against 100", manyEach / fewEach, 1.5, "×"),
        ];
      } finally {
        await gateway.stop();
      }
    });
  } finally {
    await simulator.stop();
  }
}
