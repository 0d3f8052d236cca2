// Tests that a field that carries meaning is honoured under the names that clients give it, or refused by its name, on
// every route that makes jobs; nothing is stored for what is refused.

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";

let open: FakeApp;
beforeEach(async () => {
  open = await buildFakeApp();
});
afterEach(() => open.close());

type Body = Record<string, unknown>;

const routes = {
  image: (body: Body) => ["/v1/images/generations", body] as const,
  video: (body: Body) => ["/v1/videos", body] as const,
  imageJob: (body: Body) => ["/v1/jobs", { kind: "image", ...body }] as const,
  videoJob: (body: Body) => ["/v1/jobs", { kind: "video", ...body }] as const,
};
const imageRoutes = ["image", "imageJob"] as const;
const videoRoutes = ["video", "videoJob"] as const;

async function post(route: keyof typeof routes, body: Body) {
  const [url, payload] = routes[route]({ prompt: "a cat", ...body });
  const answer = await open.app.inject({ method: "POST", url, payload });
  return { status: answer.statusCode, body: answer.json() };
}

const picture =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("a picture under another name", () => {
  const names = {
    image: [
      "img_url",
      "input_image",
      "ref_images",
      "image_base64",
      "file",
      "files",
      "initImage",
      "reference-image",
    ],
    video: [
      "first_frame_url",
      "img_url",
      "init_image",
      "start_image",
      "input_image",
      "image_base64",
      "startFrame",
      "firstFrameUrl",
    ],
  };
  const all = [
    ...imageRoutes.flatMap((route) => names.image.map((name) => [route, name] as const)),
    ...videoRoutes.flatMap((route) => names.video.map((name) => [route, name] as const)),
  ];

  test.each(all)("is what the %s works from: %s", async (route, name) => {
    const answer = await post(route, { [name]: picture });
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    const { request } = open.jobs.created.at(-1)![0]!;
    expect(JSON.stringify(request)).toContain("jimeng-file:");
  });

  test.each(videoRoutes)("is the last frame of the %s", async (route) => {
    for (const name of ["last_frame_url", "tail_image", "endFrame", "image_tail"]) {
      const answer = await post(route, { first_frame: picture, [name]: picture });
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(open.jobs.created.at(-1)![0]!.request).toHaveProperty("lastFrame");
    }
  });

  test("counts inside extra_body and, by the table's names, inside metadata", async () => {
    for (const field of ["extra_body", "metadata"]) {
      const answer = await post("video", { [field]: { first_frame_url: picture } });
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(open.jobs.created.at(-1)![0]!.request).toHaveProperty("firstFrame");
    }
  });
});

describe("a field that is not known and holds or speaks of material", () => {
  const url = "https://example.com/cat.png";
  const cases: [Body, string][] = [
    [{ content: [{ type: "image_url", image_url: { url } }] }, "content"],
    [{ conditioning: url }, "conditioning"],
    [{ options: { deep: { er: url } } }, "options.deep.er"],
    [{ things: ["file_0123456789abcdef"] }, "things[0]"],
    [{ things: ["asset_0123456789abcdef"] }, "things[0]"],
    [{ bytes: "A".repeat(400) }, "bytes"],
    [{ controlnet_image: 1 }, "controlnet_image"],
    [{ pose: "standing" }, "pose"],
    [{ audio: true }, "audio"],
    [{ extra_body: { style_reference: "x" } }, "style_reference"],
    [{ notify_url: "https://example.com/hook" }, "notify_url"],
    [{ callbackUrl: "https://example.com/hook" }, "callbackUrl"],
  ];
  const all = (Object.keys(routes) as (keyof typeof routes)[]).flatMap((route) =>
    cases.map(([body, param]) => [route, JSON.stringify(body).slice(0, 60), body, param] as const),
  );

  test.each(all)(
    "is refused by its name, and nothing is stored: %s %s",
    async (route, _text, body, param) => {
      const answer = await post(route, body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.param).toMatch(
        new RegExp(`^${param.replaceAll(/[.[\]]/g, "\\$&")}`),
      );
      expect(answer.body.error).toMatchObject({ charged: "no", fix: expect.any(String) });
      expect(open.jobs.created).toEqual([]);
    },
  );

  test("is nothing where it was not given", async () => {
    for (const value of [null, false, "", [], [""]]) {
      expect((await post("video", { start_image: value, mask_url: value })).status).toBeLessThan(
        300,
      );
      expect((await post("imageJob", { start_image: value, mask_url: value })).status).toBe(202);
    }
  });

  test("is the caller's own inside metadata, and an unknown word stays a warning", async () => {
    const answer = await post("video", { metadata: { order_url: url, note: "x" }, quirk: "soft" });
    expect(answer.status).toBeLessThan(300);
    expect(answer.body.warnings).toContainEqual(
      expect.objectContaining({ code: "unknown_parameter", param: "quirk" }),
    );
  });
});

