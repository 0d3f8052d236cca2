// The figures of callers who wait: how soon a stream begins, and what thousands of them cost in memory.
import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atMost, fact, percentile } from "../figures.ts";
import { ask, inParallel } from "../requests.ts";
import { type Servers, residentMebibytes, withGateway } from "../speed/servers.ts";

const tries = 100;
const warmUps = 20;
// Longer than any measurement below: nothing ends while it is measured.
const endlessMs = 600_000;
const settleMs = 10_000;
const callersAtOnce = 50;
const environment = { JIMENG_MAX_QUEUE: "20000" };

/** Measures the time from a request for a stream to the first byte of its events. */
export function measureFirstByte(): Promise<Figure[]> {
  return withGateway({ imageMs: 500, environment }, async ({ gateway }) => {
    const took: number[] = [];
    for (let index = 0; index < warmUps + tries; index += 1) {
      const begunAt = performance.now();
      const answer = await fetch(`${gateway.url}/v1/images/generations`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ prompt: `bench ${index}`, stream: true }),
      });
      const reader = answer.body?.getReader();
      await reader?.read();
      if (index >= warmUps) took.push(performance.now() - begunAt);
      // Read to its end: a caller who leaves would be waited for.
      while ((await reader?.read())?.done === false);
    }
    return [
      atMost(
        "stream of a picture, request → first byte of the events, p95",
        percentile(took, 0.95),
        20,
        "ms",
      ),
      fact("the same, p50", percentile(took, 0.5), "ms"),
    ];
  });
}

const waitingCallers = 5000;

/** Measures what callers cost who wait for the JSON of their pictures. */
export function measureWaitingCallers(): Promise<Figure[]> {
  return withGateway({ imageMs: endlessMs, environment }, async (servers) => {
    const before = await idleMebibytes(servers);
    const sockets = await openAll(servers.gateway.url, waitingCallers, (index) =>
      toPost("/v1/images/generations", { prompt: `bench waiting ${index}` }),
    );
    await untilInFlight(servers.gateway.url, waitingCallers);
    const grown = (await restingMebibytes(servers)) - before;
    for (const socket of sockets) socket.destroy();
    const title = `${waitingCallers.toLocaleString("en")} callers who wait for pictures`;
    return [atMost(`${title}, with their jobs: growth of RSS`, grown, 200, "MiB")];
  });
}

const openStreams = 1000;

/** Measures what open streams of the events of jobs cost, and what streams that make their pictures cost. */
export function measureOpenStreams(): Promise<Figure[]> {
  return withGateway({ imageMs: endlessMs, environment }, async (servers) => {
    const { url } = servers.gateway;
    const ids: string[] = [];
    await inParallel(openStreams, callersAtOnce, async (index) => {
      const { body } = await ask(`${url}/v1/jobs`, { kind: "image", prompt: `bench ${index}` });
      ids.push((body as { id: string }).id);
    });
    await untilInFlight(url, openStreams);
    const withJobs = await restingMebibytes(servers);
    const followers = await openAll(url, openStreams, (index) =>
      toGet(`/v1/jobs/${ids[index]}/events`),
    );
    const followed = await restingMebibytes(servers);
    const makers = await openAll(url, openStreams, (index) =>
      toPost("/v1/images/generations", { prompt: `bench streamed ${index}`, stream: true }),
    );
    await untilInFlight(url, openStreams * 2);
    const made = await restingMebibytes(servers);
    for (const socket of [...followers, ...makers]) socket.destroy();
    const title = `${openStreams.toLocaleString("en")} open streams of`;
    return [
      atMost(`${title} the events of jobs: growth of RSS`, followed - withJobs, 50, "MiB"),
      fact(`${title} pictures, with their jobs: growth of RSS`, made - followed, "MiB"),
    ];
  });
}

function toPost(path: string, body: object): string {
  const text = JSON.stringify(body);
  return `POST ${path} HTTP/1.1\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(text)}\r\nhost: 127.0.0.1\r\n\r\n${text}`;
}

function toGet(path: string): string {
  return `GET ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n`;
}

/** Opens a connection for each request, some at a time, and leaves all of them open. */
async function openAll(
  url: string,
  count: number,
  requestOf: (index: number) => string,
): Promise<Socket[]> {
  const { hostname, port } = new URL(url);
  const sockets: Socket[] = [];
  await inParallel(count, callersAtOnce, async (index) => {
    const socket = connect(Number(port), hostname);
    await once(socket, "connect");
    socket.on("error", () => undefined).resume();
    socket.write(requestOf(index));
    sockets.push(socket);
  });
  return sockets;
}

/** Waits until so many jobs have begun. */
async function untilInFlight(url: string, count: number): Promise<void> {
  for (;;) {
    const { body } = await ask(`${url}/v1/accounts`);
    const { data } = body as { data: { in_flight: number }[] };
    if (data.reduce((sum, account) => sum + account.in_flight, 0) >= count) return;
    await sleep(settleMs / 10);
  }
}

/** Lets a gateway come to rest after its first requests, and reads its memory. */
async function idleMebibytes(servers: Servers): Promise<number> {
  for (let index = 0; index < warmUps; index += 1) await ask(`${servers.gateway.url}/v1/jobs`);
  return restingMebibytes(servers);
}

async function restingMebibytes({ gateway }: Servers): Promise<number> {
  await sleep(settleMs);
  return residentMebibytes(gateway.pid);
}
