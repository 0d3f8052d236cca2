// The scenarios of `npm run bench -- walls`: what callers beyond their limits, and whoever tries keys, cost the others.
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { type Figure, atMost, fact, percentile } from "../figures.ts";
import { ask } from "../requests.ts";
import { type Servers, residentMebibytes, withGateway } from "../speed/servers.ts";
import type { Flood, FloodResult } from "./flood.ts";

const path = "/v1/jobs?limit=5";
const askEveryMs = 20;
const quietMs = 10_000;

/** Each scenario by its name. */
export const wallScenarios: Record<string, () => Promise<Figure[]>> = {
  limits: measureLimits,
  "wrong-keys": measureWrongKeys,
};

const limitedKeys = 20;
const limitedCallers = 200;
const limitedPerSecond = 1000;
const limitedMs = 60_000;

/** Measures 200 callers who ask far beyond the limits of their keys, and one who does not. */
function measureLimits(): Promise<Figure[]> {
  return withGateway({ imageMs: 200 }, async (servers) => {
    const owner = await makeKey(servers, { name: "owner", scopes: ["admin"] });
    const keys: string[] = [];
    for (let index = 0; index < limitedKeys; index += 1) {
      const limited = { name: `limited ${index}`, requests_per_minute: 60 };
      keys.push(await makeKey(servers, limited, owner));
    }
    const { before, during, flood, grown } = await besideFlood(servers, owner, {
      keys,
      callers: limitedCallers,
      perSecond: limitedPerSecond,
      forMs: limitedMs,
    });
    const refused = flood.byStatus["429"] ?? 0;
    const title = `${limitedCallers} callers over their limits, ${limitedPerSecond} requests/s for 60 s`;
    return [
      atMost(`${title}: p95 of another caller, against before`, during / before, 2, "×"),
      fact("the same: p95 of another caller before", before, "ms"),
      atMost("the same: growth of RSS", grown, 64, "MiB"),
      fact("the same: answers 429", refused, "requests"),
      atMost(
        "the same: of them without Retry-After",
        refused - flood.withRetryAfter,
        0,
        "requests",
      ),
    ];
  });
}

const wrongPerSecond = 1000;
const wrongCallers = 50;
const wrongMs = 20_000;

/** Measures whoever tries a thousand keys a second, and a right key of the same address. */
function measureWrongKeys(): Promise<Figure[]> {
  return withGateway({ imageMs: 200 }, async (servers) => {
    const keys = Array.from({ length: 997 }, (_, index) => `sk-jimeng-obviously-wrong-${index}`);
    const owner = await makeKey(servers, { name: "owner", scopes: ["admin"] });
    const { before, during, flood, grown } = await besideFlood(servers, owner, {
      keys,
      callers: wrongCallers,
      perSecond: wrongPerSecond,
      forMs: wrongMs,
    });
    const title = `${wrongPerSecond} wrong keys/s for 20 s`;
    return [
      atMost(
        `${title}: p95 of a right key of the same address, against before`,
        during / before,
        2,
        "×",
      ),
      fact("the same: p95 of a right key before", before, "ms"),
      atMost("the same: growth of RSS", grown, 64, "MiB"),
      fact("the same: answers 401", flood.byStatus["401"] ?? 0, "requests"),
      fact("the same: answers 429", flood.byStatus["429"] ?? 0, "requests"),
    ];
  });
}

/** Makes a key; the first one needs none, as nobody needs one before. */
async function makeKey({ gateway }: Servers, body: object, by?: string): Promise<string> {
  const headers = by === undefined ? undefined : { authorization: `Bearer ${by}` };
  const made = await ask(`${gateway.url}/v1/keys`, body, headers);
  return (made.body as { key: string }).key;
}

interface Beside {
  /** The 95th percentiles of another caller's requests, in milliseconds. */
  before: number;
  during: number;
  flood: FloodResult;
  /** MiB. */
  grown: number;
}

/** Asks as another caller before and during a flood; throws when one of those requests is not served. */
async function besideFlood(
  { gateway }: Servers,
  key: string,
  flood: Omit<Flood, "url" | "path">,
): Promise<Beside> {
  const before = percentile(await askFor(gateway.url, key, quietMs), 0.95);
  const atRest = residentMebibytes(gateway.pid);
  const worker = new Worker(fileURLToPath(new URL("flood.ts", import.meta.url)), {
    workerData: { ...flood, url: gateway.url, path } satisfies Flood,
  });
  const ended = once(worker, "message") as Promise<[FloodResult]>;
  const during = percentile(await askFor(gateway.url, key, flood.forMs), 0.95);
  const [result] = await ended;
  return { before, during, flood: result, grown: residentMebibytes(gateway.pid) - atRest };
}

async function askFor(url: string, key: string, forMs: number): Promise<number[]> {
  const took: number[] = [];
  const headers = { authorization: `Bearer ${key}` };
  for (const begunAt = performance.now(); performance.now() - begunAt < forMs;) {
    const askedAt = performance.now();
    await ask(`${url}${path}`, undefined, headers);
    took.push(performance.now() - askedAt);
    await sleep(askEveryMs);
  }
  return took;
}
