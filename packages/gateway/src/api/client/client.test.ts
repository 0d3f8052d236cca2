// Tests the small client against the real routes over a fake engine, and against gateways that misbehave.

import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { complete, failWith } from "../../testing/fake-jobs.ts";
import { wholePng } from "../../testing/reference-samples.ts";
import { GatewayClient, GatewayError } from "../index.ts";

const key = "obviously-fake-key";
let fake: FakeApp;
let baseUrl: string;
let client: GatewayClient;

beforeEach(async () => {
  fake = await buildFakeApp({ JIMENG_API_KEYS: key });
  await fake.app.listen({ port: 0 });
  baseUrl = `http://127.0.0.1:${(fake.app.server.address() as AddressInfo).port}`;
  client = new GatewayClient({ baseUrl: `${baseUrl}/`, key });
});
afterEach(() => fake.close());

async function failureOf(promise: Promise<unknown>): Promise<GatewayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof GatewayError) return error;
  throw new Error("No GatewayError was thrown.", { cause: error });
}

/** Makes a client whose exchanges are answered one after the other by these. */
function clientOf(...answers: (Response | Error)[]): {
  client: GatewayClient;
  seen: RequestInit[];
} {
  const seen: RequestInit[] = [];
  return {
    seen,
    client: new GatewayClient({
      baseUrl: "http://gateway.example",
      key,
      fetch: (_url, init) => {
        seen.push(init);
        const answer = answers.shift() ?? new Error("No more answers.");
        return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
      },
    }),
  };
}

