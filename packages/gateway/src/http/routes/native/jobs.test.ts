// Tests the job routes: shape, lists, ownership, events over real HTTP, cancel.

import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { GatewayClient } from "../../../api/client/client.ts";
import { parseEventStream } from "../../../api/client/event-stream.ts";
import { errorBodySchema } from "../../../api/errors.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete } from "../../../testing/fake-jobs.ts";

let fake: FakeApp;
afterEach(() => fake.close());

const keys = { JIMENG_API_KEYS: "obviously-fake-1,obviously-fake-2" };
const one = { "x-api-key": "obviously-fake-1" };
const two = { "x-api-key": "obviously-fake-2" };

const get = (url: string, headers: Record<string, string> = {}) =>
  fake.app.inject({ method: "GET", url, headers });
const create = (headers: Record<string, string> = {}) =>
  fake.app.inject({ method: "POST", url: "/v1/videos", headers, payload: { prompt: "the sea" } });

describe("a job", () => {
  beforeEach(async () => {
    fake = await buildFakeApp();
  });

  it("counts as seen once it was answered, unless the answer is passed on (seen=false)", async () => {
    await create();
    await get("/v1/jobs/job_1?seen=false");
    await get("/v1/jobs/job_1/events?seen=false");
    expect(fake.jobs.shown).toEqual([]);
    await get("/v1/jobs/job_1");
    expect(fake.jobs.shown).toEqual(["job_1"]);
    const payload = { kind: "video", prompt: "waves", join: "until_result" };
    await fake.app.inject({ method: "POST", url: "/v1/jobs?seen=false", payload });
    expect(fake.jobs.contexts.at(-1)).toMatchObject({ join: "until_result", seen: false });
  });

  it("has the published shape", async () => {
    fake.jobs.onCreate = (job) => ({
      ...complete(job),
      account: "mine",
      logid: "log-1",
      operation: {
        version: 1,
        region: "cn",
        kind: "video",
        model: "jimeng-video-3.0",
        submitId: "submit-1",
        historyId: "history-1",
        startedAt: null,
        forecast: null,
        logid: null,
      },
    });
    await create();
    const job = jobSchema.parse((await get("/v1/jobs/job_1")).json());
    expect(job).toMatchObject({
      id: "job_1",
      kind: "video",
      status: "completed",
      progress: 100,
      model: "jimeng-video-3.0",
      account: "mine",
      request: { prompt: "the sea", duration_seconds: 5, ratio: "16:9", resolution: "720p" },
      result: { assets: [{ id: "asset_job_1_0", duration_seconds: 5, upstream_expires_at: null }] },
      upstream: { submit_id: "submit-job_1", history_id: "history-1", logid: "log-1" },
      urls: {
        self: "http://localhost:80/v1/jobs/job_1",
        events: "http://localhost:80/v1/jobs/job_1/events",
        cancel: "http://localhost:80/v1/jobs/job_1/cancel",
      },
      created_at: 1_700_000_000,
      started_at: 1_700_000_001,
      completed_at: 1_700_000_020,
    });
  });

  it("tells its place in the queue and the time that is left", async () => {
    fake.jobs.onCreate = () => ({
      status: "in_progress",
      phase: "generating",
      queue: { state: "queued", position: 3, length: 9 },
      forecast: { queueSeconds: 20, generateSeconds: 30 },
      startedAt: 1_700_000_000_000,
    });
    await create();
    expect((await get("/v1/jobs/job_1")).json()).toMatchObject({
      phase: "generating",
      queue: { position: 3, length: 9, eta_seconds: 40 },
    });
  });

  it("that is unknown is not found", async () => {
    for (const url of [
      "/v1/jobs/nope",
      "/v1/jobs/nope/events",
      "/v1/videos/nope",
      "/v1/assets/nope",
    ]) {
      const response = await get(url);
      expect(response.statusCode).toBe(404);
      expect(errorBodySchema.parse(response.json()).error).toMatchObject({ code: "not_found" });
    }
  });

  it("is cancelled without a body, with or without the JSON header", async () => {
    fake.jobs.onCreate = () => ({});
    await create();
    await create();
    const bare = await fake.app.inject({ method: "POST", url: "/v1/jobs/job_1/cancel" });
    expect(bare.json().status).toBe("cancelled");
    const headers = { "content-type": "application/json" };
    const empty = await fake.app.inject({ method: "POST", url: "/v1/jobs/job_2/cancel", headers });
    expect(empty.statusCode).toBe(200);
    expect(jobSchema.parse(empty.json()).error).toMatchObject({ code: "cancelled", charged: "no" });
    const again = await fake.app.inject({ method: "POST", url: "/v1/jobs/job_2/cancel" });
    expect(again.statusCode).toBe(409);
    expect(again.headers["x-should-retry"]).toBe("false");
  });

  it("is listed by the filters and pages asked for", async () => {
    await create();
    await create();
    const page = await get("/v1/jobs?status=completed&kind=video&account=mine&after=job_9&limit=1");
    expect(jobListSchema.parse(page.json())).toMatchObject({
      first_id: "job_1",
      last_id: "job_1",
      has_more: true,
    });
    expect(fake.jobs.filters.at(-1)).toEqual({
      status: "completed",
      kind: "video",
      account: "mine",
      after: "job_9",
      limit: 1,
      order: "desc",
      keyId: undefined,
    });
    expect((await get("/v1/jobs?status=failed")).json()).toMatchObject({
      data: [],
      first_id: null,
    });
  });

  it.each([
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=x", "limit"],
    ["order=up", "order"],
    ["status=done", "status"],
    ["kind=sculpture", "kind"],
  ])("list refuses %s and names it", async (query, param) => {
    const response = await get(`/v1/jobs?${query}`);
    expect(response.statusCode).toBe(400);
    expect(response.json().error.param).toBe(param);
  });
});

