// Tests batches over HTTP: what comes in, what is refused line by line, ceilings, repetition, results, cancel, owners.

import type { AddressInfo } from "node:net";

import { prepareRequest } from "@jimeng/sdk";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";

import { GatewayClient } from "../../../api/client/client.ts";
import {
  batchEstimateSchema,
  batchResultSchema,
  batchSchema,
} from "../../../api/batches/batches.ts";
import type { BatchObject, BatchResultObject } from "../../../api/batches/batches.ts";
import { ServiceError } from "../../../errors.ts";
import { Caller, ownerScopes } from "../../../keys/caller.ts";
import { FakeAccountClient } from "../../../testing/fake-account-client.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, failWith } from "../../../testing/fake-jobs.ts";

let open: FakeApp;
const keys = { JIMENG_API_KEYS: "obviously-fake-1,obviously-fake-2", JIMENG_MAX_QUEUE: "6" };
const one = { "x-api-key": "obviously-fake-1" };
const two = { "x-api-key": "obviously-fake-2" };
beforeAll(async () => {
  open = await buildFakeApp(keys, { account: new FakeAccountClient() });
});
afterAll(() => open.close());
beforeEach(() => {
  const { jobs } = open;
  jobs.rows.clear();
  for (const list of [jobs.created, jobs.contexts, jobs.told, jobs.charged]) list.length = 0;
  jobs.onCreate = complete;
});

const cat = (prompt: string) => ({ kind: "image", prompt, model: "jimeng-4.0", count: 1 }) as const;
const toLines = (lines: readonly unknown[]) =>
  lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line))).join("\n");

const send = (
  lines: readonly unknown[],
  { query = "?confirm=true", headers = {} }: { query?: string; headers?: object } = {},
) =>
  open.app.inject({
    method: "POST",
    url: `/v1/jobs/batch${query}`,
    headers: { "content-type": "application/x-ndjson", ...one, ...headers },
    payload: toLines(lines),
  });

async function made(lines: readonly unknown[], options = {}): Promise<BatchObject> {
  const answer = await send(lines, options);
  expect(answer.statusCode, answer.body).toBe(202);
  return batchSchema.parse(answer.json());
}

const get = (url: string, headers: Record<string, string> = one) =>
  open.app.inject({ method: "GET", url, headers });

const countBatches = async (): Promise<number> =>
  (await get("/v1/batches?limit=100")).json<{ data: unknown[] }>().data.length;

async function retrieve(id: string): Promise<BatchObject> {
  return batchSchema.parse((await get(`/v1/batches/${id}`)).json());
}

async function resultsOf(id: string, query = ""): Promise<BatchResultObject[]> {
  const { body } = await get(`/v1/batches/${id}/results${query}`);
  return body
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => batchResultSchema.parse(JSON.parse(line)));
}

/** Runs the task of a batch so many times. */
async function work(id: string, passes = 1): Promise<void> {
  for (let pass = 0; pass < passes; pass++) await open.batches.task.run(id);
}

/** Makes the price of one picture known. */
function knowPrice(credits: number): void {
  const { request } = prepareRequest({ kind: "image", prompt: "a", model: "jimeng-4.0", count: 1 });
  open.jobs.charged = [{ request, credits }];
}

