// A thread that asks a gateway at a steady rate over kept connections and counts the answers by status, so that whoever
// measures beside it keeps an event loop of its own.
import { Agent, request } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

/** What the thread is told. */
export interface Flood {
  url: string;
  path: string;
  /** The keys, used in turn. */
  keys: string[];
  callers: number;
  /** Requests of all callers together, each second. */
  perSecond: number;
  forMs: number;
}

/** What it tells at its end. */
export interface FloodResult {
  byStatus: Record<string, number>;
  /** How many of the 429 came with Retry-After. */
  withRetryAfter: number;
}

const tickMs = 20;
const msInSecond = 1000;

async function run({ url, path, keys, callers, perSecond, forMs }: Flood): Promise<FloodResult> {
  const agent = new Agent({ keepAlive: true, maxSockets: callers });
  const result: FloodResult = { byStatus: {}, withRetryAfter: 0 };
  const open: Promise<void>[] = [];
  const begunAt = performance.now();
  for (let sent = 0; performance.now() - begunAt < forMs;) {
    const due = ((performance.now() - begunAt) / msInSecond) * perSecond;
    for (; sent < due; sent += 1) open.push(ask(keys[sent % keys.length] ?? ""));
    await new Promise((resolve) => setTimeout(resolve, tickMs));
  }
  await Promise.all(open);
  agent.destroy();
  return result;

  function ask(key: string): Promise<void> {
    return new Promise((resolve) => {
      const outgoing = request(new URL(path, url), {
        agent,
        headers: { authorization: `Bearer ${key}` },
      });
      outgoing.on("error", () => resolve());
      outgoing.on("response", (answer) => {
        const status = String(answer.statusCode);
        result.byStatus[status] = (result.byStatus[status] ?? 0) + 1;
        if (status === "429" && answer.headers["retry-after"] !== undefined)
          result.withRetryAfter += 1;
        answer.resume().on("close", () => resolve());
      });
      outgoing.end();
    });
  }
}

const result = await run(workerData as Flood);
parentPort?.postMessage(result);
