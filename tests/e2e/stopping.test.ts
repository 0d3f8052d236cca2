// A gateway that is told to stop: it says so first, takes nobody new, and its callers get what they wait for.
import { createSimulator } from "@jimeng/simulator";
import { expect, test } from "vitest";
import { fakeSession, postJson, scratchFolder, startGateway, until } from "./processes.ts";

test("SIGTERM: not ready, then closed to new callers; those who wait get their pictures", async ({
  onTestFinished,
}) => {
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs: 2500, visibleAfterMs: 0 },
  });
  const folder = scratchFolder();
  const gateway = await startGateway(
    folder.path,
    {
      JIMENG_SESSIONS: `mine=${fakeSession}`,
      JIMENG_BASE_URL: simulator.url,
      JIMENG_STOP_DELAY_SECONDS: "1",
    },
    { simulated: false },
  );
  onTestFinished(async () => {
    await gateway.kill();
    await simulator.close();
    folder.remove();
  });
  const feed = await fetch(`${gateway.url}/v1/events`);
  const waiting = postJson(`${gateway.url}/v1/images/generations`, { prompt: "waited for" });
  await until("the start", () => (simulator.acceptedStarts().length === 1 ? true : undefined));

  const stopped = gateway.stop();
  const ready = await until("it to say that it stops", async () => {
    const answer = await fetch(`${gateway.url}/readyz`);
    return answer.status === 503 ? await answer.text() : undefined;
  });
  expect(ready).toContain("The gateway stops.");
  expect((await fetch(`${gateway.url}/healthz`)).status).toBe(200);
  await feed.text();
  await until("it to refuse connections", () =>
    fetch(`${gateway.url}/healthz`).then(
      () => undefined,
      () => true as const,
    ),
  );
  const { status, body } = await waiting;
  expect(status).toBe(200);
  expect(body.data).toHaveLength(1);
  expect(await stopped).toBe(0);
});
