// Tests POST /v1/chat/completions: which message is the prompt, which pictures are worked from, answers and streams.

import { afterEach, beforeEach, describe, expect, it, test } from "vitest";

import { chatAnswerSchema } from "../../../api/chat.ts";
import { parseEventStream } from "../../../api/client/event-stream.ts";
import { errorBodySchema } from "../../../api/errors.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { complete, failWith } from "../../../testing/fake-jobs.ts";
import { toForm } from "../../../testing/form-samples.ts";
import { wholePng } from "../../../testing/reference-samples.ts";

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp();
});
afterEach(() => fake.close());

const picture = `data:image/png;base64,${Buffer.from(wholePng()).toString("base64")}`;
const image = (url: string) => ({ type: "image_url", image_url: { url } });
const text = (words: string) => ({ type: "text", text: words });
const user = (content: unknown) => ({ role: "user", content });

function post(body: object, headers: Record<string, string> = {}) {
  const url = "/v1/chat/completions";
  return fake.app.inject({ method: "POST", url, payload: body, headers });
}

function created() {
  const [job] = fake.jobs.created.at(-1) ?? [];
  if (job === undefined) throw new Error("no job was made");
  return job;
}

async function chunksOf(body: object): Promise<{ data: string[]; headers: Headers }> {
  const address = await fake.app.listen({ port: 0, host: "127.0.0.1" });
  const response = await fetch(`${address}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ ...body, stream: true }),
  });
  const data = [];
  if (response.body === null) throw new Error("no body");
  for await (const event of parseEventStream(response.body)) data.push(event.data);
  return { data, headers: response.headers };
}

describe("the prompt", () => {
  it("is the last message of the user, text parts joined", async () => {
    const messages = [
      user("a dog"),
      { role: "assistant", content: "![image](http://x/y.png)" },
      user([text("a cat"), text("in the rain")]),
    ];
    const response = await post({ model: "jimeng-4.0", messages });
    expect(response.statusCode).toBe(200);
    expect(created().request).toMatchObject({ prompt: "a cat\nin the rain", count: 1 });
    expect(created().request.references ?? []).toEqual([]);
  });

  it("of a system message is told to have no effect", async () => {
    const messages = [{ role: "system", content: "You are a painter." }, user("a cat")];
    const answer = chatAnswerSchema.parse((await post({ messages, temperature: 0.7 })).json());
    expect(answer.warnings.map(({ code, param }) => [code, param])).toEqual([
      ["parameter_ignored", "temperature"],
      ["parameter_ignored", "messages"],
    ]);
  });

  it("takes size, number and seed from the body or from the model's name", async () => {
    await post({ model: "jimeng-4.0:16x9@2k", n: 3, seed: 7, messages: [user("a cat")] });
    const { request } = created();
    expect(request).toMatchObject({
      model: "jimeng-4.0",
      width: 2560,
      height: 1440,
      count: 3,
      seed: 7,
    });
    await post({ model: "jimeng-4.0", aspect_ratio: "16:9", messages: [user("a cat")] });
    expect(created().request).toMatchObject({ ratio: "16:9" });
  });
});

describe("pictures", () => {
  it("of the last message are worked from, those of earlier ones are not", async () => {
    const messages = [
      user([text("first"), image(picture)]),
      { role: "assistant", content: "done" },
      user([text("second"), image(picture), image(picture)]),
    ];
    const response = await post({ messages });
    expect(response.statusCode).toBe(200);
    expect(created().request.references).toHaveLength(2);
  });

  test.each([
    ["the model's name", { model: "jimeng-4.0:edit" }],
    ["a parameter", { model: "jimeng-4.0", edit_previous: true }],
  ])("of the last answer are worked from when %s asks for it", async (_how, asking) => {
    await post({ messages: [user("a cat")] });
    const [asset] = fake.jobs.rows.get("job_1")?.assets ?? [];
    if (asset === undefined) throw new Error("no picture");
    fake.writeFile(asset, wholePng());
    const answer = {
      role: "assistant",
      content: `![image](http://localhost:80/v1/assets/${asset.id}.png)`,
    };
    const messages = [user("a cat"), answer, user("make it night")];
    const response = await post({ ...asking, messages });
    expect(response.json()).toMatchObject({ object: "chat.completion" });
    expect(created().request.references).toHaveLength(1);
  });

  it("of a video are its first frame, two its first and last one", async () => {
    const model = "jimeng-video-3.0";
    await post({ model, messages: [user([text("go"), image(picture)])] });
    expect(created().request).toMatchObject({ kind: "video", firstFrame: { format: "png" } });
    await post({ model, messages: [user([text("go"), image(picture), image(picture)])] });
    expect(created().request).toMatchObject({ firstFrame: {}, lastFrame: {} });
  });
});

