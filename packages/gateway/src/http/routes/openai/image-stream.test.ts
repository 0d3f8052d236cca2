// Tests the streams of the image routes: one event per picture, failures before and after the stream opens.

import type { ServerResponse } from "node:http";

import { JimengError } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { parseEventStream } from "../../../api/client/event-stream.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, failWith, toAsset } from "../../../testing/fake-jobs.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp({}, { heartbeatMs: 5 });
});
afterEach(() => fake.close());

const body = { prompt: "a cat", stream: true };

function inject(payload: object, url = "/v1/images/generations") {
  return fake.app.inject({ method: "POST", url, payload });
}

async function read(response: Response): Promise<{ event: string; data: string }[]> {
  const events = [];
  if (response.body === null) throw new Error("no body");
  for await (const { event, data } of parseEventStream(response.body)) events.push({ event, data });
  return events;
}

/** Posts over a real connection: an injected request has its answer only at the end. */
async function post(payload: object, signal?: AbortSignal): Promise<Response> {
  const address = await fake.app.listen({ port: 0, host: "127.0.0.1" });
  return fetch(`${address}/v1/images/generations`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(payload),
    signal,
  });
}

describe("a stream of pictures", () => {
  it("has one event per picture with its bytes, and ends with [DONE]", async () => {
    const files = [Buffer.from("one!"), Buffer.alloc(3_000_001, 7)];
    fake.jobs.onCreate = (job) => {
      const done = complete(job);
      done.assets?.forEach((asset, index) =>
        fake.writeFile(asset, files[index] ?? Buffer.alloc(0)),
      );
      return done;
    };
    const events = await read(await post({ ...body, n: 2, size: "2048x2048" }));
    expect(events.map(({ event }) => event)).toEqual([
      "image_generation.completed",
      "image_generation.completed",
      "message",
    ]);
    const pictures = events.slice(0, 2).map(({ data }) => JSON.parse(data));
    expect(pictures.map(({ b64_json: text }) => Buffer.from(text, "base64"))).toEqual(files);
    expect(pictures[1]).toMatchObject({
      type: "image_generation.completed",
      index: 1,
      size: "2048x2048",
      output_format: "png",
      usage: { total_tokens: 0 },
      job_id: "job_1",
    });
    expect(events[2]?.data).toBe("[DONE]");
  });

  it("leaves room for further listeners on its response, of which Node warns beyond ten", async () => {
    fake.jobs.onCreate = (job) => {
      const done = complete(job);
      done.assets?.forEach((asset) => fake.writeFile(asset, Buffer.from("one!")));
      return done;
    };
    let listeners = Number.POSITIVE_INFINITY;
    fake.app.server.on("request", (_request, response: ServerResponse) => {
      response.once("finish", () => (listeners = response.listenerCount("close")));
    });
    await read(await post({ ...body, size: "2048x2048" }));
    expect(listeners).toBeLessThanOrEqual(7);
  });

  it("sends a picture when it lands, before its siblings, and never more than were asked for", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress" });
    const response = await post({
      ...body,
      model: "jimeng-3.0",
      n: 2,
      response_format: "url",
    });
    const job = fake.jobs.rows.get("job_1");
    if (job === undefined) throw new Error("no job");
    const landed = toAsset("job_1", 1);
    fake.jobs.change("job_1", { assets: [landed] }, "job.progress");
    const events: { event: string; data: string }[] = [];
    if (response.body === null) throw new Error("no body");
    for await (const { event, data } of parseEventStream(response.body)) {
      events.push({ event, data });
      if (events.length > 1) continue;
      expect(JSON.parse(data)).toMatchObject({
        index: 1,
        url: expect.stringContaining("asset_job_1_1"),
      });
      fake.jobs.change("job_1", complete(job), "job.completed");
    }
    expect(events.map(({ data }) => (data === "[DONE]" ? data : JSON.parse(data).index))).toEqual([
      1,
      0,
      "[DONE]",
    ]);
  });

  it("of an edit names its events after the edit", async () => {
    const response = await inject(
      { ...body, image: "data:image/png;base64,iVBORw0KGgo=", response_format: "url" },
      "/v1/images/edits",
    );
    // Too short to be a picture: refused before anything opens.
    expect(response.statusCode).toBe(400);
    expect(response.headers["content-type"]).toContain("application/json");
  });

  it("opens with its headers while nothing has happened yet", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress" });
    const gone = new AbortController();
    const response = await post(body, gone.signal);
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(response.headers.get("x-jimeng-job")).toBe("job_1");
    const reader = response.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toMatch(/^: /);
    gone.abort();
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(0);
    expect(fake.jobs.told).toEqual(["responseLost"]);
  });
});

