// The figures of webhooks: how many messages arrive while jobs run, and how soon a long backlog is gone.
import { createServer } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { systemClock } from "../../packages/gateway/src/clock.ts";
import { openDatabase } from "../../packages/gateway/src/database/database.ts";
import { createEventLog } from "../../packages/gateway/src/events/event-log.ts";
import { type Figure, atLeast, fact } from "../figures.ts";
import { startGateway, startSimulator, withFolder } from "../programs.ts";
import { ask, inParallel, untilIdle } from "../requests.ts";
import { withGateway } from "../speed/servers.ts";

const secondMs = 1000;
const environment = { JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true" };

/** A receiver that notes when each message came. */
interface Receiver {
  url: string;
  /** When the first attempt of each message came, by its id, in milliseconds of this process. */
  arrivals: Map<string, number>;
  close(): void;
}

async function startReceiver(): Promise<Receiver> {
  const arrivals = new Map<string, number>();
  const server = createServer((request, response) => {
    const id = String(request.headers["webhook-id"]);
    if (!arrivals.has(id)) arrivals.set(id, performance.now());
    request.resume();
    request.on("end", () => response.writeHead(204).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    arrivals,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function untilCount({ arrivals }: Receiver, count: number, limitMs: number): Promise<void> {
  const end = performance.now() + limitMs;
  while (arrivals.size < count && performance.now() < end) await sleep(20);
}

const jobsPerSecond = 40;
const seconds = 12;
// Queued, started, picture, file, completed, and the same end in OpenAI's shape.
const messagesPerJob = 6;
const patienceMs = 30_000;
// The steady part: before it the first jobs are still made, after it no new ones begin.
const steadyFrom = 4;

/** Measures the messages that arrive while 40 jobs begin every second. */
export function measureWebhooks(): Promise<Figure[]> {
  return withGateway({ imageMs: 2 * secondMs, environment }, async ({ gateway }) => {
    const receiver = await startReceiver();
    try {
      await ask(`${gateway.url}/v1/webhooks`, { url: receiver.url, events: ["*"] });
      const begunAt = performance.now();
      const jobs = jobsPerSecond * seconds;
      const before = await gateway.read();
      await inParallel(jobs, jobs, async (index) => {
        await sleep((index * secondMs) / jobsPerSecond);
        const prompt = `bench webhooks ${index}`;
        await ask(`${gateway.url}/v1/images/generations`, { prompt }, { prefer: "respond-async" });
      });
      await untilIdle(gateway.url);
      await untilCount(receiver, jobs * messagesPerJob, patienceMs);
      const after = await gateway.read();
      const steady = [...receiver.arrivals.values()].filter((at) => {
        const second = (at - begunAt) / secondMs;
        return second >= steadyFrom && second < seconds;
      });
      const rate = steady.length / (seconds - steadyFrom);
      const title = `webhooks while ${jobsPerSecond} jobs/s run`;
      return [
        atLeast(`${title}: messages delivered`, rate, 200, "/s"),
        atLeast(
          `${title}: messages that arrived, of those due`,
          receiver.arrivals.size / (jobs * messagesPerJob),
          1,
          "×",
        ),
        fact(
          `${title}: CPU per job with its messages`,
          (after.cpuMs - before.cpuMs) / jobs,
          "ms/job",
        ),
      ];
    } finally {
      receiver.close();
    }
  });
}

const backlog = 10_000;
const eventsPerWrite = 500;
const logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Measures how fast messages leave that came together while no gateway ran. */
export async function measureBacklog(): Promise<Figure[]> {
  const receiver = await startReceiver();
  const simulator = await startSimulator([]);
  try {
    return await withFolder(async (dataDir) => {
      const first = await startGateway(dataDir, simulator.url, { environment });
      await ask(`${first.url}/v1/webhooks`, { url: receiver.url, events: ["job.completed"] });
      const made = await ask(`${first.url}/v1/images/generations`, { prompt: "bench backlog" });
      const jobId = made.headers.get("x-jimeng-job") ?? "";
      await untilCount(receiver, 1, patienceMs);
      await first.stop();
      await appendEnds(dataDir, jobId);
      receiver.arrivals.clear();
      const second = await startGateway(dataDir, simulator.url, { environment });
      await untilCount(receiver, backlog, 4 * patienceMs);
      await second.stop();
      const times = [...receiver.arrivals.values()];
      const tookMs = Math.max(...times) - Math.min(...times);
      return [
        atLeast(
          `backlog of ${backlog.toLocaleString("en")} webhooks: delivered`,
          (times.length / tookMs) * secondMs,
          500,
          "/s",
        ),
        atLeast("the same: messages that arrived, of those due", times.length / backlog, 1, "×"),
      ];
    });
  } finally {
    receiver.close();
    await simulator.stop();
  }
}

/** Writes that a job ended, as often as the backlog is long. */
async function appendEnds(dataDir: string, jobId: string): Promise<void> {
  const database = await openDatabase({ dataDir });
  const log = createEventLog({ database, clock: systemClock, logger });
  for (let at = 0; at < backlog; at += eventsPerWrite) {
    const event = { type: "job.completed", subject: jobId } as const;
    await log.append(Array.from({ length: eventsPerWrite }, () => event));
  }
  await database.close();
}
