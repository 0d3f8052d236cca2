// The requests of clients that cannot be run here, as their published sources send them: what they need back is there.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openScene, type Scene } from "../death-table/scene.ts";
import { decodePicture } from "../e2e/media.ts";
import { until } from "../e2e/processes.ts";
import { plainPicture } from "../chaos/png.ts";
import { sendRaw, toRawForm } from "./raw-requests.ts";

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

/** Waits for a video; not with expect.poll, which knows only one test at a time. */
async function untilCompleted(read: () => Promise<{ status: string }>): Promise<void> {
  await until("the video", async () => (await read()).status === "completed" || undefined);
}

describe.concurrent("NextChat 706a18b", () => {
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

describe.concurrent("LobeHub 3c7f186 and 19623fa", () => {
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
    await untilCompleted(read);
    const file = await fetch((await read()).url ?? "");
    expect(file.headers.get("content-type")).toBe("video/mp4");
    await file.body?.cancel();
  }, 30_000);
});

test.concurrent("Cherry Studio 2.0.3 gets b64_json where it names no format", async () => {
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
    await untilCompleted(read);
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

describe.concurrent("Open WebUI 02530d5", () => {
  // aiohttp writes a type into every part of a form, and sends forms in chunks.
  const agent = ["Accept", "*/*", "Accept-Encoding", "gzip, deflate, br"];
  const client = [...agent, "User-Agent", "Python/3.11 aiohttp/3.13.2"];

  test("generates with its default size and reads url, else b64_json", async () => {
    const body =
      '{"model": "jimeng-4.0", "prompt": "a lighthouse for Open WebUI", "n": 1, "size": "512x512", "response_format": "b64_json"}';
    const { status, text } = await sendRaw(base, {
      path: "/v1/images/generations",
      headers: ["Authorization", "Bearer x", "Content-Type", "application/json", ...client],
      body: Buffer.from(body),
    });
    expect(status, text).toBe(200);
    const { data } = JSON.parse(text) as { data: Picture[] };
    expect(data[0]?.url).toBeUndefined();
    const bytes = Buffer.from(data[0]?.b64_json ?? "", "base64");
    expect((await decodePicture(bytes)).width).toBeGreaterThan(500);
  });

  test("edits with a form that comes in chunks", async () => {
    const boundary = "8d5f1a0c4b7e4f6c9b7a3d2e1f0a5b6c";
    const text = (name: string, content: string) => ({
      head: `Content-Type: text/plain; charset=utf-8\r\nContent-Disposition: form-data; name="${name}"`,
      content,
    });
    const answer = await sendRaw(base, {
      path: "/v1/images/edits",
      headers: [
        "Authorization",
        "Bearer x",
        ...client,
        "Content-Type",
        `multipart/form-data; boundary=${boundary}`,
      ],
      chunked: true,
      body: toRawForm(boundary, [
        text("model", "jimeng-4.0"),
        text("prompt", "make it night for Open WebUI"),
        text("n", "1"),
        text("response_format", "b64_json"),
        {
          head: 'Content-Type: image/png\r\nContent-Disposition: form-data; name="image[]"; filename="image.png"',
          content: plainPicture(0x445566),
        },
      ]),
    });
    expect(answer.status, answer.text).toBe(200);
    const { data } = JSON.parse(answer.text) as { data: Picture[] };
    await expectPicture(data[0] ?? {});
  });
});

describe.concurrent("LiteLLM 820ad32", () => {
  // Its requests are those of the Python package, with other keys of the caller put into the body.
  const client = [
    "accept-encoding",
    "gzip, deflate",
    "connection",
    "keep-alive",
    "accept",
    "application/json",
    "user-agent",
    "AsyncOpenAI/Python 2.8.0",
    "x-stainless-lang",
    "python",
    "x-stainless-retry-count",
    "0",
    "authorization",
    "Bearer x",
  ];

  test("generates with the caller's own fields, and gets usage to bill by", async () => {
    const body =
      '{"prompt":"a lighthouse for LiteLLM","model":"jimeng-4.0","n":1,"size":"2048x2048","user":"user-1","seed":7,"watermark":false,"guidance_scale":2.5}';
    const { status, text } = await sendRaw(base, {
      path: "/v1/images/generations",
      headers: [...client, "content-type", "application/json"],
      body: Buffer.from(body),
    });
    expect(status, text).toBe(200);
    const answer = JSON.parse(text) as { data: Picture[]; usage: object; created: number };
    expect(answer).toMatchObject({ created: expect.any(Number), usage: { total_tokens: 0 } });
    await expectPicture(answer.data[0] ?? {});
  });

  test("edits with a form as httpx writes it", async () => {
    const boundary = "d2c7a1f0e4b84f1f9f0d6d3a5c6b7e88";
    const field = (name: string, content: string) => ({
      head: `Content-Disposition: form-data; name="${name}"`,
      content,
    });
    const { status, text } = await sendRaw(base, {
      path: "/v1/images/edits",
      headers: [...client, "content-type", `multipart/form-data; boundary=${boundary}`],
      body: toRawForm(boundary, [
        field("prompt", "make it night for LiteLLM"),
        field("model", "jimeng-4.0"),
        {
          head: 'Content-Disposition: form-data; name="image"; filename="image.png"\r\nContent-Type: image/png',
          content: plainPicture(0x556677),
        },
      ]),
    });
    expect(status, text).toBe(200);
    await expectPicture((JSON.parse(text) as { data: Picture[] }).data[0] ?? {});
  });
});

test.concurrent("New API sends edits on as Go writes forms", async () => {
  const boundary = "5f0c2b7d4e615f0c2b7d4e615f0c2b7d4e615f0c2b7d4e615f0c2b7d4e61";
  const field = (name: string, content: string) => ({
    head: `Content-Disposition: form-data; name="${name}"`,
    content,
  });
  const { status, text } = await sendRaw(base, {
    path: "/v1/images/edits",
    headers: [
      "User-Agent",
      "Go-http-client/1.1",
      "Authorization",
      "Bearer x",
      "Content-Type",
      `multipart/form-data; boundary=${boundary}`,
      "Accept-Encoding",
      "gzip",
    ],
    body: toRawForm(boundary, [
      field("model", "gpt-image-1"),
      field("prompt", "make it night for New API"),
      {
        head: 'Content-Disposition: form-data; name="image"; filename="image.png"\r\nContent-Type: image/png',
        content: plainPicture(0x778899),
      },
    ]),
  });
  expect(status, text).toBe(200);
  await expectPicture((JSON.parse(text) as { data: Picture[] }).data[0] ?? {});
});

describe.concurrent("n8n 2f699c2", () => {
  const client = [
    "Accept",
    "application/json,text/html,application/xhtml+xml,*/*",
    "User-Agent",
    "n8n",
  ];
  const key = ["Authorization", "Bearer x"];

  test("names no format for gpt-image-1, and reads b64_json alone", async () => {
    const { status, text } = await sendRaw(base, {
      path: "/v1/images/generations",
      headers: [...client, "content-type", "application/json", ...key],
      body: Buffer.from('{"prompt":"a lighthouse for n8n","model":"gpt-image-1","quality":"high"}'),
    });
    expect(status, text).toBe(200);
    const { data } = JSON.parse(text) as { data: Picture[] };
    expect(data[0]?.b64_json).toEqual(expect.any(String));
  });

  test("makes a video with a form, polls it and downloads its content", async () => {
    const boundary = "--------------------------514021346712368045812936";
    const field = (name: string, content: string) => ({
      head: `Content-Disposition: form-data; name="${name}"`,
      content,
    });
    const created = await sendRaw(base, {
      path: "/v1/videos",
      headers: [...client, "content-type", `multipart/form-data; boundary=${boundary}`, ...key],
      body: toRawForm(boundary, [
        field("model", "sora-2"),
        field("prompt", "waves for n8n"),
        field("seconds", "5"),
        field("size", "1280x720"),
        {
          head: 'Content-Disposition: form-data; name="input_reference"; filename="reference.png"\r\nContent-Type: image/png',
          content: plainPicture(0x667788),
        },
      ]),
    });
    expect(created.status, created.text).toBe(200);
    const { id } = JSON.parse(created.text) as { id: string };
    const read = async () =>
      (await (await fetch(`${base}/v1/videos/${id}`)).json()) as { status: string };
    await untilCompleted(read);
    const content = await fetch(`${base}/v1/videos/${id}/content`);
    expect(content.headers.get("content-type")).toBe("video/mp4");
    await content.body?.cancel();
  }, 30_000);
});

test.concurrent("scripts of existing jimeng gateways compose pictures and wait for videos", async () => {
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