describe("POST /v1/jobs/batch", () => {
  test("keeps JSONL as lines, makes their jobs in order, and tells the results in order", async () => {
    const batch = await made([cat("one"), "", { custom_id: "second", ...cat("two") }]);
    expect(batch).toMatchObject({
      id: expect.stringMatching(/^batch_/),
      object: "batch",
      status: "in_progress",
      endpoint: "/v1/jobs",
      counts: { total: 2, pending: 2, running: 0, completed: 0, failed: 0, cancelled: 0 },
      credits: { estimated: null, unpriced_lines: 2, max: null },
      urls: { self: `http://localhost:80/v1/batches/${batch.id}` },
    });
    expect(open.jobs.created).toEqual([]);
    expect(await resultsOf(batch.id)).toMatchObject([
      { line: 1, custom_id: null, status: "pending", jobs: [] },
      { line: 3, custom_id: "second", status: "pending", jobs: [] },
    ]);
    await work(batch.id);
    expect(await resultsOf(batch.id)).toMatchObject([
      { line: 1, status: "completed", jobs: [{ id: "job_1", request: { prompt: "one" } }] },
      { line: 3, status: "completed", jobs: [{ id: "job_2", request: { prompt: "two" } }] },
    ]);
    await work(batch.id);
    expect(await retrieve(batch.id)).toMatchObject({
      status: "completed",
      counts: { total: 2, pending: 0, running: 0, completed: 2 },
      request_counts: { total: 2, completed: 2, failed: 0 },
    });
  });

  test("takes a JSON array, also as text in pieces, and OpenAI's lines for its routes", async () => {
    const line = (url: string, body: object) => ({ custom_id: url, method: "POST", url, body });
    const lines = [
      line("/v1/images/generations", { prompt: 'a [cat], {or} "two"', n: 1 }),
      line("/v1/videos", { prompt: "the sea", seconds: "5" }),
      line("/v1/chat/completions", { messages: [{ role: "user", content: "a boat" }] }),
      { ...cat("ours"), count: null },
    ];
    const answer = await open.app.inject({
      method: "POST",
      url: "/v1/jobs/batch?confirm=true",
      headers: { "content-type": "application/json", ...one },
      payload: JSON.stringify(lines, null, 2),
    });
    expect(answer.statusCode, answer.body).toBe(202);
    const { id } = answer.json<BatchObject>();
    await work(id, 2);
    const prompts = (await resultsOf(id)).map(({ jobs }) => jobs[0]?.request.prompt);
    expect(prompts).toEqual(['a [cat], {or} "two"', "the sea", "a boat", "ours"]);
  });

  test("refuses bad lines one by one with line, parameter and message; the others go on", async () => {
    const batch = await made([
      "{not json",
      cat("good"),
      { ...cat("many"), count: 99 },
      { custom_id: "x", method: "POST", url: "/v1/embeddings", body: {} },
      { custom_id: "y", method: "POST", url: "/v1/images/generations", body: { prompt: 5 } },
      '{"__proto__": {"kind": "image"}}',
    ]);
    expect(batch.counts).toMatchObject({ total: 6, pending: 1, failed: 5 });
    expect(batch.errors?.data).toMatchObject([
      { line: 1, param: "line", code: "invalid_request" },
      { line: 3, param: "count", message: "count must be at most 10." },
      { line: 4, param: "url" },
      { line: 5, param: "prompt", message: "prompt must be text, not a number." },
      { line: 6, param: "line" },
    ]);
    await work(batch.id, 2);
    expect(open.jobs.created).toHaveLength(1);
    const results = await resultsOf(batch.id);
    expect(results.map(({ status }) => status)).toEqual([
      "failed",
      "completed",
      ...["failed", "failed", "failed", "failed"],
    ]);
    expect(results[2]?.error).toMatchObject({ code: "invalid_request", charged: "no" });
    expect(await retrieve(batch.id)).toMatchObject({ status: "completed" });
  });

  test("answers 400 for a body in which no line can be met, and keeps nothing of it", async () => {
    const before = await countBatches();
    for (const lines of [["nothing", "{}"], [], ["[", "1"]]) {
      const answer = await send(lines);
      expect(answer.statusCode, answer.body).toBe(400);
    }
    const bare = await open.app.inject({ method: "POST", url: "/v1/jobs/batch", headers: one });
    expect(bare.statusCode, bare.body).toBe(400);
    const answer = await send(["nothing", { kind: "image" }]);
    const { error } = answer.json<{ error: { message: string } }>();
    expect(error.message).toMatch(/^None of the 2 lines can be met; line 1 \(line\): .* line 2 /);
    expect(await countBatches()).toBe(before);
  });

  test("makes several jobs of a line that needs several starts", async () => {
    const { id } = await made([{ ...cat("many"), count: 9 }]);
    await work(id);
    const [result] = await resultsOf(id);
    expect(result?.jobs).toHaveLength(2);
    expect((await retrieve(id)).counts).toMatchObject({ total: 1, running: 1 });
    await work(id);
    expect((await retrieve(id)).counts).toMatchObject({ total: 1, completed: 1 });
  });

  test("a line whose job fails has failed, with the job's error", async () => {
    open.jobs.onCreate = failWith("content_rejected");
    const { id } = await made([cat("bad words")]);
    await work(id, 2);
    expect(await retrieve(id)).toMatchObject({ status: "completed", counts: { failed: 1 } });
    expect(await resultsOf(id)).toMatchObject([
      { status: "failed", error: { code: "content_policy_violation", job_id: "job_1" } },
    ]);
  });
});