describe("the owner's names for models", () => {
  it("are used in every body, listed, and kept to themselves", async () => {
    await fake.close();
    const aliases = "gpt-image-1=jimeng-4.0,sora-2=jimeng-video-3.0";
    fake = await buildFakeApp({ JIMENG_MODEL_ALIASES: aliases });
    await post({ model: "gpt-image-1:16x9", messages: [user("a cat")] });
    expect(created().request).toMatchObject({ model: "jimeng-4.0", ratio: "16:9" });
    const send = (url: string, payload: object) =>
      fake.app.inject({ method: "POST", url, payload });
    await send("/v1/images/generations", { model: "GPT-image-1", prompt: "a cat" });
    expect(created().request).toMatchObject({ model: "jimeng-4.0" });
    await send("/v1/videos", { model: "sora-2", prompt: "waves" });
    expect(created().request).toMatchObject({ kind: "video", model: "jimeng-video-3.0" });
    const { data } = (await fake.app.inject({ url: "/v1/models" })).json();
    expect(data.map(({ id }: { id: string }) => id)).toEqual(
      expect.arrayContaining(["gpt-image-1", "sora-2"]),
    );
    const one = (await fake.app.inject({ url: "/v1/models/sora-2" })).json();
    expect(one).toMatchObject({ id: "sora-2", jimeng: { kind: "video" } });
    expect((await send("/v1/videos", { model: "sora-3", prompt: "waves" })).statusCode).toBe(404);
  });

  it("work in forms", async () => {
    await fake.close();
    fake = await buildFakeApp({ JIMENG_MODEL_ALIASES: "gpt-image-1=jimeng-4.0" });
    const form = await toForm([
      ["model", "gpt-image-1"],
      ["prompt", "at night"],
      ["image", wholePng(), "cat.png"],
    ]);
    const response = await fake.app.inject({ method: "POST", url: "/v1/images/edits", ...form });
    expect(response.statusCode).toBe(200);
    expect(created().request).toMatchObject({ model: "jimeng-4.0" });
  });
});

describe("a bad request starts nothing and names the parameter", () => {
  const messages = [user("a cat")];
  test.each<[object, string]>([
    [{}, "messages"],
    [{ messages: [] }, "messages"],
    [{ messages: [{ role: "system", content: "x" }] }, "messages"],
    [{ messages: [user("  ")] }, "messages[0].content"],
    [{ messages: [user([image(picture)])] }, "messages[0].content"],
    [{ messages: [user([text("a"), { type: "image_url" }])] }, "messages[0].content"],
    [
      { messages: [user([text("a"), { type: "input_audio", input_audio: {} }])] },
      "messages[0].content[1]",
    ],
    [{ messages: [user([text("a"), image("file:///etc/passwd")])] }, "messages"],
    [{ messages, tools: [{ type: "function" }] }, "tools"],
    [{ messages, functions: [{ name: "f" }] }, "functions"],
    [{ messages, edit_previous: true }, "edit_previous"],
    [{ messages, model: "jimeng-4.0:edit" }, "edit_previous"],
    [{ messages, model: "gpt-4o" }, "model"],
    [{ messages, model: "jimeng-4.0:sideways" }, "model"],
    [{ messages, model: "jimeng-4.0:16x9", ratio: "1:1" }, "ratio"],
    [{ messages, model: "jimeng-4.0", seconds: 5 }, "seconds"],
    [{ messages, model: "jimeng-video-3.0", n: 2 }, "n"],
    [{ messages, n: 11 }, "n"],
    [{ messages, image: picture }, "image"],
  ])("%j", async (body, param) => {
    const response = await post(body);
    expect(errorBodySchema.parse(response.json()).error).toMatchObject({ param, charged: "no" });
    expect(response.statusCode).toBeGreaterThanOrEqual(400);
    expect(fake.jobs.created).toEqual([]);
  });
});

