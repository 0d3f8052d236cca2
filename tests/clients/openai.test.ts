// The promise that the real `openai` package works against the gateway as it is: pictures, edits, videos, errors.
import OpenAI, { BadRequestError, toFile } from "openai";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { plainPicture } from "../chaos/png.ts";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";
import { startProxy } from "./proxy.ts";

let scene: Scene;
let client: OpenAI;
beforeAll(async () => {
  scene = await openScene("sqlite", "");
  const gateway = await scene.gateway();
  client = new OpenAI({ baseURL: `${gateway.url}/v1`, apiKey: "no-key-needed" });
});
afterAll(() => scene.remove());
beforeEach(() => scene.simulator.removeFault());

/** Runs a call and gives what it threw and how many paid posts and starts it caused. */
async function failureOf(
  call: () => Promise<unknown>,
): Promise<{ error: unknown; posts: number; starts: number }> {
  const before = { posts: scene.posts(), starts: scene.simulator.acceptedStarts().length };
  const error = await call().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return {
    error,
    posts: scene.posts() - before.posts,
    starts: scene.simulator.acceptedStarts().length - before.starts,
  };
}

describe("openai images", () => {
  test("generate gives URLs that lead to pictures of the size that was asked for", async () => {
    const answer = await client.images.generate({
      prompt: "a lighthouse",
      size: "2560x1440",
      response_format: "url",
    });
    expect(answer.data).toHaveLength(1);
    const bytes = await (await fetch(answer.data?.[0]?.url ?? "")).bytes();
    expect(await decodePicture(bytes)).toEqual({ width: 2560, height: 1440 });
  });

  test("generate with n=2 and b64_json gives two pictures for one start", async () => {
    const before = scene.simulator.acceptedStarts().length;
    const answer = await client.images.generate({
      prompt: "two lighthouses",
      n: 2,
      response_format: "b64_json",
    });
    expect(answer.data).toHaveLength(2);
    for (const { b64_json } of answer.data ?? []) {
      const { width, height } = await decodePicture(Buffer.from(b64_json ?? "", "base64"));
      expect(width * height).toBeGreaterThan(1_000_000);
    }
    expect(scene.simulator.acceptedStarts()).toHaveLength(before + 1);
  });

  test("edit uploads the pictures of its form and makes a new one", async () => {
    const files = [0x336699, 0x993366].map((colour, index) =>
      toFile(plainPicture(colour), `reference-${index}.png`, { type: "image/png" }),
    );
    const answer = await client.images.edit({
      image: await Promise.all(files),
      prompt: "the two in one",
      response_format: "url",
    });
    expect(answer.data).toHaveLength(1);
    expect(scene.simulator.requests({ endpoint: "upload" })).toHaveLength(files.length);
  });
});

