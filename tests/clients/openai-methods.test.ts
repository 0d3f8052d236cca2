// Every method of the `openai` package: those that the gateway serves do what they say, every other one is told why not.
import { setTimeout as sleep } from "node:timers/promises";
import OpenAI, { toFile } from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";
import { until } from "../e2e/processes.ts";
import { listMethods } from "./openai-walk.ts";

let scene: Scene;
let base: string;
let client: OpenAI;
let video: Promise<OpenAI.Video>;
beforeAll(async () => {
  scene = await openScene("sqlite", "");
  base = `${(await scene.gateway()).url}/v1`;
  client = new OpenAI({ baseURL: base, apiKey: "no-key-needed", maxRetries: 0 });
  video = makeVideo();
});
afterAll(() => scene.remove());

const model = "jimeng-4.0";
const picture = () => toFile(plainPicture(0x336699), "reference.png", { type: "image/png" });
const message = { role: "user", content: "a lighthouse for a method" } as const;

async function makeVideo(): Promise<OpenAI.Video> {
  const { id } = await client.videos.create({ model: "jimeng-video-3.0", prompt: "waves" });
  await until(
    "the video",
    async () => (await client.videos.retrieve(id)).status === "completed" || undefined,
  );
  return client.videos.retrieve(id);
}

async function uploadFile(): Promise<OpenAI.FileObject> {
  return client.files.create({ file: await picture(), purpose: "vision" });
}

async function expectPictures({ data = [] }: OpenAI.ImagesResponse, count: number): Promise<void> {
  expect(data).toHaveLength(count);
  for (const { url, b64_json: text } of data) {
    const bytes =
      text === undefined ? await (await fetch(url ?? "")).bytes() : Buffer.from(text, "base64");
    expect((await decodePicture(bytes)).width).toBeGreaterThan(500);
  }
}

/** Makes a batch of pictures with these prompts, as OpenAI's guide does it. */
async function makeBatch(prompts: string[]): Promise<OpenAI.Batch> {
  const lines = prompts.map((prompt, line) =>
    JSON.stringify({
      custom_id: `line-${line}`,
      method: "POST",
      url: "/v1/images/generations",
      body: { model, prompt, n: 1 },
    }),
  );
  const input = await client.files.create({
    file: await toFile(Buffer.from(lines.join("\n")), "prompts.jsonl"),
    purpose: "batch",
  });
  expect(input).toMatchObject({ purpose: "batch", filename: "prompts.jsonl" });
  return client.batches.create({
    input_file_id: input.id,
    endpoint: "/v1/images/generations",
    completion_window: "24h",
    metadata: { confirm: "true" },
  });
}

async function untilEnd(id: string): Promise<OpenAI.Batch> {
  for (;;) {
    const batch = await client.batches.retrieve(id);
    if (batch.status === "completed" || batch.status === "cancelled") return batch;
    await sleep(100);
  }
}

async function linesOf(fileId: string | null | undefined): Promise<unknown[]> {
  const text = await (await client.files.content(fileId ?? "")).text();
  return text
    .split("\n")
    .filter(Boolean)
    .map((line): unknown => JSON.parse(line));
}

