// Tests the routes of webhooks: who may use them, what they show, and that a bad address stops a request before it costs.

import { afterEach, describe, expect, test } from "vitest";

import { GatewayClient } from "../../../api/client/client.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { startReceiver } from "../../../testing/receiver.ts";

const key = "obviously-fake-key-alice";

let fake: FakeApp | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function serve(environment: Record<string, string> = {}) {
  fake = await buildFakeApp({ JIMENG_API_KEYS: key, ...environment });
  const baseUrl = await fake.app.listen({ port: 0, host: "127.0.0.1" });
  const of = (credential: string) => new GatewayClient({ baseUrl, key: credential });
  return { app: fake, baseUrl, owner: of(fake.adminKey), caller: of(key) };
}

describe("/v1/webhooks", () => {
  test("is the owner's: made with a secret that is shown once, changed, rotated, tested, removed", async () => {
    const receiver = await startReceiver();
    const { owner, caller } = await serve({ JIMENG_ALLOW_PRIVATE_WEBHOOKS: "true" });
    const body = { url: receiver.url, events: ["job.*"] };
    await expect(caller.webhooks.create(body)).rejects.toMatchObject({ code: "forbidden" });
    const made = await owner.webhooks.create(body);
    expect(made).toMatchObject({ object: "webhook", events: ["job.*"], disabled: false });
    const { secret, ...shown } = made;
    expect(await owner.webhooks.retrieve(made.id)).toEqual(shown);
    expect((await owner.webhooks.list()).data).toEqual([shown]);
    const rotated = await owner.webhooks.rotate(made.id);
    expect(rotated.secret).not.toBe(secret);
    expect(rotated.previous_secret_until).toBeGreaterThan(0);
    const tested = await owner.webhooks.test(made.id);
    expect(tested).toMatchObject({ type: "webhook.test", status: "delivered" });
    const { data } = await owner.webhooks.deliveries(made.id);
    expect(data).toEqual([tested]);
    expect(await owner.webhooks.redeliver(made.id, tested.id)).toMatchObject({ status: "pending" });
    await owner.webhooks.update(made.id, { disabled: true, events: ["*"] });
    await expect(owner.webhooks.redeliver(made.id, tested.id)).rejects.toMatchObject({
      code: "conflict",
    });
    await owner.webhooks.remove(made.id);
    await expect(owner.webhooks.retrieve(made.id)).rejects.toMatchObject({ code: "not_found" });
    await receiver.close();
  });

  test("refuses types that do not exist and addresses that must not be called", async () => {
    const { owner } = await serve();
    const url = "https://example.com/hook";
    for (const bad of [
      { url, events: ["job.done"] },
      { url, events: [] },
      { url: "http://127.0.0.1/hook", events: ["*"] },
      { url: "http://169.254.169.254/", events: ["*"] },
    ]) {
      await expect(owner.webhooks.create(bad)).rejects.toMatchObject({ code: "invalid_request" });
    }
  });
});

describe("webhook_url", () => {
  const bodies = {
    "/v1/images/generations": { prompt: "a lighthouse" },
    "/v1/videos": { prompt: "waves" },
    "/v1/jobs": { kind: "image", prompt: "a lighthouse" },
    "/v1/audio/music": { prompt: "slow piano" },
    "/v1/video/generations": { prompt: "waves" },
  };

  test.each(Object.entries(bodies))(
    "of %s is refused before anything is made when it must not be called, and kept otherwise",
    async (path, body) => {
      const { app, baseUrl } = await serve();
      const post = (url: string) =>
        fetch(`${baseUrl}${path}`, {
          method: "POST",
          headers: {
            authorization: `Bearer ${key}`,
            "content-type": "application/json",
            prefer: "respond-async",
          },
          body: JSON.stringify({ ...body, webhook_url: url }),
        });
      const refused = await post("http://10.0.0.1/hook");
      expect(refused.status).toBe(400);
      expect(await refused.json()).toMatchObject({
        error: { param: "webhook_url", charged: "no" },
      });
      expect(app.jobs.rows.size).toBe(0);
      expect((await post("https://example.com/hook")).status).toBeLessThan(300);
      expect([...app.jobs.rows.values()].map(({ webhookUrl }) => webhookUrl)).toEqual([
        "https://example.com/hook",
      ]);
    },
  );

  test("is signed with a secret of the caller's own, and its deliveries are shown to the job's owner", async () => {
    const { owner, caller, app } = await serve();
    const mine = await caller.webhooks.secret();
    expect(mine.secret).toMatch(/^whsec_/);
    expect((await owner.webhooks.secret()).secret).not.toBe(mine.secret);
    const [job] = await owner.jobs.create({ kind: "image", prompt: "a lighthouse" });
    expect(app.jobs.rows.has(job!.id)).toBe(true);
    expect((await owner.webhooks.ofJob(job!.id)).data).toEqual([]);
    await expect(caller.webhooks.ofJob(job!.id)).rejects.toMatchObject({ code: "not_found" });
  });
});