describe("the client", () => {
  it("uploads a file, makes pictures from it, and lists and deletes it", async () => {
    const blob = new Blob([new Uint8Array(wholePng(32, 16))], { type: "image/png" });
    const options = { filename: "a.png", purpose: "vision", expiresAfterSeconds: 7200 };
    const file = await client.files.create(blob, options);
    expect(file).toMatchObject({ filename: "a.png", purpose: "vision", jimeng: { width: 32 } });
    expect(file.expires_at).toBe(1_700_000_010 + 7200);
    expect(await client.files.retrieve(file.id)).toEqual(file);
    expect((await client.files.list({ purpose: "vision" })).data).toEqual([file]);
    const answer = await client.images.edit({ prompt: "now in blue", image: file.id });
    const job = await client.jobs.retrieve(answer.job_id);
    expect(job.request.references).toEqual([{ file_id: file.id, param: "image" }]);
    expect(await client.files.delete(file.id)).toEqual({
      id: file.id,
      object: "file",
      deleted: true,
    });
    const gone = await failureOf(client.files.retrieve(file.id));
    expect(gone).toMatchObject({ code: "not_found", status: 404 });
    const unnamed = await failureOf(client.files.create(new Blob(["no picture at all"])));
    expect(unnamed).toMatchObject({ code: "reference_unusable", exitCode: 2 });
  });

  it("makes pictures, finds their job and downloads their files", async () => {
    const answer = await client.images.create({ prompt: "a cat" });
    const job = await client.jobs.retrieve(answer.job_id);
    const asset = job.result?.assets[0];
    fake.writeFile((await fake.jobs.asset(asset!.id))!, Buffer.from("png!"));
    const file = await client.assets.download(asset!.id);
    expect(file).toMatchObject({ contentType: "image/png", bytes: 4 });
    expect(await new Response(file.body).text()).toBe("png!");
  });

  it("orders pictures without waiting: one job, or several", async () => {
    fake.jobs.onCreate = () => ({});
    expect((await client.images.start({ prompt: "a" })).map(({ id }) => id)).toEqual(["job_1"]);
    const several = await client.images.start({ prompt: "a", n: 9 });
    expect(several.map(({ id }) => id)).toEqual(["job_2", "job_3"]);
  });

  it("orders, lists and retrieves videos", async () => {
    const video = await client.videos.create({ prompt: "the sea", seconds: "10" });
    expect((await client.videos.retrieve(video.id)).seconds).toBe("10");
    expect((await client.videos.list({ limit: 1, order: "asc" })).data).toHaveLength(1);
  });

  it("lists, cancels and waits for jobs", async () => {
    fake.jobs.onCreate = () => ({});
    await client.videos.create({ prompt: "the sea" });
    expect((await client.jobs.list({ status: "queued", kind: "video" })).data).toHaveLength(1);
    const names: string[] = [];
    const ended = client.jobs.wait("job_1", { onEvent: ({ name }) => names.push(name) });
    await expect.poll(() => names).toEqual(["job.queued"]);
    expect((await client.jobs.cancel("job_1")).status).toBe("cancelled");
    expect((await ended).status).toBe("cancelled");
    expect(names).toEqual(["job.queued", "job.cancelled"]);
  });

  it("knows models and health", async () => {
    expect((await client.models.list()).data.length).toBeGreaterThan(5);
    expect((await client.models.retrieve("jimeng-4.0")).jimeng.kind).toBe("image");
    expect(await client.gateway.isHealthy()).toBe(true);
    expect(await clientOf(Response.json({ name: "other" })).client.gateway.isHealthy()).toBe(false);
    expect(await clientOf(new Error("refused")).client.gateway.isHealthy()).toBe(false);
  });

  it("throws what the gateway says, with our code, fix, job and exit code", async () => {
    fake.jobs.onCreate = failWith("content_rejected");
    expect(await failureOf(client.images.create({ prompt: "a" }))).toMatchObject({
      code: "content_rejected",
      status: 400,
      exitCode: 5,
      jobId: "job_1",
      charged: "unknown",
      retryable: false,
      body: { code: "content_policy_violation" },
    });
    expect(await failureOf(client.images.create({ prompt: "" }))).toMatchObject({
      code: "invalid_request",
      param: "prompt",
      charged: "no",
      exitCode: 2,
    });
    const stranger = new GatewayClient({ baseUrl });
    expect(await failureOf(stranger.jobs.list())).toMatchObject({
      code: "unauthorized",
      exitCode: 3,
    });
  });

  it("explains a gateway that is not there, or is something else", async () => {
    const gone = await failureOf(clientOf(new Error("ECONNREFUSED")).client.jobs.list());
    expect(gone).toMatchObject({
      code: "connection_failed",
      retryable: true,
      status: null,
      exitCode: 7,
    });
    const away = new Response("<html>", { status: 502 });
    expect(await failureOf(clientOf(away).client.jobs.list())).toMatchObject({
      code: "connection_failed",
      status: 502,
      retryable: true,
    });
    const page = new Response("<html>", { status: 405 });
    expect(await failureOf(clientOf(page).client.jobs.list())).toMatchObject({
      code: "unexpected_response",
      status: 405,
    });
    const half = new Response("<html>", { status: 200 });
    expect(await failureOf(clientOf(half).client.jobs.list())).toMatchObject({
      code: "unexpected_response",
    });
  });

  it("gives the caller's own abort back as it is", async () => {
    fake.jobs.onCreate = () => ({});
    const abort = new AbortController();
    const reason = new Error("enough");
    const answer = client.images.create({ prompt: "a" }, { signal: abort.signal });
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(1);
    abort.abort(reason);
    await expect(answer).rejects.toBe(reason);
  });

  it("sends the key as a bearer and follows no redirect with it", async () => {
    const { client: plain, seen } = clientOf(Response.json({ object: "list", data: [] }));
    await plain.models.list();
    expect(seen[0]).toMatchObject({
      redirect: "error",
      headers: { authorization: `Bearer ${key}` },
    });
  });
});

