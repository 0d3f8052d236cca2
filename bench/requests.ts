// Asking a measured gateway and simulator over HTTP.
import { setTimeout as sleep } from "node:timers/promises";

const pollEveryMs = 1000;

/** An answer with its body read. */
export interface Answer {
  status: number;
  headers: { get(name: string): string | null };
  body: unknown;
}

/** Asks once; throws for anything but a success. */
export async function ask(url: string, body?: unknown, headers?: Record<string, string>) {
  const response = await fetch(url, {
    method: body === undefined ? "GET" : "POST",
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${text}`);
  const answer: Answer = {
    status: response.status,
    headers: response.headers,
    body: JSON.parse(text),
  };
  return answer;
}

/** Does work for each number below `count`, so many at a moment. */
export async function inParallel(
  count: number,
  callers: number,
  work: (index: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) await work(next++);
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

/** Waits until no job of a gateway is unfinished. */
export async function untilIdle(gatewayUrl: string): Promise<void> {
  for (;;) {
    const open = await Promise.all(
      ["queued", "in_progress"].map(async (status) => {
        const { body } = await ask(`${gatewayUrl}/v1/jobs?limit=1&status=${status}`);
        return (body as { data: unknown[] }).data.length;
      }),
    );
    if (open.every((count) => count === 0)) return;
    await sleep(pollEveryMs);
  }
}

/** Counts the jobs of a gateway that have a status. */
export async function countJobs(gatewayUrl: string, status: string): Promise<number> {
  let count = 0;
  let after = "";
  for (;;) {
    const page = `${gatewayUrl}/v1/jobs?limit=100&status=${status}${after}`;
    const { data, has_more: hasMore } = (await ask(page)).body as {
      data: { id: string }[];
      has_more: boolean;
    };
    count += data.length;
    const last = data.at(-1);
    if (!hasMore || last === undefined) return count;
    after = `&after=${last.id}`;
  }
}

/** One request that reached the simulator, in wall milliseconds. */
export interface SeenRequest {
  at: number;
  endpoint: string;
  account: string | null;
  /** Number of ids that a history request names. */
  id_count: number;
}

/** Lists the requests that reached the simulator at an endpoint. */
export async function requestsAt(simulatorUrl: string, endpoint: string): Promise<SeenRequest[]> {
  const { body } = await ask(`${simulatorUrl}/_simulator/requests?endpoint=${endpoint}`);
  return (body as { requests: SeenRequest[] }).requests;
}