describe("the price of a batch", () => {
  test("is told by POST /v1/estimate for JSONL and for an array, and nothing is kept", async () => {
    knowPrice(4);
    const before = await countBatches();
    const lines = [cat("one"), cat("two"), { ...cat("bad"), count: 99 }];
    const ask = (type: string, payload: string) =>
      open.app.inject({
        method: "POST",
        url: "/v1/estimate",
        headers: { "content-type": type, ...one },
        payload,
      });
    for (const answer of [
      await ask("application/x-ndjson", toLines(lines)),
      await ask("application/json", JSON.stringify(lines)),
    ]) {
      expect(batchEstimateSchema.parse(answer.json())).toMatchObject({
        ...{ credits: 8, known_credits: 8, lines: 3, jobs: 2, refused_lines: 1 },
        prices: [{ model: "jimeng-4.0", count: 1, jobs: 2, credits: 4, basis: "own_charges" }],
        errors: [{ line: 3, error: { param: "count" } }],
      });
    }
    expect((await ask("text/plain", "\n")).statusCode).toBe(400);
    expect(await countBatches()).toBe(before);
  });

  test("an unknown price needs confirm", async () => {
    const answer = await send([cat("one")], { query: "" });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: "confirm", reason: "price_unknown" } });
    knowPrice(4);
    const batch = await made([cat("one"), cat("two")], { query: "" });
    expect(batch.credits).toEqual({ estimated: 8, unpriced_lines: 0, committed: 0, max: null });
  });

  test("a batch above max_credits is refused, nothing of it is kept, its key is free again", async () => {
    knowPrice(4);
    const before = await countBatches();
    const lines = [cat("one"), cat("two"), cat("three")];
    const headers = { "idempotency-key": "k" };
    const answer = await send(lines, { query: "?max_credits=11", headers });
    expect(answer.statusCode).toBe(402);
    expect(answer.json()).toMatchObject({
      error: { code: "budget_exceeded", param: "max_credits", reason: "above_ceiling" },
    });
    expect(await countBatches()).toBe(before);
    const batch = await made(lines, { query: "?max_credits=12", headers });
    await work(batch.id);
    expect((await retrieve(batch.id)).credits).toMatchObject({ committed: 12, max: 12 });
    expect(open.jobs.created).toHaveLength(3);
  });

  test("a price that rises meanwhile stops the lines that would pass max_credits", async () => {
    knowPrice(4);
    const { id } = await made([cat("one"), cat("two"), cat("three")], { query: "?max_credits=12" });
    knowPrice(5);
    await work(id, 2);
    expect(await resultsOf(id)).toMatchObject([
      { status: "completed" },
      { status: "completed" },
      { status: "failed", error: { code: "budget_exceeded", charged: "no" } },
    ]);
  });

  test("a ceiling and a price may have fractions", async () => {
    knowPrice(0.5);
    const { id } = await made([cat("one"), cat("two")], { query: "?max_credits=1.5" });
    await work(id, 2);
    expect(await retrieve(id)).toMatchObject({ counts: { completed: 2 } });
  });

  test("with confirm a ceiling holds for what is known, and unknown lines are started", async () => {
    const { id } = await made([cat("one")], { query: "?max_credits=3&confirm=true" });
    await work(id, 2);
    expect(await retrieve(id)).toMatchObject({ counts: { completed: 1 } });
  });
});

