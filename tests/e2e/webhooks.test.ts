// Webhooks survive SIGKILL: a message that was on its way comes again after the restart.
import { afterEach, expect, test } from "vitest";
import { startReceiver } from "../../packages/gateway/src/testing/receiver.ts";
import { getJson, postJson, scratchFolder, startGateway, until } from "./processes.ts";

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

test("what was not delivered when the gateway was killed is delivered after the restart, under its id", async () => {
  const folder = scratchFolder();
  cleanups.push(folder.remove);
  const environment = { JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true" };
  const receiver = await startReceiver();
  cleanups.push(() => receiver.close());
  // It takes the message and never answers.
  receiver.answerWith(() => new Promise(() => undefined));

  const first = await startGateway(folder.path, environment);
  cleanups.push(() => first.kill());
  const stored = { url: receiver.url, events: ["job.queued"] };
  const webhook = await postJson(`${first.url}/v1/webhooks`, stored);
  expect(webhook.status).toBe(201);
  const job = await postJson(`${first.url}/v1/jobs`, { kind: "video", prompt: "waves" });
  await receiver.waitFor(1);
  await first.kill();

  receiver.answerWith(() => ({}));
  const second = await startGateway(folder.path, environment);
  cleanups.push(() => second.kill());
  const [before, after] = await receiver.waitFor(2);
  expect(after?.headers["webhook-id"]).toBe(before?.headers["webhook-id"]);
  expect(after?.body).toMatchObject({ type: "job.queued", data: { id: job.body.id } });
  const deliveries = await until("the log of the deliveries", async () => {
    const { data } = await getJson(`${second.url}/v1/webhooks/${webhook.body.id}/deliveries`);
    return data[0]?.status === "delivered" ? data : undefined;
  });
  expect(deliveries).toHaveLength(1);
});