describe("the address that the end is told to", () => {
  const webhookUrl = "https://example.com/hook";

  test.each(Object.keys(routes) as (keyof typeof routes)[])("is kept by the %s", async (route) => {
    for (const body of [{ webhook_url: webhookUrl }, { extra_body: { webhook_url: webhookUrl } }]) {
      const answer = await post(route, body);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      expect(answer.body.warnings ?? []).toEqual([]);
      expect(open.jobs.created.at(-1)![0]).toMatchObject({ webhookUrl });
    }
  });

  test("is refused where it is not one that may be called", async () => {
    const answer = await post("image", { webhook_url: "http://127.0.0.1/hook" });
    expect(answer.status).toBe(400);
    expect(answer.body.error).toMatchObject({ param: "webhook_url", charged: "no" });
    expect(open.jobs.created).toEqual([]);
  });
});

describe("size, ratio, count and time in other words", () => {
  const square = { width: 2048, height: 2048 };
  const standing = { ratio: "9:16" };
  const images: [Body, Body][] = [
    [{ aspect_ratio: "9:16" }, standing],
    [{ aspectRatio: "9:16" }, standing],
    [{ size: "9:16" }, standing],
    [{ size: "9x16" }, { ratio: "9:16", resolution: "2k" }],
    [{ size: "16x9" }, { ratio: "16:9", resolution: "2k", width: 2560 }],
    [{ ratio: "16：9" }, { ratio: "16:9" }],
    [{ ratio: "9x16" }, standing],
    [{ ratio: "auto" }, { ratio: "1:1" }],
    [{ image_size: "portrait_16_9" }, standing],
    [{ image_size: { width: 2048, height: 2048 } }, square],
    [{ width: 2048, height: 2048 }, square],
    [{ width: "2048", height: "2048" }, square],
    [{ size: "2K" }, { resolution: "2k" }],
    [{ size: "Auto" }, square],
    [{ size: "adaptive" }, square],
    [{ size: " 2048 x 2048 " }, square],
    [{ size: "2048*2048" }, square],
    [{ size: "2048×2048" }, square],
    [{ size: "２０４８x２０４８" }, square],
    [{ resolution: "2K" }, { resolution: "2k" }],
    [{ num_images: 2 }, { count: 2 }],
    [{ imageCount: "2" }, { count: 2 }],
    [{ negativePrompt: "dog" }, { negativePrompt: "dog" }],
    // How many pictures an absent number means is the route's own.
    [{ size: "", quality: "", model: "", n: "" }, square],
  ];
  const all = imageRoutes.flatMap((route) =>
    images.map(([body, wanted]) => [route, JSON.stringify(body), body, wanted] as const),
  );

  test.each(all)("are understood: %s %s", async (route, _text, body, wanted) => {
    const answer = await post(route, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(open.jobs.created.at(-1)![0]!.request).toMatchObject(wanted);
  });

  const videos: [Body, Body][] = [
    [{ aspect_ratio: "9:16" }, standing],
    [{ size: "720p" }, { resolution: "720p" }],
    [{ size: "9:16" }, standing],
    [{ width: 720, height: 1280 }, standing],
    [{ duration: "5s" }, { durationSeconds: 5 }],
    [{ seconds: "5.0" }, { durationSeconds: 5 }],
    [{ video_length: 5 }, { durationSeconds: 5 }],
    [{ duration: "10秒" }, { durationSeconds: 10 }],
    [{ resolution: "720P" }, { resolution: "720p" }],
  ];
  const allVideos = videoRoutes.flatMap((route) =>
    videos.map(([body, wanted]) => [route, JSON.stringify(body), body, wanted] as const),
  );

  test.each(allVideos)("are understood: %s %s", async (route, _text, body, wanted) => {
    const answer = await post(route, body);
    expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    expect(open.jobs.created.at(-1)![0]!.request).toMatchObject(wanted);
  });

  test("a seed of -1 is a random one", async () => {
    for (const seed of [-1, "-1"]) {
      expect((await post("image", { seed })).status).toBe(200);
      expect(open.jobs.created.at(-1)![0]!.request.seed).toBeGreaterThan(0);
    }
  });

  test.each([
    [{ size: "huge" }, "size"],
    [{ size: "0x0" }, "size"],
    [{ ratio: "1024x768" }, "ratio"],
    [{ ratio: "16:9", aspect_ratio: "1:1" }, "ratio"],
    [{ size: "16:9", ratio: "1:1" }, "ratio"],
    [{ size: "3000x500" }, "size"],
    [{ n: "two" }, "n"],
    [{ seed: 1.5 }, "seed"],
  ] as [Body, string][])(
    "that say nothing, or two things, are refused: %j",
    async (body, param) => {
      const answer = await post("image", body);
      expect(answer.status).toBe(400);
      expect(answer.body.error.param).toBe(param);
      expect(open.jobs.created).toEqual([]);
    },
  );

  test("a native job with a bad number or time is a 400, whatever it is called", async () => {
    for (const body of [{ seconds: "abc" }, { duration_seconds: "abc" }, { duration: {} }]) {
      expect((await post("videoJob", body)).status).toBe(400);
    }
    for (const body of [{ n: "abc" }, { n: {} }, { count: "x" }, { n: 0 }]) {
      expect((await post("imageJob", body)).status).toBe(400);
    }
  });
});