describe("a request whose checks take long", () => {
  async function openBeforeStored(
    refusal?: JimengError,
  ): Promise<{ response: Response; store: () => void }> {
    const createOrReplay = fake.jobs.createOrReplay.bind(fake.jobs);
    let store = () => {};
    const allowed = new Promise<void>((resolve) => (store = resolve));
    fake.jobs.createOrReplay = async (...given) => {
      await allowed;
      if (refusal !== undefined) throw refusal;
      return await createOrReplay(...given);
    };
    // Resolves with the headers, which come although no job is stored.
    const response = await post({ ...body, response_format: "url" });
    expect(fake.jobs.rows.size).toBe(0);
    return { response, store };
  }

  it("has its stream open before, and gets its pictures in it", async () => {
    const { response, store } = await openBeforeStored();
    expect(response.status).toBe(200);
    store();
    expect((await read(response)).map(({ event }) => event)).toEqual([
      "image_generation.completed",
      "message",
    ]);
  });

  it("gets a refusal that comes later as an error event", async () => {
    const refusal = new JimengError("model_unavailable", "No account has it.", { charged: "no" });
    const { response, store } = await openBeforeStored(refusal);
    store();
    const [error] = await read(response);
    expect(error?.event).toBe("error");
    expect(JSON.parse(error?.data ?? "").error).toMatchObject({ charged: "no", job_id: null });
  });
});

describe("a failure", () => {
  it("of the request is a plain 4xx", async () => {
    const response = await inject({ ...body, model: "nonsense" });
    expect(response.statusCode).toBe(404);
    expect(response.json().error.code).toBe("model_not_found");
    expect((await inject({ ...body, background: true })).json().error).toMatchObject({
      param: "background",
    });
  });

  it("of a job is an error event that names the job", async () => {
    fake.jobs.onCreate = failWith("content_rejected");
    const events = await read(await post(body));
    expect(events.map(({ event }) => event)).toEqual(["error", "message"]);
    expect(JSON.parse(events[0]?.data ?? "")).toMatchObject({
      type: "error",
      error: { code: "content_policy_violation", job_id: "job_1" },
    });
  });

  it("of one of several jobs comes after the pictures of the others", async () => {
    fake.jobs.onCreate = (job) =>
      job.id === "job_1" ? complete(job) : failWith("generation_failed")(job);
    const events = await read(await post({ ...body, n: 10, response_format: "url" }));
    expect(events.map(({ event }) => event)).toEqual([
      ...Array.from({ length: 8 }, () => "image_generation.completed"),
      "error",
      "message",
    ]);
    expect(JSON.parse(events[8]?.data ?? "").error).toMatchObject({
      job_id: "job_2",
      succeeded_job_ids: ["job_1"],
    });
  });

  it("of a gateway that stops says so, and lets the next equal request join", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress" });
    const response = await post(body);
    const reading = read(response);
    const stopping = fake.app.close();
    const events = await reading;
    await stopping;
    expect(JSON.parse(events.at(-1)?.data ?? "").error.code).toBe("timeout");
    expect(fake.jobs.told).toEqual(["responseLost"]);
  });
});
