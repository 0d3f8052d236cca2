// Tests the whole gateway, engine and HTTP together, over a tiny scripted upstream and real files.

import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import type { Generation, Operation, PreparedRequest } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { GatewayClient } from "./api/client/client.ts";
import { loadConfig } from "./config/config.ts";
import { FakeAccountClient } from "./testing/fake-account-client.ts";
import { createGateway } from "./gateway.ts";
import type { Gateway, GatewayOptions } from "./gateway.ts";
import { systemClock } from "./clock.ts";
import { FakeUpstream } from "./testing/fake-upstream.ts";
import { noObserver } from "./observer.ts";
import type { HttpObservation, JobObservation } from "./observer.ts";
import type { Upstream } from "./accounts/upstream.ts";

const session = "obviously-fake-session-of-the-wiring-test";
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

let folder: string;
let files: Server;
let open: Gateway[];
let starts: { request: PreparedRequest; submitId: string }[];
let startError: JimengError | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "jimeng-gateway-"));
  files = createServer((_request, response) => response.end(png));
  files.listen(0, "127.0.0.1");
  await once(files, "listening");
  open = [];
  starts = [];
  startError = undefined;
});
afterEach(async () => {
  for (const gateway of open) await gateway.close();
  files.close();
  await rm(folder, { recursive: true, force: true });
});

const accountClient = new FakeAccountClient();

/** Finishes every generation at the first look. */
const upstream: Upstream = {
  region: "cn",
  uploads: new FakeUpstream(systemClock).uploads,
  audio: new FakeUpstream(systemClock).audio,
  generations: {
    start(request, { submitId }) {
      if (startError !== undefined) return Promise.reject(startError);
      starts.push({ request, submitId });
      return Promise.resolve(toOperation(request, submitId));
    },
    check: (operations) =>
      Promise.resolve(
        new Map(operations.map((operation) => [operation.submitId, finish(operation)])),
      ),
    find: () => Promise.resolve(new Map()),
    cancel: () => Promise.resolve(),
    audit: () => Promise.resolve([]),
    continue: () => Promise.resolve(),
    fullQuality: ({ outputs }) => Promise.resolve(outputs),
  },
};

function toOperation(request: PreparedRequest, submitId: string): Operation {
  const { kind, model } = request;
  const forecast = { queueSeconds: 0, generateSeconds: 0.1 };
  return {
    version: 1,
    region: "cn",
    kind,
    model,
    submitId,
    historyId: `h-${submitId}`,
    startedAt: Date.now(),
    forecast,
    logid: "log-1",
  };
}

function finish(operation: Operation): Generation {
  const { port } = files.address() as AddressInfo;
  return {
    operation,
    status: "completed",
    outputs: [
      {
        kind: "image",
        itemId: "item-1",
        url: `http://127.0.0.1:${port}/picture.png`,
        width: 1,
        height: 1,
        format: "png",
        expiresAt: null,
      },
    ],
    partial: false,
    expectedCount: 1,
    finishedCount: 1,
    queue: null,
    forecast: null,
    error: null,
    createdAt: null,
    finishedAt: null,
    upstreamStatus: 50,
    logid: "log-2",
  };
}

async function create(
  env: Record<string, string> = {},
  options: Partial<GatewayOptions> = {},
): Promise<Gateway> {
  const config = loadConfig(
    { LOG_LEVEL: "silent", POLL_INTERVAL: "100", JIMENG_SESSIONS: session, ...env },
    { port: 0, dataDir: join(folder, "data") },
  );
  const connect = () => ({ upstream, client: accountClient, allowLoopbackDownloads: true });
  const gateway = await createGateway({ config, connect, ...options });
  open.push(gateway);
  return gateway;
}

const post = (url: string, body: object, headers: Record<string, string> = {}) =>
  fetch(`${url}/v1/images/generations`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });

