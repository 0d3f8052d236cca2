// The figures about one account with many pictures under way: how soon a caller has what the upstream has, and how
// many history requests that costs. Gateway and simulator run in processes of their own.
import { type Figure, atMost, fact, percentile } from "./figures.ts";
import { startGateway, startSimulator, withFolder } from "./programs.ts";
import { ask, inParallel, requestsAt } from "./requests.ts";

const second = 1000;

interface Made {
  jobId: string;
  /** When the caller had the whole answer, in Unix milliseconds. */
  answeredAt: number;
}

interface Run {
  /** The times from the upstream's being done to the caller's having the answer. */
  delaysMs: number[];
  /** The moments of the history requests. */
  looksAt: number[];
  /** Those of them at which no picture was in its hot window. */
  coolLooksAt: number[];
}

// Code is compiled by its use: a gateway that has just started would be measured with its compiler.
const warmingPictures = 20;

async function warm(gatewayUrl: string): Promise<void> {
  await inParallel(warmingPictures, warmingPictures, (index) =>
    ask(`${gatewayUrl}/v1/images/generations`, { prompt: `warm ${index}` }),
  );
}

/** Asks for so many pictures at once, each caller waiting for its own answer. */
async function makePictures(count: number, imageSeconds: number): Promise<Run> {
  const simulator = await startSimulator(["--image-seconds", String(imageSeconds)]);
  try {
    return await withFolder(async (folder) => {
      const gateway = await startGateway(folder, simulator.url);
      try {
        await warm(gateway.url);
        const begunAt = Date.now();
        const made: Made[] = [];
        await inParallel(count, count, async (index) => {
          const { headers } = await ask(`${gateway.url}/v1/images/generations`, {
            prompt: `bench ${index}`,
          });
          made.push({ jobId: headers.get("x-jimeng-job") ?? "", answeredAt: Date.now() });
        });
        const records = await recordsOf(simulator.url);
        const looksAt = (await requestsAt(simulator.url, "history"))
          .map(({ at }) => at)
          .filter((at) => at >= begunAt);
        return {
          delaysMs: await delaysOf(made, gateway.url, records),
          looksAt,
          coolLooksAt: looksAt.filter((at) => !records.some((record) => isHot(record, at))),
        };
      } finally {
        await gateway.stop();
      }
    });
  } finally {
    await simulator.stop();
  }
}

interface UpstreamRecord {
  submit_id: string;
  forecast_seconds: number;
  accepted_at: number;
  completed_at: number;
}

async function recordsOf(simulatorUrl: string): Promise<UpstreamRecord[]> {
  const { body } = await ask(`${simulatorUrl}/_simulator/records`);
  return (body as { records: UpstreamRecord[] }).records;
}

// Twice as many requests are allowed while any picture may be ready at any moment (docs/jobs.md, Polling). The two sides
// do not hear of the acceptance at one moment, hence a little room at both ends.
const hot = { from: 0.9, until: 1.5, roomMs: 200 };

function isHot({ accepted_at: acceptedAt, forecast_seconds: seconds }: UpstreamRecord, at: number) {
  const spanMs = seconds * second;
  return (
    at >= acceptedAt + hot.from * spanMs - hot.roomMs &&
    at < acceptedAt + hot.until * spanMs + hot.roomMs
  );
}

async function delaysOf(
  made: readonly Made[],
  gatewayUrl: string,
  records: readonly UpstreamRecord[],
): Promise<number[]> {
  const doneAt = new Map(records.map((record) => [record.submit_id, record.completed_at]));
  return Promise.all(
    made.map(async ({ jobId, answeredAt }) => {
      const { body } = await ask(`${gatewayUrl}/v1/jobs/${jobId}`);
      const { upstream } = body as { upstream: { submit_id: string } };
      return answeredAt - (doneAt.get(upstream.submit_id) ?? Number.NaN);
    }),
  );
}

/** Gives the largest number of moments that lie within any one second (half open). */
function densest(moments: readonly number[]): number {
  const inSecond = (from: number): number =>
    moments.filter((at) => at >= from && at < from + second).length;
  return Math.max(0, ...moments.map(inSecond));
}

/** Follows a job's events and gives the moment of its completion, in Unix milliseconds. */
async function completionOf(gatewayUrl: string, jobId: string): Promise<number> {
  const response = await fetch(`${gatewayUrl}/v1/jobs/${jobId}/events`);
  const decoder = new TextDecoder();
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk, { stream: true });
    if (text.includes("event: job.completed")) return Date.now();
  }
  throw new Error(`the events of ${jobId} ended without its completion`);
}

/** Starts so many pictures at once and follows their events; gives the times from done upstream to job.completed. */
async function followPictures(count: number, imageSeconds: number): Promise<number[]> {
  const simulator = await startSimulator(["--image-seconds", String(imageSeconds)]);
  try {
    return await withFolder(async (folder) => {
      const gateway = await startGateway(folder, simulator.url);
      try {
        await warm(gateway.url);
        const completed: Made[] = [];
        await inParallel(count, count, async (index) => {
          const response = await fetch(`${gateway.url}/v1/images/generations`, {
            method: "POST",
            headers: { "content-type": "application/json", prefer: "respond-async" },
            body: JSON.stringify({ prompt: `bench ${index}` }),
          });
          const { id: jobId } = (await response.json()) as { id: string };
          completed.push({ jobId, answeredAt: await completionOf(gateway.url, jobId) });
        });
        return await delaysOf(completed, gateway.url, await recordsOf(simulator.url));
      } finally {
        await gateway.stop();
      }
    });
  } finally {
    await simulator.stop();
  }
}

const waitingCallers = 50;
// The simulator's own pace, and one nearer to the site's.
const paces = [2.4, 15];

/** Measures how soon callers have their pictures. */
export async function measureNoticing(): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const imageSeconds of paces) {
    const { delaysMs, looksAt, coolLooksAt } = await makePictures(waitingCallers, imageSeconds);
    const completionsMs = await followPictures(waitingCallers, imageSeconds);
    const title = `${waitingCallers} pictures of ${imageSeconds} s, one account`;
    figures.push(
      atMost(`${title}: upstream to job.completed, p50`, percentile(completionsMs, 0.5), 400, "ms"),
      atMost(
        `${title}: upstream to job.completed, p95`,
        percentile(completionsMs, 0.95),
        800,
        "ms",
      ),
      atMost(`${title}: upstream to caller, p50`, percentile(delaysMs, 0.5), 500, "ms"),
      atMost(`${title}: upstream to caller, p95`, percentile(delaysMs, 0.95), 1000, "ms"),
      atMost(`${title}: history requests in the densest second`, densest(looksAt), 2, "requests"),
      atMost(`${title}: the same outside the hot window`, densest(coolLooksAt), 1, "requests"),
    );
  }
  return figures;
}

const manyAtOnce = 200;
const manySeconds = 5;

/** Measures what watching many pictures costs in requests. */
export async function measureHistory(): Promise<Figure[]> {
  const { delaysMs, looksAt } = await makePictures(manyAtOnce, manySeconds);
  const title = `${manyAtOnce} pictures of ${manySeconds} s, one account`;
  return [
    atMost(`${title}: history requests per job`, looksAt.length / manyAtOnce, 0.1, "requests"),
    fact(`${title}: upstream to caller, p95`, percentile(delaysMs, 0.95), "ms"),
  ];
}
