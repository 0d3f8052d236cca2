// Tests webhooks over a real receiver: who is told what, signatures that others verify, retries over a day, dead
// receivers, and that nothing is lost or prepared twice.

import OpenAI from "openai";
import { Webhook as StandardWebhook } from "standardwebhooks";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import type { GatewayDatabase } from "../database/database.ts";
import { createEventLog } from "../events/event-log.ts";
import type { EventLog } from "../events/event-log.ts";
import type { NewEvent } from "../events/append.ts";
import { createUrls } from "../shapes/urls.ts";
import { createGuardedAgent } from "../storage/url-guard.ts";
import { findHandler, taskKey } from "../tasks/dispatcher.ts";
import { makeTestDatabase } from "../testing/database.ts";
import type { TestDatabase } from "../testing/database.ts";
import { FakeJobs, toQueuedJob } from "../testing/fake-jobs.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { startReceiver } from "../testing/receiver.ts";
import type { ReceivedMessage, Receiver, ReceiverAnswer } from "../testing/receiver.ts";
import { createWebhooks } from "./webhooks.ts";
import type { Webhooks } from "./webhooks.ts";

const hourMs = 3_600_000;
const logger = { debug() {}, info() {}, warn() {}, error() {} };

let place: TestDatabase;
let database: GatewayDatabase;
let receiver: Receiver;
const opened: Webhooks[] = [];

beforeEach(async () => {
  place = await makeTestDatabase();
  database = await place.open();
  receiver = await startReceiver();
});

afterEach(async () => {
  for (const webhooks of opened.splice(0)) await webhooks.close();
  await receiver.close();
  await database.close();
  await place.remove();
});

/** Webhooks over the test's database whose tasks run when the clock is moved. */
function open(options: { allowPrivate?: boolean; secretKey?: string; clock?: ManualClock } = {}) {
  const { allowPrivate = true, secretKey = "obviously-fake-secret-key" } = options;
  // Signatures are verified with the time of the machine.
  const { clock = new ManualClock(Date.now()) } = options;
  const log: EventLog = createEventLog({ database, clock, logger });
  const jobs = new FakeJobs();
  const due = new Map<string, number>();
  const webhooks = createWebhooks({
    database,
    events: log,
    jobs,
    tasks: {
      schedule: (task, at) => due.set(task, Math.min(at, due.get(task) ?? at)),
    },
    secretKeys: { current: secretKey, previous: [] },
    dispatcher: createGuardedAgent({ allowPrivate }),
    allowPrivate,
    userAgent: "jimeng-test",
    clock,
    logger,
    random: () => 0,
    urls: () => createUrls("http://gateway", null),
  });
  opened.push(webhooks);
  /** Runs what is due, until nothing more is. */
  const settle = async (): Promise<void> => {
    await clock.advance(100);
    // The log is read in real time.
    const isDue = () => [...due.values()].some((at) => at <= clock.now());
    for (let turn = 0; turn < 50 && !isDue(); turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 5));
    for (;;) {
      const next = [...due].find(([, at]) => at <= clock.now());
      if (next === undefined) return;
      due.delete(next[0]);
      await findHandler({ deliver: webhooks.task.run }, next[0])?.();
    }
  };
  return { webhooks, log, jobs, clock, due, settle };
}

function addJob(jobs: FakeJobs, id: string, changes: object = {}): void {
  const request = {
    kind: "video",
    model: "jimeng-video-3.0",
    prompt: "waves",
    durationSeconds: 5,
    ratio: "16:9",
    resolution: "720p",
  };
  const job = toQueuedJob(id, { request: request as never, warnings: [], keyId: null });
  jobs.rows.set(id, { ...job, status: "completed", completedAt: job.createdAt, ...changes });
}

const ended = (subject: string): NewEvent => ({ type: "job.completed", subject, account: "main" });
const input = { description: "", disabled: false };
const typesOf = (received: ReceivedMessage[]): string[] => received.map(({ body }) => body.type);