describe("a prompt", () => {
  it("becomes a picture, by URL and by base64, with one start each", async () => {
    const { url } = await (await create()).listen();
    const answer = (await (await post(url, { prompt: "a cat" })).json()) as {
      data: { url: string }[];
    };
    const picture = await fetch(answer.data[0]!.url);
    expect(picture.headers.get("content-type")).toBe("image/png");
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(png);
    const inline = await post(url, { prompt: "a cat", response_format: "b64_json" });
    expect(await inline.json()).toMatchObject({
      data: [{ b64_json: png.toString("base64") }],
      size: "1x1",
    });
    expect(starts).toHaveLength(2);
    expect(new Set(starts.map(({ submitId }) => submitId)).size).toBe(2);
  });

  it("is followed to its end by the client", async () => {
    const { url } = await (await create()).listen();
    const client = new GatewayClient({ baseUrl: url });
    const [job] = await client.images.start({ prompt: "a cat" });
    const names: string[] = [];
    const ended = await client.jobs.wait(job!.id, { onEvent: ({ name }) => names.push(name) });
    expect(ended).toMatchObject({
      status: "completed",
      progress: 100,
      upstream: { logid: expect.any(String) },
    });
    expect(names.at(-1)).toBe("job.completed");
  });

  it("that the upstream refuses fails with the job, the reason and a status nobody repeats", async () => {
    startError = new JimengError("insufficient_credits", "No credits are left.", {
      acceptance: "refused",
      charged: "no",
      fix: "Buy credits.",
    });
    const { url } = await (await create()).listen();
    const response = await post(url, { prompt: "a cat" });
    expect(response.status).toBe(402);
    expect(response.headers.get("x-should-retry")).toBe("false");
    expect(await response.json()).toMatchObject({
      error: {
        code: "insufficient_credits",
        charged: "no",
        fix: "Buy credits.",
        job_id: expect.stringMatching(/^job_/),
      },
    });
  });

  it("taken before the gateway stopped is made after it starts again", async () => {
    const first = await create();
    const [created] = await first.jobs.create([
      {
        request: {
          kind: "video",
          model: "jimeng-video-3.0",
          prompt: "the sea",
          ratio: "16:9",
          resolution: "720p",
          durationSeconds: 5,
          seed: 1,
        },
        warnings: [],
        keyId: null,
      },
    ]);
    await first.close();
    expect(starts).toHaveLength(0);
    const second = await create();
    await second.listen();
    await second.jobs.wait(created!.id);
    expect(starts).toHaveLength(1);
  });

  it("of a pass-through caller is made with the caller's own session, which is stored encrypted", async () => {
    const own = "sg-obviously-fake-session-of-a-caller";
    const seen: string[] = [];
    const connect: GatewayOptions["connect"] = (account) => {
      seen.push(`${account.region} ${account.session}`);
      return { upstream, client: accountClient, allowLoopbackDownloads: true };
    };
    const env = { JIMENG_SESSIONS: "", JIMENG_PASSTHROUGH: "true" };
    const { url } = await (await create(env, { connect })).listen();
    const response = await post(url, { prompt: "a cat" }, { authorization: `Bearer ${own}` });
    expect(response.status).toBe(200);
    expect(seen).toEqual(["sg obviously-fake-session-of-a-caller"]);
    const answer = (await response.json()) as { data: { url: string }[] };
    expect(answer.data[0]!.url).toMatch(/\?sig=/);
    expect((await fetch(answer.data[0]!.url)).status).toBe(200);
    expect((await fetch(answer.data[0]!.url.split("?")[0]!)).status).toBe(401);
    expect(await grep(folder, "obviously-fake-session")).toEqual([]);
  });

  it("leaves no session in any file or answer", async () => {
    const gateway = await create();
    const { url } = await gateway.listen();
    const answers = [
      await (await post(url, { prompt: "a cat" })).text(),
      await (await fetch(`${url}/v1/jobs`)).text(),
    ];
    startError = new JimengError("session_invalid", "The session is dead.", {
      acceptance: "refused",
    });
    answers.push(await (await post(url, { prompt: "a dog" })).text());
    expect(answers.join("")).not.toContain(session);
    expect(await grep(folder, session)).toEqual([]);
    await gateway.close();
    expect(await grep(folder, session)).toEqual([]);
  });
});

