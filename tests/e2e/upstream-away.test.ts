// A name server that knows nothing of the site for a while: what a caller, a job and an operator see. Nothing is sent
// meanwhile, and nothing is paid twice.
import { createGateway, loadConfig } from "@jimeng/gateway";
import { createSimulator } from "@jimeng/simulator";
import { expect, test } from "vitest";
import { fakeSession, getJson, postJson, scratchFolder, until } from "./processes.ts";

const unknownName = Object.assign(new Error("getaddrinfo ENOTFOUND jimeng.example"), {
  code: "ENOTFOUND",
});

test("without DNS a job waits for the site, the gateway stays ready, and the caller gets the picture later", async ({
  onTestFinished,
}) => {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 200, visibleAfterMs: 0 },
  });
  const folder = scratchFolder();
  const site = { isKnown: false };
  const gateway = await createGateway({
    config: loadConfig({
      PORT: "0",
      JIMENG_DATA_DIR: folder.path,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      RETRY_DELAY: "50",
      MAX_RETRY_COUNT: "1",
      LOG_LEVEL: "silent",
    }),
    // What undici throws; a real name server may take half a minute to say so.
    upstreamFetch: (url, init) =>
      site.isKnown
        ? fetch(url, init)
        : Promise.reject(new TypeError("fetch failed", { cause: unknownName })),
  });
  onTestFinished(async () => {
    await gateway.close();
    await simulator.close();
    folder.remove();
  });
  const { url } = await gateway.listen();
  // Counting begins with the first scrape.
  const metrics = async () => await (await fetch(`${url}/metrics`)).text();
  await metrics();
  const waiting = postJson(`${url}/v1/images/generations`, { prompt: "a harbour" });
  // More failures than MAX_RETRY_COUNT.
  await until("failed starts", async () => {
    const failures =
      /jimeng_account_failures_total\{account="mine",code="connection_failed"\} (\d+)/;
    return Number(failures.exec(await metrics())?.[1] ?? 0) > 3 ? true : undefined;
  });
  // Between two tries it is queued again.
  const job = await until("the job to wait", async () => {
    const [found] = (await getJson(`${url}/v1/jobs`)).data;
    return found.status === "queued" ? found : undefined;
  });
  expect(job).toMatchObject({ error: null, cost: { charged: null } });
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  expect(await metrics()).toMatch(/jimeng_upstream_requests_total\{.*class="no_answer"\} \d/);
  site.isKnown = true;
  const { status, body } = await waiting;
  expect(status).toBe(200);
  expect(body.job_id).toBe(job.id);
  expect(simulator.acceptedStarts()).toHaveLength(1);
});