/** Stores a job's row, so that its kind and address are known. */
async function storeRow(id: string, kind: string, webhookUrl: string | null = null): Promise<void> {
  const row = { id, kind, status: "in_progress", request: "{}", warnings: "[]", cost: "{}" };
  const numbers = { attempts: 0, progress: 0, priority: 0, deadline_at: 0, uncertain_starts: 0 };
  await database.tables
    .insertInto("jobs")
    .values({
      ...row,
      ...numbers,
      cancel_requested: 0,
      version: 1,
      broken_downloads: 0,
      created_at: 1,
      updated_at: 1,
      webhook_url: webhookUrl,
    } as never)
    .execute();
}

describe("stored endpoints", () => {
  test("hear of the types that they want, from their creation on, signed as others verify it", async () => {
    const { webhooks, log, jobs, settle } = open();
    addJob(jobs, "job_1");
    await storeRow("job_1", "video");
    await webhooks.start();
    await log.append([ended("job_1")]);
    const { url } = receiver;
    const made = await webhooks.create({ ...input, url, events: ["video.*", "account.health"] });
    expect(made.secret).toMatch(/^whsec_/);
    await log.append([
      ended("job_1"),
      { type: "account.health", subject: "main", account: "main", data: { state: "blocked" } },
      { type: "credits.changed", subject: "main" },
    ]);
    await settle();
    expect(typesOf(receiver.received).toSorted()).toEqual(["account.health", "video.completed"]);
    for (const { headers, text } of receiver.received) {
      const given = headers as Record<string, string>;
      new StandardWebhook(made.secret).verify(text, given);
      const client = new OpenAI({ apiKey: "obviously-fake", webhookSecret: made.secret });
      const event = await client.webhooks.unwrap(text, given);
      expect(event.object).toBe("event");
      expect(() => new StandardWebhook("whsec_AAAA").verify(text, given)).toThrow();
    }
    const video = receiver.received.find(({ body }) => body.type === "video.completed");
    expect(video?.body.data).toMatchObject({ id: "job_1", object: "video", status: "completed" });
    // Secrets are not in the database as they are.
    const row = await database.tables.selectFrom("webhooks").selectAll().executeTakeFirst();
    expect(JSON.stringify(row)).not.toContain(made.secret.slice(6));
  });

  test("get messages signed with both secrets for a day after a rotation", async () => {
    const { webhooks, clock } = open();
    const { url } = receiver;
    const { webhook, secret } = await webhooks.create({ ...input, url, events: ["*"] });
    const rotated = await webhooks.rotate(webhook.id, 24 * hourMs);
    expect(rotated.secret).not.toBe(secret);
    await webhooks.test(webhook.id);
    const [both] = receiver.received;
    for (const each of [secret, rotated.secret]) {
      new StandardWebhook(each).verify(both!.text, both!.headers as Record<string, string>);
    }
    clock.sleep(24 * hourMs);
    await webhooks.test(webhook.id);
    const signatures = receiver.received.map(({ headers }) =>
      String(headers["webhook-signature"]).split(" "),
    );
    expect(signatures.map(({ length }) => length)).toEqual([2, 1]);
  });

  test("can be tested: one attempt, with what came of it", async () => {
    const { webhooks, due } = open();
    const { url } = receiver;
    const { webhook } = await webhooks.create({ ...input, url, events: ["*"] });
    receiver.answerWith(() => ({ status: 500, body: `broken${"x".repeat(5000)}` }));
    const failed = await webhooks.test(webhook.id);
    expect(failed).toMatchObject({ status: "failed", attempts: 1, responseStatus: 500 });
    expect(failed.responseBody).toHaveLength(1024);
    expect(due.size).toBe(0);
    receiver.answerWith(() => ({}));
    expect(await webhooks.test(webhook.id)).toMatchObject({ status: "delivered", error: null });
    expect(receiver.received[0]?.body).toMatchObject({ type: "webhook.test" });
  });

  test("whose secret was encrypted with another key say so, and work again after a rotation", async () => {
    const { url } = receiver;
    const { webhook } = await open().webhooks.create({ ...input, url, events: ["*"] });
    const { webhooks } = open({ secretKey: "another-obviously-fake-key" });
    expect(await webhooks.test(webhook.id)).toMatchObject({
      status: "failed",
      error: expect.stringContaining("rotate it"),
    });
    const { secret } = await webhooks.rotate(webhook.id, hourMs);
    expect(await webhooks.test(webhook.id)).toMatchObject({ status: "delivered" });
    const [message] = receiver.received;
    new StandardWebhook(secret).verify(message!.text, message!.headers as Record<string, string>);
  });
});