describe("following a job", () => {
  const event = (name: string, status: string) =>
    `event: ${name}\ndata: ${JSON.stringify({ id: "job_1", status })}\n\n`;
  const stream = (text: string) =>
    new Response(text, { headers: { "content-type": "text/event-stream" } });

  it("connects again when the stream breaks off", async () => {
    const { client: flaky } = clientOf(
      stream(event("job.queued", "queued")),
      new Error("reset"),
      stream(event("job.progress", "in_progress") + event("job.completed", "completed")),
    );
    const names: string[] = [];
    for await (const { name } of flaky.jobs.events("job_1", { reconnectDelayMs: 1 }))
      names.push(name);
    expect(names).toEqual(["job.queued", "job.progress", "job.completed"]);
  });

  it("passes over events it does not know", async () => {
    const { client: newer } = clientOf(
      stream(event("job.sparkled", "queued") + event("job.failed", "failed")),
    );
    expect((await newer.jobs.wait("job_1")).status).toBe("failed");
  });

  it("gives up after too many failures in a row", async () => {
    const { client: dead, seen } = clientOf();
    const error = await failureOf(
      dead.jobs.wait("job_1", { reconnectDelayMs: 1, reconnectLimit: 2 }),
    );
    expect(error.code).toBe("connection_failed");
    expect(seen).toHaveLength(3);
  });

  it("does not ask again when the answer was no", async () => {
    expect(await failureOf(client.jobs.wait("nope"))).toMatchObject({
      code: "not_found",
      status: 404,
    });
  });

  it("ends with the caller's signal, also between two connections", async () => {
    const abort = new AbortController();
    const { client: flaky } = clientOf(stream(event("job.queued", "queued")));
    const waiting = flaky.jobs.wait("job_1", {
      signal: abort.signal,
      reconnectDelayMs: 60_000,
      onEvent: () => setImmediate(() => abort.abort(new Error("enough"))),
    });
    await expect(waiting).rejects.toThrowError("enough");
  });

  it("survives a gateway that restarts", async () => {
    fake.jobs.onCreate = () => ({});
    await client.videos.create({ prompt: "the sea" });
    const port = (fake.app.server.address() as AddressInfo).port;
    const seen: string[] = [];
    const ended = client.jobs.wait("job_1", {
      reconnectDelayMs: 5,
      reconnectLimit: 1000,
      onEvent: ({ name }) => seen.push(name),
    });
    await expect.poll(() => seen).toHaveLength(1);
    const { jobs } = fake;
    await fake.close();
    fake = await buildFakeApp({ JIMENG_API_KEYS: key });
    for (const [id, job] of jobs.rows) fake.jobs.rows.set(id, { ...job, ...complete(job) });
    await fake.app.listen({ port });
    expect((await ended).status).toBe("completed");
  });
});

describe("jobs", () => {
  it("are made of our own words, once a key, and repeated and looked for again", async () => {
    fake.jobs.onCreate = failWith("generation_timeout");
    const body = { kind: "image", prompt: "a cat" } as const;
    const [job] = await client.jobs.create(body, { idempotencyKey: "k-1" });
    expect(job).toMatchObject({ kind: "image", status: "queued" });
    expect(fake.jobs.contexts).toMatchObject([{ key: "k-1" }]);
    const refused = await failureOf(client.jobs.retry(job!.id));
    expect(refused).toMatchObject({ code: "conflict", status: 409 });
    expect(await client.jobs.retry(job!.id, { force: true })).toMatchObject({ retry_of: job!.id });
    expect(await client.jobs.recheck(job!.id)).toMatchObject({ status: "failed" });
  });

  it("go on being followed from the last event that was seen", async () => {
    const event = (id: number, status: string) =>
      `event: job.${status}\nid: ${id}\ndata: {"id":"job_1","status":"${status}"}\n\n`;
    const stream = (text: string) =>
      new Response(text, { headers: { "content-type": "text/event-stream" } });
    const { client: cut, seen } = clientOf(
      stream(event(3, "progress")),
      stream(event(4, "completed")),
    );
    const names: string[] = [];
    for await (const { name } of cut.jobs.events("job_1", { reconnectDelayMs: 1 }))
      names.push(name);
    expect(names).toEqual(["job.progress", "job.completed"]);
    expect(seen.map(({ headers }) => new Headers(headers).get("last-event-id"))).toEqual([
      null,
      "3",
    ]);
  });
});