/** What the gateway serves, by method. */
const served: Record<string, () => Promise<void>> = {
  "images.generate": async () =>
    expectPictures(await client.images.generate({ model, prompt: "a lighthouse", n: 2 }), 2),
  "images.edit": async () =>
    expectPictures(
      await client.images.edit({ model, prompt: "make it night", image: await picture() }),
      1,
    ),
  "images.createVariation": async () =>
    expectPictures(await client.images.createVariation({ model, image: await picture() }), 1),
  "chat.completions.create": async () => {
    const { choices } = await client.chat.completions.create({ model, messages: [message] });
    expect(choices[0]?.message.content).toMatch(/^!\[image\]\(http/);
  },
  "chat.completions.stream": async () => {
    const final = await client.chat.completions
      .stream({ model, messages: [message] })
      .finalChatCompletion();
    expect(final.choices[0]?.message.content).toMatch(/^!\[image\]\(http/);
  },
  "chat.completions.parse": async () => {
    const { choices } = await client.chat.completions.parse({ model, messages: [message] });
    expect(choices[0]?.message.content).toMatch(/^!\[image\]\(http/);
  },
  "videos.create": async () => expect((await video).object).toBe("video"),
  "videos.retrieve": async () => expect((await video).status).toBe("completed"),
  "videos.list": async () => {
    const { id } = await video;
    const listed = [];
    for await (const each of client.videos.list({ limit: 1 })) listed.push(each.id);
    expect(listed).toContain(id);
  },
  "videos.downloadContent": async () => {
    const content = await client.videos.downloadContent((await video).id);
    expect(content.headers.get("content-type")).toBe("video/mp4");
    expect(Buffer.from((await content.bytes()).subarray(4, 8)).toString()).toBe("ftyp");
  },
  "videos.remix": async () => {
    const { id } = await video;
    const remixed = await client.videos.remix(id, { prompt: "waves in snow" });
    expect(remixed).toMatchObject({ remixed_from_video_id: id, seconds: (await video).seconds });
  },
  "videos.delete": async () => {
    const { id } = await makeVideo();
    expect(await client.videos.delete(id)).toMatchObject({
      object: "video.deleted",
      deleted: true,
    });
    await expect(client.videos.retrieve(id)).rejects.toMatchObject({ status: 404 });
  },
  "files.create": async () => expect((await uploadFile()).status).toBe("processed"),
  "files.retrieve": async () => {
    const { id } = await uploadFile();
    expect((await client.files.retrieve(id)).filename).toBe("reference.png");
  },
  "files.list": async () => {
    const { id } = await uploadFile();
    const { data } = await client.files.list({ limit: 100 });
    expect(data.map((file) => file.id)).toContain(id);
  },
  "files.content": async () => {
    const { id } = await uploadFile();
    const bytes = await (await client.files.content(id)).bytes();
    expect(Buffer.from(bytes)).toEqual(Buffer.from(plainPicture(0x336699)));
  },
  "files.waitForProcessing": async () => {
    const { id } = await uploadFile();
    expect((await client.files.waitForProcessing(id)).id).toBe(id);
  },
  "files.delete": async () => {
    const { id } = await client.files.create({
      file: await toFile(plainPicture(0x112233), "unused.png", { type: "image/png" }),
      purpose: "vision",
    });
    expect((await client.files.delete(id)).deleted).toBe(true);
  },
  "batches.create": async () => {
    const { id } = await makeBatch(["a lighthouse in a batch", ""]);
    const batch = await untilEnd(id);
    expect(batch.request_counts).toEqual({ total: 2, completed: 1, failed: 1 });
    expect(batch.errors?.data).toMatchObject([{ line: 2, param: "prompt" }]);
    const [made] = await linesOf(batch.output_file_id);
    expect(made).toMatchObject({
      custom_id: "line-0",
      response: { status_code: 200 },
      error: null,
    });
    await expectPictures((made as { response: { body: never } }).response.body, 1);
    const [wrong] = await linesOf(batch.error_file_id);
    expect(wrong).toMatchObject({ custom_id: "line-1", response: { status_code: 400 } });
    expect((await client.files.retrieve(batch.output_file_id ?? "")).purpose).toBe("batch_output");
  },
  "batches.retrieve": async () => {
    const { id } = await makeBatch(["to be retrieved"]);
    expect(await client.batches.retrieve(id)).toMatchObject({ object: "batch", id });
  },
  "batches.list": async () => {
    const { id } = await makeBatch(["to be listed"]);
    const { data } = await client.batches.list({ limit: 100 });
    expect(data.map((batch) => batch.id)).toContain(id);
  },
  "batches.cancel": async () => {
    const { id } = await makeBatch(Array.from({ length: 200 }, (_, line) => `cancelled ${line}`));
    expect((await client.batches.cancel(id)).status).toBe("cancelling");
    expect((await untilEnd(id)).status).toBe("cancelled");
  },
  "models.list": async () => {
    const { data } = await client.models.list();
    expect(data.map(({ id }) => id)).toContain(model);
  },
  "models.retrieve": async () => expect((await client.models.retrieve(model)).id).toBe(model),
  "audio.speech.create": async () => {
    const { data: voices } = (await client.get("/audio/voices")) as { data: { id: string }[] };
    const spoken = await client.audio.speech.create({
      model: "jimeng-speech",
      voice: voices[0]?.id ?? "",
      input: "hello",
    });
    expect(spoken.headers.get("content-type")).toBe("audio/mpeg");
    expect((await spoken.bytes()).length).toBeGreaterThan(100);
  },
};

/** Methods that the gateway refuses although it has their route. */
const refused: Record<string, () => Promise<void>> = {
  "chat.completions.runTools": async () => {
    const parameters = { type: "object", properties: {} } as const;
    const tool = {
      name: "look",
      description: "Looks.",
      parameters,
      function: () => "",
      parse: String,
    };
    const runner = client.chat.completions.runTools({
      model,
      messages: [message],
      tools: [{ type: "function", function: tool }],
    });
    await expect(runner.done()).rejects.toMatchObject({ status: 400, param: "tools" });
  },
};

/** Methods that send nothing: they check what a webhook brought (packages/gateway/src/webhooks). */
const local = ["webhooks.unwrap", "webhooks.verifySignature"];

/** Methods that look at their arguments first and then call others of the same resource. */
const composed = [
  "beta.agents.environments.files.prepare",
  "beta.agents.environments.files.upload",
  "beta.agents.sessions.artifacts.forResult",
  "beta.agents.sessions.stream",
  "beta.threads.runs.submitToolOutputsStream",
];

const file = new File([new Uint8Array(plainPicture(0x445566))], "file.png", { type: "image/png" });

/** What methods are called with that want more of their arguments than to be there. */
const wordsOf: Record<string, readonly unknown[]> = {
  "realtime.calls.create": [{ sdp: "v=0" }],
  "vectorStores.fileBatches.uploadAndPoll": ["x", { files: [file] }],
  "vectorStores.files.upload": ["x", file],
  "vectorStores.files.uploadAndPoll": ["x", file],
};

describe("a method that is served", () => {
  test.concurrent.each(Object.entries(served))("%s", (_name, run) => run(), 30_000);
});

describe("a method that is refused with 400", () => {
  test.each(Object.entries(refused))("%s", (_name, run) => run());
});

test("every other method is answered 404 with the reason, or sends nothing by itself", async () => {
  const known = new Set([...Object.keys(served), ...Object.keys(refused)]);
  const asked = new Map<string, string>();
  let current = "";
  const silent = new OpenAI({
    baseURL: base,
    apiKey: "no-key-needed",
    adminAPIKey: "no-key-needed",
    maxRetries: 0,
    fetch: async (url, init) => {
      const response = await fetch(url, init);
      const { error } = (await response.clone().json()) as { error?: { message: string } };
      const path = new URL(url instanceof Request ? url.url : url).pathname;
      // The last one counts: some upload a file first, which the gateway takes.
      asked.set(current, `${response.status} ${init?.method} ${path}: ${error?.message}`);
      return response;
    },
  });
  const methods = listMethods(silent).filter(({ name }) => !known.has(name));
  expect(methods.length).toBeGreaterThan(350);
  for (const { name, call } of methods) {
    current = name;
    await call(wordsOf[name]);
  }
  const told = methods.map(({ name }) => `${name}: ${asked.get(name) ?? "nothing was sent"}`);
  const unexplained = told.filter((line) => !/: 40[45] .* is not served\. [A-Z]/.test(line));
  const unsent = [...local, ...composed].toSorted();
  expect(unexplained.toSorted()).toEqual(unsent.map((name) => `${name}: nothing was sent`));
}, 60_000);

test("the tables name only methods that the package has", () => {
  const names = new Set(listMethods(client).map(({ name }) => name));
  const tables = [served, refused, wordsOf].flatMap(Object.keys).concat(local, composed);
  expect(tables.filter((name) => !names.has(name))).toEqual([]);
});