describe("openai streams of pictures", () => {
  test("generate with stream gives one completed event per picture, whole and of its size", async () => {
    const stream = await client.images.generate({
      prompt: "two lighthouses, as they come",
      size: "2048x2048",
      n: 2,
      stream: true,
    });
    const pictures = [];
    for await (const event of stream) {
      expect(event.type).toBe("image_generation.completed");
      if (event.type !== "image_generation.completed") continue;
      pictures.push(await decodePicture(Buffer.from(event.b64_json, "base64")));
    }
    expect(pictures).toEqual([
      { width: 2048, height: 2048 },
      { width: 2048, height: 2048 },
    ]);
  });

  test("edit with stream names its events after the edit", async () => {
    const stream = await client.images.edit({
      image: await toFile(plainPicture(0x224466), "reference.png", { type: "image/png" }),
      prompt: "at night",
      stream: true,
    });
    const types = [];
    for await (const event of stream) types.push(event.type);
    expect(types).toEqual(["image_edit.completed"]);
  });

  test("a failure after the stream has opened is an APIError, and is paid for once", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const { error, posts } = await failureOf(async () => {
      const stream = await client.images.generate({ prompt: "spoilt in a stream", stream: true });
      for await (const event of stream) expect(event).toBeUndefined();
    });
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(error).toMatchObject({ code: expect.any(String) });
    expect(posts).toBe(1);
  });

  test("a bad request with stream is a plain BadRequestError", async () => {
    const { error, posts } = await failureOf(() =>
      client.images.generate({ prompt: "a cat", model: "jimeng-4.0", n: 11, stream: true }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(posts).toBe(0);
  });
});

describe("openai chat", () => {
  test("a completion has a picture that can be fetched", async () => {
    const answer = await client.chat.completions.create({
      model: "jimeng-4.0:1x1@2k",
      messages: [{ role: "user", content: "a lighthouse in a chat" }],
    });
    const url = /\((http[^)]+)\)/.exec(answer.choices[0]?.message.content ?? "")?.[1] ?? "";
    const bytes = await (await fetch(url)).bytes();
    expect(await decodePicture(bytes)).toEqual({ width: 2048, height: 2048 });
  });

  test("a stream opens at once, and ends with the picture and one finish reason", async () => {
    const stream = await client.chat.completions.create({
      model: "jimeng-4.0",
      messages: [{ role: "user", content: "a lighthouse, streamed" }],
      stream: true,
    });
    let content = "";
    const reasons = [];
    for await (const { choices } of stream) {
      content += choices[0]?.delta.content ?? "";
      if (choices[0]?.finish_reason != null) reasons.push(choices[0].finish_reason);
    }
    expect(content).toMatch(/^!\[image\]\(http/);
    expect(reasons).toEqual(["stop"]);
  });

  test("a failure after the stream has opened is an APIError, and is paid for once", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const { error, posts } = await failureOf(async () => {
      const stream = await client.chat.completions.create({
        model: "jimeng-4.0",
        messages: [{ role: "user", content: "spoilt in a chat's stream" }],
        stream: true,
      });
      for await (const { choices } of stream) expect(choices[0]?.delta.content ?? "").toBe("");
    });
    expect(error).toBeInstanceOf(OpenAI.APIError);
    expect(posts).toBe(1);
  });

  test("the previous picture is edited when the model's name asks for it", async () => {
    const first = await client.chat.completions.create({
      model: "jimeng-4.0",
      messages: [{ role: "user", content: "a lighthouse to edit" }],
    });
    const uploads = () => scene.simulator.requests({ endpoint: "upload" }).length;
    const before = uploads();
    await client.chat.completions.create({
      model: "jimeng-4.0:edit",
      messages: [
        { role: "user", content: "a lighthouse to edit" },
        { role: "assistant", content: first.choices[0]?.message.content ?? "" },
        { role: "user", content: "make it night" },
      ],
    });
    expect(uploads()).toBe(before + 1);
  });
});

describe("openai videos", () => {
  test("create, retrieve and downloadContent give an MP4", async () => {
    const created = await client.videos.create({
      model: "jimeng-video-3.0",
      prompt: "waves",
    });
    expect(created).toMatchObject({ object: "video", status: expect.any(String) });
    await expect
      .poll(async () => (await client.videos.retrieve(created.id)).status, { timeout: 20_000 })
      .toBe("completed");
    const bytes = await (await client.videos.downloadContent(created.id)).bytes();
    expect(Buffer.from(bytes.subarray(4, 8)).toString()).toBe("ftyp");
  }, 30_000);
});

