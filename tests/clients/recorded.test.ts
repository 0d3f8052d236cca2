// The requests of clients that cannot be run here, as their published sources send them: what they need back is there.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";
import { plainPicture } from "../chaos/png.ts";

let scene: Scene;
let base: string;
beforeAll(async () => {
  const aliases = "dall-e-3=jimeng-4.0,gpt-image-1=jimeng-5.0,sora-2=jimeng-video-3.0";
  scene = await openScene("sqlite", "", { JIMENG_MODEL_ALIASES: aliases });
  const gateway = await scene.gateway();
  base = gateway.url;
});
afterAll(() => scene.remove());

const picture = `data:image/png;base64,${Buffer.from(plainPicture(0x336699)).toString("base64")}`;

async function post(path: string, body: object, agent = "node"): Promise<Response> {
  return fetch(`${base}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "user-agent": agent, authorization: "Bearer x" },
    body: JSON.stringify(body),
  });
}

interface Picture {
  b64_json?: string;
  url?: string;
}

async function expectPicture({ b64_json: text, url }: Picture): Promise<void> {
  const bytes =
    text === undefined ? await (await fetch(url ?? "")).bytes() : Buffer.from(text, "base64");
  expect((await decodePicture(bytes)).width).toBeGreaterThan(500);
}

describe("NextChat 706a18b", () => {
  test("sends dall-e-3 to the image route and reads b64_json", async () => {
    const response = await post("/v1/images/generations", {
      model: "dall-e-3",
      prompt: "a lighthouse for NextChat",
      response_format: "b64_json",
      n: 1,
      size: "1024x1024",
      quality: "standard",
      style: "vivid",
    });
    const { data } = (await response.json()) as { data: Picture[] };
    expect(data[0]?.b64_json).toEqual(expect.any(String));
    await expectPicture(data[0] ?? {});
  });

  test("chats with any other model, and gets headers before anything is made", async () => {
    const response = await post("/v1/chat/completions", {
      messages: [
        { role: "system", content: "You are ChatGPT." },
        { role: "user", content: "a lighthouse in a chat of NextChat" },
      ],
      stream: true,
      model: "jimeng-4.0",
      temperature: 0.5,
      presence_penalty: 0,
      frequency_penalty: 0,
      top_p: 1,
    });
    expect(response.headers.get("content-type")).toContain("text/event-stream");
    expect(await response.text()).toMatch(/!\[image\]\(http[^)]+\)/);
  });
});

describe("LobeHub 3c7f186 and 19623fa", () => {
  test("generates with n and a size, and reads b64_json or url", async () => {
    const response = await post("/v1/images/generations", {
      model: "jimeng-4.0",
      prompt: "a lighthouse for LobeHub",
      n: 1,
      size: "2048x2048",
    });
    const { data } = (await response.json()) as { data: Picture[] };
    await expectPicture(data[0] ?? {});
  });

  test("edits with input_fidelity high, as a form", async () => {
    const form = new FormData();
    for (const [name, value] of Object.entries({
      model: "jimeng-4.0",
      prompt: "at night",
      n: "1",
      input_fidelity: "high",
    })) {
      form.append(name, value);
    }
    form.append("image[]", new Blob([new Uint8Array(plainPicture(0x224466))]), "image.png");
    const response = await fetch(`${base}/v1/images/edits`, { method: "POST", body: form });
    const { data } = (await response.json()) as { data: Picture[] };
    await expectPicture(data[0] ?? {});
  });

  test("asks models of chat without a stream and reads message.images", async () => {
    const response = await post("/v1/chat/completions", {
      model: "jimeng-4.0:image",
      messages: [{ role: "user", content: [{ type: "text", text: "a lighthouse" }] }],
      stream: false,
    });
    const answer = (await response.json()) as {
      choices: { message: { images: { image_url: { url: string } }[] } }[];
    };
    await expectPicture({ url: answer.choices[0]?.message.images[0]?.image_url.url });
  });

  test("makes videos from a picture and reads id, status and url", async () => {
    const created = await post("/v1/videos", {
      model: "jimeng-video-3.0",
      prompt: "the light turns",
      seconds: "5",
      size: "1280x720",
      input_reference: { image_url: picture },
    });
    const { id } = (await created.json()) as { id: string };
    const read = async () =>
      (await (await fetch(`${base}/v1/videos/${id}`)).json()) as { status: string; url?: string };
    await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe("completed");
    const file = await fetch((await read()).url ?? "");
    expect(file.headers.get("content-type")).toBe("video/mp4");
    await file.body?.cancel();
  }, 30_000);
});

test("Cherry Studio 2.0.3 gets b64_json where it names no format", async () => {
  const agent = "Mozilla/5.0 AppleWebKit/537.36 CherryStudio/2.0.3 Chrome/140.0 Safari/537.36";
  const body = { model: "gpt-image-1", prompt: "a lighthouse for Cherry Studio", n: 1 };
  const response = await post("/v1/images/generations", body, agent);
  const { data } = (await response.json()) as { data: Picture[] };
  expect(data[0]?.b64_json).toEqual(expect.any(String));
});

describe("new-api and LiteLLM in front", () => {
  test("start a video at the relay's path and read task_id, status and metadata.url", async () => {
    const created = await post("/v1/video/generations", {
      model: "sora-2",
      prompt: "waves for a relay",
      seconds: "5",
      size: "1280x720",
    });
    const { task_id: task } = (await created.json()) as { task_id: string };
    const read = async () =>
      (await (await fetch(`${base}/v1/video/generations/${task}`)).json()) as {
        status: string;
        metadata: { url?: string };
      };
    await expect.poll(async () => (await read()).status, { timeout: 20_000 }).toBe("completed");
    expect((await read()).metadata.url).toMatch(/\.mp4/);
  }, 30_000);

  test("are never answered 2xx for a failure", async () => {
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const body = { model: "jimeng-4.0", prompt: "spoilt for a relay" };
    expect((await post("/v1/images/generations", body)).ok).toBe(false);
    scene.simulator.addFault({ endpoint: "generate", kind: "fail", as: "generic" });
    const messages = [{ role: "user", content: "spoilt in a chat of a relay" }];
    expect((await post("/v1/chat/completions", { model: "jimeng-4.0", messages })).ok).toBe(false);
    scene.simulator.removeFault();
  });
});

test("scripts of existing jimeng gateways compose pictures and wait for videos", async () => {
  const composed = await post("/v1/images/compositions", {
    model: "jimeng-4.0",
    prompt: "both in one",
    images: [picture],
    ratio: "1:1",
    resolution: "2k",
    sample_strength: 0.7,
  });
  const { data } = (await composed.json()) as { data: Picture[] };
  await expectPicture(data[0] ?? {});
  const video = await post("/v1/videos/generations", {
    model: "jimeng-video-3.0",
    prompt: "waves, waited for",
    ratio: "16:9",
    resolution: "720p",
    duration: 5,
    file_paths: [picture],
  });
  const answer = (await video.json()) as { data: Picture[] };
  expect(answer.data[0]?.url).toMatch(/\.mp4/);
}, 30_000);
