// Webhooks survive SIGKILL: messages that were on their way come again after the restart.
import { afterEach, expect, test } from "vitest";
import { type Receiver, startReceiver } from "../../packages/gateway/src/testing/receiver.ts";
import {
  getJson,
  postJson,
  type Process,
  scratchFolder,
  startGateway,
  until,
} from "./processes.ts";

const cleanups: Array<() => unknown> = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function tracked(process: Process): Process {
  cleanups.push(() => process.kill());
  return process;
}

async function receiver(): Promise<Receiver> {
  const started = await startReceiver();
  cleanups.push(() => started.close());
  return started;
}

const idsOf = ({ received }: Receiver): Set<unknown> =>
  new Set(received.map(({ headers }) => headers["webhook-id"]));

test("what was not delivered when the gateway was killed is delivered after the restart, under its id", async () => {
  const folder = scratchFolder();
  cleanups.push(folder.remove);
  const environment = { JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true" };
  const first = tracked(await startGateway(folder.path, environment));

  // Both receivers take the message and never answer.
  const receivers = [await receiver(), await receiver()] as const;
  const [ofRequest, ofEndpoint] = receivers;
  for (const each of receivers) each.answerWith(() => new Promise(() => undefined));
  const stored = { url: ofEndpoint.url, events: ["job.completed"] };
  const webhook = await postJson(`${first.url}/v1/webhooks`, stored);
  expect(webhook.status).toBe(201);
  const body = { prompt: "a picture", webhook_url: ofRequest.url };
  const made = await postJson(`${first.url}/v1/images/generations`, body);
  expect(made.status).toBe(200);
  for (const each of receivers) await each.waitFor(1);
  await first.kill();

  for (const each of receivers) each.answerWith(() => ({}));
  const second = tracked(await startGateway(folder.path, environment));
  for (const each of receivers) {
    await each.waitFor(2);
    expect(idsOf(each).size).toBe(1);
  }
  expect(ofRequest.received[1]?.body).toMatchObject({ type: "image.completed" });
  expect(ofEndpoint.received[1]?.body).toMatchObject({ type: "job.completed" });
  const done = await until("the log of the deliveries", async () => {
    const { data } = await getJson(`${second.url}/v1/webhooks/${webhook.body.id}/deliveries`);
    return data[0]?.status === "delivered" ? data : undefined;
  });
  expect(done).toHaveLength(1);
});