describe("the address of one request", () => {
  test("gets one message at the end of the job, signed with its caller's own secret", async () => {
    const { webhooks, log, jobs, settle } = open();
    addJob(jobs, "job_1", { status: "failed", keyId: "key_one" });
    await storeRow("job_1", "video", receiver.url);
    await storeRow("job_2", "audio", receiver.url);
    await webhooks.start();
    await log.append([
      { type: "job.started", subject: "job_1", keyId: "key_one" },
      { type: "job.failed", subject: "job_1", keyId: "key_one" },
      { type: "job.completed", subject: "job_2", keyId: "key_one" },
    ]);
    await settle();
    expect(typesOf(receiver.received).toSorted()).toEqual(["job.completed", "video.failed"]);
    const secret = webhooks.secretOfCaller("key_one");
    expect(webhooks.secretOfCaller("key_two")).not.toBe(secret);
    for (const { headers, text } of receiver.received)
      new StandardWebhook(secret).verify(text, headers as Record<string, string>);
    const { deliveries } = await webhooks.deliveries({ jobId: "job_1", limit: 5, order: "desc" });
    expect(deliveries).toMatchObject([{ status: "delivered", type: "video.failed" }]);
  });
});

describe("delivery", () => {
  test("is tried again over a day under one id, then given up, and can be asked for again", async () => {
    const { webhooks, log, clock, settle } = open();
    await webhooks.start();
    const { url } = receiver;
    const { webhook } = await webhooks.create({ ...input, url, events: ["model.changed"] });
    receiver.answerWith(() => ({ status: 503 }));
    await log.append([{ type: "model.changed", subject: "a" }]);
    const begunAt = clock.now();
    await settle();
    const list = async () =>
      (await webhooks.deliveries({ webhookId: webhook.id, limit: 5, order: "desc" })).deliveries;
    let last = 0;
    for (;;) {
      const [delivery] = await list();
      const nextAt = delivery?.nextAt ?? null;
      if (nextAt === null) break;
      last = nextAt - begunAt;
      clock.sleep(nextAt - clock.now());
      await settle();
    }
    expect(last / hourMs).toBeGreaterThan(23);
    expect(last / hourMs).toBeLessThan(25);
    expect(receiver.received).toHaveLength(11);
    expect(new Set(receiver.received.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
    const [failed] = await list();
    expect(failed).toMatchObject({ status: "failed", attempts: 11, responseStatus: 503 });
    receiver.answerWith(() => ({}));
    await webhooks.redeliver(webhook.id, failed!.id);
    await settle();
    expect((await list())[0]).toMatchObject({ id: failed!.id, status: "delivered", attempts: 1 });
    await expect(webhooks.redeliver("whk_other", failed!.id)).rejects.toMatchObject({
      code: "not_found",
    });
  });

  test("waits as long as a receiver asks, follows no redirect, and stops at 410", async () => {
    const { webhooks, log, clock, settle } = open();
    await webhooks.start();
    const { url } = receiver;
    const { webhook } = await webhooks.create({ ...input, url, events: ["model.changed"] });
    const other = await startReceiver();
    receiver.answerWith(({ body }): ReceiverAnswer => {
      if (body.data["id"] === "busy") return { status: 429, headers: { "retry-after": "600" } };
      return { status: 307, headers: { location: other.url } };
    });
    await log.append([
      { type: "model.changed", subject: "busy" },
      { type: "model.changed", subject: "moved" },
    ]);
    await settle();
    const { deliveries } = await webhooks.deliveries({
      webhookId: webhook.id,
      limit: 5,
      order: "asc",
    });
    expect(deliveries.map(({ nextAt }) => Math.round((nextAt! - clock.now()) / 1000))).toEqual([
      600, 5,
    ]);
    expect(other.received).toEqual([]);
    receiver.answerWith(() => ({ status: 410 }));
    clock.sleep(5000);
    await settle();
    expect(await webhooks.get(webhook.id)).toMatchObject({
      disabled: true,
      disabledReason: expect.stringContaining("410"),
    });
    expect((await log.read(0, 100)).at(-1)).toMatchObject({
      type: "webhook.disabled",
      subject: webhook.id,
    });
    await other.close();
  });

  test("to an endpoint that fails for days ends with a warning; enabled again it starts anew", async () => {
    const { webhooks, log, clock, settle } = open();
    await webhooks.start();
    const { url } = receiver;
    const { webhook } = await webhooks.create({ ...input, url, events: ["model.changed"] });
    await receiver.close();
    for (let day = 0; day < 7; day += 1) {
      await log.append([{ type: "model.changed", subject: `day ${day}` }]);
      await settle();
      clock.sleep(24 * hourMs);
    }
    await settle();
    expect(await webhooks.get(webhook.id)).toMatchObject({
      disabled: true,
      disabledReason: "Nothing was delivered for 5 days.",
    });
    receiver = await startReceiver();
    await webhooks.update(webhook.id, { url: receiver.url, disabled: false });
    await settle();
    await log.append([{ type: "model.changed", subject: "new" }]);
    await settle();
    expect(receiver.received.map(({ body }) => body.data["id"])).toEqual(["new"]);
  });

  test("goes to no private address, not when it is named and not when it is connected to", async () => {
    const { webhooks, log, jobs, settle } = open({ allowPrivate: false });
    await webhooks.start();
    for (const url of [
      receiver.url,
      "http://10.0.0.1/hook",
      "http://example.com/hook",
      "ftp://a/",
    ]) {
      await expect(webhooks.create({ ...input, url, events: ["*"] })).rejects.toMatchObject({
        code: "invalid_request",
        detail: { param: "url" },
      });
    }
    // One that was stored while it was allowed.
    addJob(jobs, "job_1");
    await storeRow("job_1", "video", receiver.url);
    await log.append([ended("job_1")]);
    await settle();
    expect(receiver.received).toEqual([]);
    const { deliveries } = await webhooks.deliveries({ jobId: "job_1", limit: 5, order: "desc" });
    expect(deliveries[0]).toMatchObject({ status: "pending", responseStatus: null });
    expect(deliveries[0]?.error).toMatch(/refused/);
  });

  test("of events that came while nothing ran is made up for, each once, by whichever node is first", async () => {
    const first = open();
    await first.webhooks.start();
    const { url } = receiver;
    await first.webhooks.create({ ...input, url, events: ["model.changed"] });
    await first.webhooks.close();
    const events = Array.from({ length: 1200 }, (_, index): NewEvent => {
      return { type: "model.changed", subject: `${index}` };
    });
    for (let at = 0; at < events.length; at += 100)
      await first.log.append(events.slice(at, at + 100));
    // One clock: what one node prepares is due on the other as well.
    const { clock } = first;
    const nodes = [open({ clock }), open({ clock })];
    await Promise.all(nodes.map(({ webhooks }) => webhooks.start()));
    const count = async () =>
      (await database.tables.selectFrom("webhook_deliveries").select("subject").execute()).length;
    await clock.advance(50);
    await vi.waitFor(async () => expect(await count()).toBe(events.length), { timeout: 10_000 });
    const rows = await database.tables.selectFrom("webhook_deliveries").selectAll().execute();
    expect(rows).toHaveLength(events.length);
    expect(new Set(rows.map(({ subject }) => subject)).size).toBe(events.length);
    const [target] = new Set(rows.map(({ target: each }) => each));
    await findHandler({ deliver: nodes[0]!.webhooks.task.run }, taskKey("deliver", target!))?.();
    expect(receiver.received).toHaveLength(events.length);
  });
});