describe("another caller's job", () => {
  beforeEach(async () => {
    fake = await buildFakeApp(keys);
    await create(one);
    fake.writeFile({ ...(await fake.jobs.asset("asset_job_1_0"))! }, Buffer.from("mp4"));
  });

  it("does not exist, nor do its files; one's own and the admin's view do", async () => {
    for (const path of [
      "/v1/jobs/job_1",
      "/v1/videos/job_1",
      "/v1/videos/job_1/content",
      "/v1/assets/asset_job_1_0",
    ]) {
      expect((await get(path, two)).statusCode).toBe(404);
      expect((await get(path, one)).statusCode).toBe(200);
      expect((await get(path, { "x-api-key": fake.adminKey })).statusCode).toBe(200);
      expect((await get(path)).statusCode).toBe(401);
    }
    const cancelled = await fake.app.inject({
      method: "POST",
      url: "/v1/jobs/job_1/cancel",
      headers: two,
    });
    expect(cancelled.statusCode).toBe(404);
  });

  it("is not in the list", async () => {
    expect((await get("/v1/jobs", two)).json().data).toEqual([]);
    expect((await get("/v1/jobs", one)).json().data).toHaveLength(1);
    expect((await get("/v1/jobs", { "x-api-key": fake.adminKey })).json().data).toHaveLength(1);
  });
});

describe("the events of a job, over real HTTP", () => {
  let url: string;
  beforeEach(async () => {
    fake = await buildFakeApp({}, { heartbeatMs: 5 });
    await fake.app.listen({ port: 0 });
    url = `http://127.0.0.1:${(fake.app.server.address() as AddressInfo).port}`;
    fake.jobs.onCreate = () => ({});
    await create();
  });

  it("begin with where it stands, tell of the picture and end when it ends", async () => {
    const client = new GatewayClient({ baseUrl: url });
    const seen: string[] = [];
    for await (const { name, job } of client.jobs.events("job_1")) {
      seen.push(`${name} ${job.status} ${job.progress}`);
      if (name === "job.queued")
        fake.jobs.change("job_1", { status: "in_progress", progress: 9 }, "job.started");
      if (name === "job.started") {
        fake.jobs.change("job_1", complete(fake.jobs.rows.get("job_1")!), "job.completed");
      }
    }
    expect(seen).toEqual([
      "job.queued queued 0",
      "job.started in_progress 9",
      "job.image completed 100",
      "job.completed completed 100",
    ]);
  });

  it("carry ids, heartbeats and headers that keep proxies from buffering", async () => {
    const response = await fetch(`${url}/v1/jobs/job_1/events`);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-cache, no-transform",
      "x-accel-buffering": "no",
    });
    let text = "";
    const decoder = new TextDecoder();
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk);
      if (text.includes(": heartbeat\n\n")) break;
    }
    expect(text).toMatch(/^event: job\.queued\nid: 1\ndata: \{.*\}\n\n/);
  });

  it("stop being listened for when the reader goes away", async () => {
    const abort = new AbortController();
    const response = await fetch(`${url}/v1/jobs/job_1/events`, { signal: abort.signal });
    const events = parseEventStream(response.body!);
    await events.next();
    expect(fake.jobs.listeners("job_1")).toBe(1);
    abort.abort();
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(0);
  });

  it("end when the gateway closes, which does not hang on them", async () => {
    const response = await fetch(`${url}/v1/jobs/job_1/events`);
    const events = parseEventStream(response.body!);
    await events.next();
    await fake.app.close();
    expect((await events.next()).done).toBe(true);
  });
});

describe("a caller who hangs up", () => {
  it("stops waiting, and the job goes on", async () => {
    fake = await buildFakeApp();
    await fake.app.listen({ port: 0 });
    fake.jobs.onCreate = () => ({});
    const abort = new AbortController();
    const url = `http://127.0.0.1:${(fake.app.server.address() as AddressInfo).port}`;
    const client = new GatewayClient({ baseUrl: url });
    const answer = client.images.create({ prompt: "a cat" }, { signal: abort.signal });
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(1);
    abort.abort();
    await expect(answer).rejects.toThrowError();
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(0);
    expect(fake.jobs.rows.get("job_1")?.status).toBe("queued");
    const job = fake.jobs.change("job_1", complete(fake.jobs.rows.get("job_1")!), "job.completed");
    expect(job.status).toBe("completed");
    expect((await client.jobs.retrieve("job_1")).status).toBe("completed");
  });
});