describe("a gateway", () => {
  it("tells this user's programs where it is, and takes it back", async () => {
    const gateway = await create({ JIMENG_API_KEYS: "obviously-fake-key" });
    const { url } = await gateway.listen();
    const path = join(folder, "data", "gateway.json");
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const file = JSON.parse(await readFile(path, "utf8")) as { admin_key: string };
    expect(file).toMatchObject({
      url,
      pid: process.pid,
      mode: "accounts",
      version: expect.any(String),
    });
    expect(file.admin_key).toBe(gateway.adminKey);
    const admin = new GatewayClient({ baseUrl: url, key: file.admin_key });
    expect((await admin.jobs.list()).data).toEqual([]);
    await gateway.close();
    await gateway.close();
    await expect(stat(path)).rejects.toThrowError(/ENOENT/);
  });

  it("leaves another gateway's file alone", async () => {
    const gateway = await create();
    await gateway.listen();
    const path = join(folder, "data", "gateway.json");
    await writeFile(path, JSON.stringify({ url: "http://127.0.0.1:1", admin_key: "another" }));
    await gateway.close();
    expect((await stat(path)).isFile()).toBe(true);
  });

  it("refuses a second owner of its folder, a taken port and an impossible folder in one line", async () => {
    const first = await create();
    const { url } = await first.listen();
    await expect(create()).rejects.toMatchObject({ code: "conflict" });
    const elsewhere = { port: Number(new URL(url).port), dataDir: join(folder, "other") };
    const second = await createGateway({ config: loadConfig({ LOG_LEVEL: "silent" }, elsewhere) });
    await expect(second.listen()).rejects.toMatchObject({
      code: "conflict",
      message: expect.stringMatching(/^PORT: port \d+ on 127\.0\.0\.1 is already in use\.$/),
    });
    await second.close();
    await writeFile(join(folder, "file"), "");
    const below = { port: 0, dataDir: join(folder, "file", "data") };
    await expect(createGateway({ config: loadConfig({}, below) })).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.not.stringContaining("\n"),
    });
  });

  it("says in one line, without the address, that its database cannot be reached", async () => {
    const settings = {
      DATABASE_URL: "postgres://jimeng:not-a-real-password@127.0.0.1:1/jimeng",
      JIMENG_SECRET_KEY: "obviously-fake-secret",
    };
    const failure = create(settings);
    await expect(failure).rejects.toThrowError(/^DATABASE_URL: the database cannot be opened/);
    await expect(failure).rejects.not.toThrowError(/not-a-real-password|\n/);
  });

  it("closes promptly while a caller waits, a stream is open and a connection idles", async () => {
    const never: Upstream = {
      ...upstream,
      generations: { ...upstream.generations, check: () => Promise.resolve(new Map()) },
    };
    const gateway = await create(
      {},
      { connect: () => ({ upstream: never, client: accountClient, allowLoopbackDownloads: true }) },
    );
    const { url } = await gateway.listen();
    const client = new GatewayClient({ baseUrl: url });
    const [job] = await client.images.start({ prompt: "a cat" });
    const waiting = post(url, { prompt: "a dog" });
    const stream = await fetch(`${url}/v1/jobs/${job!.id}/events`);
    await expect.poll(() => starts.length).toBe(2);
    const startedAt = performance.now();
    await gateway.close();
    expect(performance.now() - startedAt).toBeLessThan(1500);
    expect((await waiting).status).toBe(422);
    expect(await stream.text()).toContain("event: job.");
  });

  it("says who it is without accounts, and why nothing can be made", async () => {
    const { url } = await (await create({ JIMENG_SESSIONS: "" })).listen();
    const response = await post(url, { prompt: "a cat" });
    expect(response.status).toBe(502);
    expect(await response.json()).toMatchObject({
      error: { code: "session_invalid", job_id: null },
    });
  });
});

/** Gives the files below a folder that hold a text. */
async function grep(root: string, text: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((item) => item.isFile())) {
    const path = join(entry.parentPath, entry.name);
    if ((await readFile(path)).includes(text)) found.push(path);
  }
  return found;
}

describe("an observer", () => {
  it("is told of requests by their route and of what happens to jobs, without ids and prompts", async () => {
    const seen: string[] = [];
    const observer = {
      ...noObserver,
      httpAnswered: ({ method, route, status }: HttpObservation) =>
        void seen.push(`${method} ${route} ${status}`),
      jobChanged: ({ event, kind, model }: JobObservation) =>
        void seen.push(`${event} ${kind} ${model}`),
    };
    const { url } = await (await create({}, { observer })).listen();
    expect((await post(url, { prompt: "一只猫", n: 1 })).status).toBe(200);
    await expect.poll(() => seen).toContain("POST /v1/images/generations 200");
    expect(seen).toContain("job.started image jimeng-4.0");
    expect(seen).toContain("job.completed image jimeng-4.0");
  });
});
