// The figures of cheap routes: against a bare fastify that answers the same bytes, and while jobs run.
import { setTimeout as sleep } from "node:timers/promises";
import { type Figure, atLeast, atMost, fact, percentile } from "../figures.ts";
import { ask } from "../requests.ts";
import { requestsPerSecond } from "./connections.ts";
import { makePictures, withBareRoutes, withGateway } from "./servers.ts";

const load = { connections: 50, forMs: 3000 };
const warmingLoad = { connections: 50, forMs: 1500 };
// Ours and the bare one in turn, so that other work of the machine meets both.
const turns = 3;

/** Measures three cheap routes with logging on, each against a bare fastify. */
export function measureRoutes(): Promise<Figure[]> {
  return withGateway({ imageMs: 500 }, async ({ gateway }) => {
    const [made] = await makePictures(gateway.url, 1);
    const jobPath = `/v1/jobs/${made?.answer.headers.get("x-jimeng-job") ?? ""}`;
    const routes = [
      { name: "/v1/models", path: "/v1/models", share: 0.6 },
      { name: "/healthz", path: "/healthz", share: 0.65 },
      { name: "/v1/jobs/{id}", path: jobPath, share: 0.3 },
    ];
    const paths = routes.map(({ path }) => path);
    return await withBareRoutes(gateway.url, paths, async (bareUrl) => {
      const figures: Figure[] = [];
      for (const { name, path, share } of routes) {
        const { ours, bare } = await inTurns(gateway.url, bareUrl, path);
        figures.push(
          atLeast(`${name}: requests, share of a bare fastify's`, ours / bare, share, "×"),
          fact(`${name}: requests`, ours, "/s"),
          fact(`${name}: requests of the bare fastify`, bare, "/s"),
        );
      }
      return figures;
    });
  });
}

async function inTurns(
  oursUrl: string,
  bareUrl: string,
  path: string,
): Promise<{ ours: number; bare: number }> {
  await requestsPerSecond(oursUrl, path, warmingLoad);
  await requestsPerSecond(bareUrl, path, warmingLoad);
  let [ours, bare] = [0, 0];
  for (let turn = 0; turn < turns; turn += 1) {
    ours += await requestsPerSecond(oursUrl, path, load);
    bare += await requestsPerSecond(bareUrl, path, load);
  }
  return { ours: ours / turns, bare: bare / turns };
}

// The quicker of the two is not always the same one: more turns, shorter ones, even out what the machine does besides.
const metricsTurns = 8;
const metricsLoad = { connections: 50, forMs: 2000 };

/** Measures what counting costs /v1/models: two gateways in turn, one of which counts. */
export function measureMetrics(): Promise<Figure[]> {
  const path = "/v1/models";
  const counting = { JIMENG_METRICS_PORT: "0" };
  return withGateway({ imageMs: 500, environment: counting }, ({ gateway: counts }) =>
    withGateway({ imageMs: 500 }, async ({ gateway: plain }) => {
      await requestsPerSecond(counts.url, path, warmingLoad);
      await requestsPerSecond(plain.url, path, warmingLoad);
      let [withMetrics, without] = [0, 0];
      for (let turn = 0; turn < metricsTurns; turn += 1) {
        withMetrics += await requestsPerSecond(counts.url, path, metricsLoad);
        without += await requestsPerSecond(plain.url, path, metricsLoad);
      }
      const begunAt = performance.now();
      await (await fetch(`${counts.url}/metrics`)).text();
      return [
        atLeast("/v1/models with metrics, share of without", withMetrics / without, 0.95, "×"),
        fact("/v1/models with metrics: requests", withMetrics / metricsTurns, "/s"),
        fact("one scrape", performance.now() - begunAt, "ms"),
      ];
    }),
  );
}

const busyJobs = 200;
const askEveryMs = 20;

/** Measures how soon cheap routes answer while 200 jobs run, and how late the event loop is. */
export function measureBusy(): Promise<Figure[]> {
  return withGateway({ imageMs: 5000 }, async ({ gateway }) => {
    await makePictures(gateway.url, 40);
    const { body } = await ask(`${gateway.url}/v1/jobs?limit=1`);
    const [job] = (body as { data: { id: string }[] }).data;
    const paths = ["/healthz", "/v1/models", `/v1/jobs/${job?.id ?? ""}`];
    await gateway.read();
    const isOver = new AbortController();
    const making = makePictures(gateway.url, busyJobs).finally(() => isOver.abort());
    const tookMs: number[] = [];
    for (let index = 0; !isOver.signal.aborted; index += 1) {
      const begunAt = performance.now();
      await ask(`${gateway.url}${paths[index % paths.length] ?? ""}`);
      tookMs.push(performance.now() - begunAt);
      await sleep(askEveryMs);
    }
    await making;
    const reading = await gateway.read();
    const title = "while 200 jobs run";
    return [
      atMost(`${title}: cheap routes, p99`, percentile(tookMs, 0.99), 40, "ms"),
      fact(`${title}: cheap routes, p50`, percentile(tookMs, 0.5), "ms"),
      atMost(`${title}: event-loop delay, p99`, reading.loopP99Ms, 20, "ms"),
      fact(`${title}: event-loop delay, worst`, reading.loopMaxMs, "ms"),
    ];
  });
}