describe("a batch that is sent again", () => {
  test("with its key is the same batch; other lines with the key are refused", async () => {
    const headers = { "idempotency-key": "k-1" };
    const first = await made([cat("one"), cat("two")], { headers });
    const again = await send([cat("one"), cat("two")], { headers });
    expect(again.headers["idempotent-replayed"]).toBe("true");
    expect(again.json()).toMatchObject({ id: first.id });
    const other = await send([cat("one"), cat("three")], { headers });
    expect(other.statusCode).toBe(422);
    expect(other.json()).toMatchObject({ error: { code: "idempotency_key_reused" } });
    const ofAnother = await made([cat("one")], { headers: { ...headers, ...two } });
    expect(ofAnother.id).not.toBe(first.id);
  });

  test("without a key is another batch once the answer to the first was read", async () => {
    const first = await made([cat("one")]);
    await expect
      .poll(async () => (await made([cat("one")])).id, { timeout: 2000 })
      .not.toBe(first.id);
  });

  test("goes on where its upload broke off, and doubles nothing", async () => {
    const lines = Array.from({ length: 250 }, (_, index) => JSON.stringify(cat(`line ${index}`)));
    await expect(breakOff(lines.slice(0, 230), "k-2")).rejects.toThrow("the connection broke");
    const headers = { "idempotency-key": "k-2", ...admin() };
    const [begun] = (await get("/v1/batches", admin())).json<{ data: BatchObject[] }>().data;
    expect(begun).toMatchObject({ status: "validating", counts: { total: 200 } });
    const changed = await send([cat("other"), ...lines.slice(1)], { headers });
    expect(changed.statusCode, changed.body).toBe(422);
    const shorter = await send(lines.slice(0, 100), { headers });
    expect(shorter.statusCode, shorter.body).toBe(422);
    const batch = await made(lines, { headers });
    expect(batch).toMatchObject({ id: begun?.id, counts: { total: 250, pending: 250 } });
  });

  test("without a key leaves nothing behind when its upload breaks off", async () => {
    const before = await countBatches();
    const lines = Array.from({ length: 150 }, () => JSON.stringify(cat("one")));
    await expect(breakOff(lines, null)).rejects.toThrow("the connection broke");
    expect(await countBatches()).toBe(before);
  });
});

const admin = () => ({ "x-api-key": open.adminKey });

/** Sends lines as this machine's user, over a connection that breaks after them. */
async function breakOff(lines: readonly string[], key: string | null): Promise<unknown> {
  async function* body() {
    yield Buffer.from(`${lines.join("\n")}\n`);
    throw new Error("the connection broke");
  }
  return await open.batches.create({
    caller: new Caller(ownerScopes, null),
    key,
    body: body(),
    parse: (text) => JSON.parse(text) as unknown,
    options: {
      endpoint: "/v1/jobs",
      inputFileId: null,
      completionWindow: null,
      metadata: null,
      ownBase: "http://localhost",
      maxCredits: null,
      confirmed: true,
    },
  });
}

describe("the lines of a batch", () => {
  test("wait while the queue is full, and say so", async () => {
    const { id } = await made([cat("one")]);
    const createOrReplay = open.jobs.createOrReplay.bind(open.jobs);
    open.jobs.createOrReplay = () =>
      Promise.reject(new ServiceError("overloaded", "Too many wait.", { fix: "Wait." }));
    await work(id);
    expect(await retrieve(id)).toMatchObject({
      counts: { pending: 1, failed: 0 },
      waiting: { code: "overloaded", message: "Too many wait." },
    });
    open.jobs.createOrReplay = createOrReplay;
    await work(id);
    expect(await retrieve(id)).toMatchObject({ counts: { running: 1 }, waiting: null });
  });

  test("become jobs only up to half of JIMENG_MAX_QUEUE at one time", async () => {
    open.jobs.onCreate = () => ({});
    const { id } = await made(Array.from({ length: 8 }, (_, index) => cat(`${index}`)));
    await work(id, 2);
    expect((await retrieve(id)).counts).toMatchObject({ running: 3, pending: 5 });
    open.jobs.change("job_1", { ...complete(open.jobs.rows.get("job_1")!) }, "job.completed");
    await work(id);
    expect((await retrieve(id)).counts).toMatchObject({ running: 3, pending: 4, completed: 1 });
  });

  test("come after the requests that people wait for, and each has a key of its own", async () => {
    const { id } = await made([cat("one"), { ...cat("two"), priority: 5 }]);
    await work(id);
    expect(open.jobs.created.map(([job]) => job?.priority)).toEqual([-1, 5]);
    expect(open.jobs.contexts.map(({ key }) => key)).toEqual([`${id}:1`, `${id}:2`]);
    expect(open.jobs.told).toEqual(["answered", "answered"]);
  });

  test("are followed until each has ended", async () => {
    open.jobs.onCreate = () => ({});
    const { id } = await made([cat("one"), cat("two")]);
    await work(id);
    const following = resultsOf(id, "?follow=true&after=1");
    open.jobs.change("job_2", { ...complete(open.jobs.rows.get("job_2")!) }, "job.completed");
    expect(await following).toMatchObject([{ line: 2, status: "completed" }]);
  });
});