describe("an answer", () => {
  it("has the pictures as links in the text and as images", async () => {
    const response = await post({ model: "jimeng-4.0", n: 2, messages: [user("a cat")] });
    const answer = chatAnswerSchema.parse(response.json());
    const { message } = answer.choices[0]!;
    const urls = message.images?.map(({ image_url: { url } }) => url);
    expect(urls).toHaveLength(2);
    expect(message.content).toBe(urls?.map((url) => `![image](${url})`).join("\n\n"));
    expect(answer).toMatchObject({ model: "jimeng-4.0", job_id: "job_1" });
  });

  it("has a video as a link", async () => {
    const messages = [user("waves")];
    const { choices } = (await post({ model: "jimeng-video-3.0", messages })).json();
    expect(choices[0].message.content).toMatch(/^\[video\]\(http.*\.mp4\)$/);
    expect(choices[0].message.images).toBeUndefined();
  });

  it("may be the job at once, by Prefer", async () => {
    fake.jobs.onCreate = () => ({});
    const response = await post({ messages: [user("a cat")] }, { prefer: "respond-async" });
    expect(response.statusCode).toBe(202);
    expect(response.json()).toMatchObject({ id: "job_1", object: "job" });
  });

  it("of a failed job is the job's error", async () => {
    fake.jobs.onCreate = failWith("content_rejected");
    const response = await post({ messages: [user("a cat")] });
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ job_id: "job_1" });
  });
});

describe("a stream", () => {
  it("keeps one id and index, says how it goes, and ends with its result, usage and [DONE]", async () => {
    fake.jobs.onCreate = () => ({ status: "in_progress", phase: "submitting" });
    const reading = chunksOf({
      model: "jimeng-4.0:16x9",
      messages: [user("a cat")],
      stream_options: { include_usage: true },
    });
    await expect.poll(() => fake.jobs.listeners("job_1")).toBe(1);
    const job = fake.jobs.rows.get("job_1")!;
    fake.jobs.change("job_1", { phase: "generating", progress: 42 }, "job.progress");
    fake.jobs.change("job_1", { phase: "generating", progress: 47 }, "job.progress");
    fake.jobs.change("job_1", complete(job), "job.completed");
    const { data, headers } = await reading;
    expect(headers.get("content-type")).toContain("text/event-stream");
    expect(data.at(-1)).toBe("[DONE]");
    const chunks = data.slice(0, -1).map((line) => JSON.parse(line));
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.every(({ model }) => model === "jimeng-4.0:16x9")).toBe(true);
    const usage = chunks.pop();
    expect(usage).toMatchObject({ choices: [], usage: { total_tokens: 0 } });
    const choices = chunks.map((chunk) => chunk.choices[0]);
    expect(choices.every(({ index }) => index === 0)).toBe(true);
    expect(choices[0].delta).toEqual({ role: "assistant", content: "" });
    const progress = choices.flatMap(({ delta }) => delta.reasoning_content ?? []);
    expect(progress).toEqual(["Starting.\n", "Generating: 40 %.\n"]);
    const contents = choices.flatMap(({ delta }) => delta.content ?? []);
    expect(contents).toEqual(["", expect.stringMatching(/^!\[image\]\(http.*\)$/)]);
    const images = choices.flatMap(({ delta }) => delta.images ?? []);
    expect(images).toMatchObject([{ type: "image_url", image_url: { url: expect.any(String) } }]);
    expect(choices.filter(({ finish_reason: reason }) => reason !== null)).toEqual([
      { index: 0, delta: {}, logprobs: null, finish_reason: "stop" },
    ]);
  });

  it("that fails says why in an error chunk and has no finish reason", async () => {
    fake.jobs.onCreate = failWith("content_rejected");
    const { data } = await chunksOf({ messages: [user("a cat")] });
    const parsed = data.filter((line) => line !== "[DONE]").map((line) => JSON.parse(line));
    expect(parsed.at(-1).error).toMatchObject({ code: "content_policy_violation" });
    expect(JSON.stringify(parsed)).not.toContain('"finish_reason":"stop"');
  });
});