describe("openai speech", () => {
  test("is an MP3, spoken once, and the same request with its key is answered with it again", async () => {
    const voices = (await client.get("/audio/voices")) as { data: { id: string }[] };
    const voice = voices.data[0]?.id ?? "";
    const spoken = () => scene.simulator.requests({ endpoint: "tts_generate" }).length;
    const before = spoken();
    const speak = async () => {
      const body = { model: "jimeng-speech", voice, input: "hello from a test" };
      const options = { headers: { "idempotency-key": "speech-once" } };
      return (await client.audio.speech.create(body, options)).bytes();
    };
    const first = await speak();
    expect(first[0] === 0xff || Buffer.from(first.subarray(0, 3)).toString() === "ID3").toBe(true);
    expect(await speak()).toEqual(first);
    expect(spoken()).toBe(before + 1);
  });

  test("whose answer is lost fails once, with the charge unknown", async () => {
    scene.simulator.addFault({ endpoint: "tts_generate", kind: "drop_after" });
    const spoken = () => scene.simulator.requests({ endpoint: "tts_generate" }).length;
    const before = spoken();
    const lost = client.audio.speech.create({
      model: "jimeng-speech",
      voice: "7500000000000000003",
      input: "lost",
    });
    await expect(lost).rejects.toMatchObject({ error: { charged: "unknown" } });
    expect(spoken()).toBe(before + 1);
  });
});

describe("openai retries", () => {
  test("of a connection that was killed while the picture was made join its one job", async () => {
    const gateway = new URL(client.baseURL).origin;
    const proxy = await startProxy({ target: () => gateway, silenceMs: 400 });
    try {
      const before = { posts: scene.posts(), starts: scene.simulator.acceptedStarts().length };
      const { data, response } = await client
        .withOptions({ baseURL: `${proxy.url}/v1` })
        .images.generate({ prompt: "a lighthouse behind a bad line", response_format: "url" })
        .withResponse();
      expect(proxy.cuts).toBeGreaterThan(0);
      expect(data.data).toHaveLength(1);
      expect(response.headers.get("x-jimeng-joined")).toMatch(/^job_/);
      expect(scene.posts() - before.posts).toBe(1);
      expect(scene.simulator.acceptedStarts().length - before.starts).toBe(1);
    } finally {
      await proxy.close();
    }
  });
});

describe("openai errors", () => {
  test("a refused prompt is a BadRequestError with content_policy_violation, and is sent once", async () => {
    const { error, posts } = await failureOf(() =>
      client.images.generate({ prompt: "simulate:2038" }),
    );
    expect(error).toBeInstanceOf(BadRequestError);
    expect(error).toMatchObject({ status: 400, code: "content_policy_violation" });
    expect((error as BadRequestError).headers?.get("x-should-retry")).toBe("false");
    expect(posts).toBe(1);
  });

  test("an account without credits is a 402 that the client does not repeat", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "refuse", ret: "1006" });
    const { error, posts, starts } = await failureOf(() =>
      client.images.generate({ prompt: "too expensive" }),
    );
    expect(error).toMatchObject({ status: 402, type: "insufficient_quota" });
    expect({ posts, starts }).toEqual({ posts: 1, starts: 0 });
  });

  test("a picture that fails after it was paid for is not started again by the client's retries", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const { error, posts, starts } = await failureOf(() =>
      client.images.generate({ prompt: "made, and spoilt" }),
    );
    expect(error).toMatchObject({ status: 422 });
    expect((error as InstanceType<typeof OpenAI.APIError>).headers?.get("x-should-retry")).toBe(
      "false",
    );
    expect({ posts, starts }).toEqual({ posts: 1, starts: 1 });
  });

  test("an upstream that answers 500 after taking the start costs one start and gives the picture", async () => {
    scene.simulator.addFault({
      endpoint: "generate",
      kind: "http_status",
      status: 500,
      accepted: true,
    });
    const before = { posts: scene.posts(), starts: scene.simulator.acceptedStarts().length };
    const answer = await client.images.generate({ prompt: "in doubt", response_format: "url" });
    expect(answer.data).toHaveLength(1);
    expect(scene.posts() - before.posts).toBe(1);
    expect(scene.simulator.acceptedStarts().length - before.starts).toBe(1);
  });

  test("an unknown model is a NotFoundError, and nothing is sent", async () => {
    const { error, posts } = await failureOf(() =>
      client.images.generate({ prompt: "a lighthouse", model: "no-such-model" }),
    );
    expect(error).toMatchObject({ status: 404, code: "model_not_found" });
    expect(posts).toBe(0);
  });
});