describe("cancelling a batch", () => {
  test("stops what was not started and lets the rest end", async () => {
    open.jobs.onCreate = (job) =>
      job.id === "job_1" ? { status: "in_progress", submitId: "s" } : {};
    const { id } = await made([cat("one"), cat("two"), cat("three")]);
    await work(id);
    const answer = await open.app.inject({
      method: "POST",
      url: `/v1/batches/${id}/cancel`,
      headers: one,
    });
    expect(answer.json()).toMatchObject({ status: "cancelling" });
    await work(id);
    expect(await retrieve(id)).toMatchObject({
      status: "cancelling",
      counts: { running: 1, cancelled: 2 },
    });
    open.jobs.change("job_1", { ...complete(open.jobs.rows.get("job_1")!) }, "job.completed");
    await work(id);
    expect(await retrieve(id)).toMatchObject({
      status: "cancelled",
      counts: { completed: 1, cancelled: 2 },
    });
    const late = await open.app.inject({
      method: "POST",
      url: `/v1/batches/${id}/cancel`,
      headers: one,
    });
    expect(late.statusCode).toBe(409);
  });

  test("before its first line makes no job at all", async () => {
    const { id } = await made([cat("one")]);
    await open.app.inject({ method: "POST", url: `/v1/batches/${id}/cancel`, headers: one });
    await work(id);
    expect(await retrieve(id)).toMatchObject({ status: "cancelled", counts: { cancelled: 1 } });
    expect(await resultsOf(id)).toMatchObject([{ status: "cancelled", error: { charged: "no" } }]);
    expect(open.jobs.created).toEqual([]);
  });
});

test("a batch is its caller's own", async () => {
  const { id } = await made([cat("one")]);
  for (const url of [`/v1/batches/${id}`, `/v1/batches/${id}/results`]) {
    expect((await get(url, two)).statusCode).toBe(404);
  }
  const shown = (await get("/v1/batches", two)).json<{ data: BatchObject[] }>().data;
  expect(shown.map((batch) => batch.id)).not.toContain(id);
  expect((await get(`/v1/batches/${id}`, admin())).statusCode).toBe(200);
  expect((await get("/v1/batches?limit=1", admin())).json()).toMatchObject({ data: [{ id }] });
});

test("the client sends lines as they are made, and follows the results", async () => {
  await open.app.listen({ port: 0 });
  const { port } = open.app.server.address() as AddressInfo;
  const { batches } = new GatewayClient({
    baseUrl: `http://127.0.0.1:${port}`,
    key: "obviously-fake-1",
  });
  async function* lines() {
    yield { custom_id: "first", ...cat("from the client") };
    yield JSON.stringify(cat("as text"));
  }
  const { id } = await batches.create(lines(), { confirm: true });
  await work(id, 2);
  const found = [];
  for await (const result of batches.results(id, { follow: true })) found.push(result);
  expect(found).toMatchObject([
    { line: 1, custom_id: "first", status: "completed" },
    { line: 2, custom_id: null, status: "completed" },
  ]);
  const refused = batches.create(new Blob(["nothing"]));
  await expect(refused).rejects.toMatchObject({ code: "invalid_request", param: "line" });
});
