// Tests the routes that take references: forms and JSON become jobs whose requests refer to kept files.

import { readdir } from "node:fs/promises";
import { join } from "node:path";

import type { PreparedImageRequest, PreparedVideoRequest } from "@jimeng/sdk";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { errorBodySchema } from "../../../api/errors.ts";
import { imagesAnswerSchema } from "../../../api/images.ts";
import { videoSchema } from "../../../api/videos.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { fileIdOf } from "../../../references/file-handles.ts";
import { toDataUrl, toForm } from "../../../testing/form-samples.ts";
import { wav, wholeFiles, wholePng } from "../../../testing/reference-samples.ts";
import { smallUploads } from "../../../testing/small-uploads.ts";

const png = wholeFiles.png.bytes;
const jpeg = wholeFiles.jpeg.bytes;

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp({ ...smallUploads() });
});
afterEach(() => fake.close());

type Fields = Parameters<typeof toForm>[0];

async function postForm(url: string, fields: Fields) {
  return fake.app.inject({ method: "POST", url, ...(await toForm(fields)) });
}
const postJson = (url: string, payload: object) =>
  fake.app.inject({ method: "POST", url, payload });
const edits = "/v1/images/edits";

function imageRequests(): PreparedImageRequest[] {
  return fake.jobs.created.flat().map(({ request }) => request as PreparedImageRequest);
}

/** Gives the kept files that a request's pictures are. */
async function pictures(request: { references?: { imageUri: string }[] } | undefined) {
  const ids = (request?.references ?? []).map(({ imageUri }) => fileIdOf(imageUri) ?? "");
  return Promise.all(ids.map((id) => fake.files.get(id)));
}

const incoming = () => readdir(join(fake.dataDir, "files", "incoming")).catch(() => []);
const filesKept = async () => (await fake.files.list({ limit: 100, order: "asc" })).files.length;

describe("a form", () => {
  it("gives its pictures in their order, whatever OpenAI's clients call the field", async () => {
    for (const field of ["image", "image[]"]) {
      const response = await postForm(edits, [
        [field, png, "one.png"],
        ["prompt", "make it night"],
        [field, jpeg, "two.jpg"],
        ["n", "2"],
        ["size", "2048x2048"],
        ["input_fidelity", "high"],
      ]);
      expect(response.statusCode, response.body).toBe(200);
      const answer = imagesAnswerSchema.parse(response.json());
      expect(answer.data).toHaveLength(2);
      expect(answer.warnings.map(({ code }) => code)).toEqual(["parameter_ignored"]);
    }
    const [request] = imageRequests();
    expect(request).toMatchObject({ prompt: "make it night", count: 2, width: 2048 });
    expect(request?.references?.[0]).toMatchObject({ width: 640, height: 480, format: "png" });
    const kept = await pictures(request);
    expect(kept.map((file) => file?.name)).toEqual(["one.png", "two.jpg"]);
    expect(await incoming()).toEqual([]);
  });

  it("may mix files and text references", async () => {
    const response = await postForm(edits, [
      ["prompt", "both"],
      ["image", png, "a.png"],
      ["image", toDataUrl(jpeg, "image/jpeg")],
    ]);
    expect(response.statusCode, response.body).toBe(200);
    const kept = await pictures(imageRequests()[0]);
    expect(kept.map((file) => file?.contentType)).toEqual(["image/png", "image/jpeg"]);
  });

  it("says what a wrong name hid", async () => {
    const response = await postForm(edits, [
      ["prompt", "a"],
      ["image", jpeg, "a.png"],
    ]);
    expect(response.json().warnings).toMatchObject([{ code: "type_differs", param: "image" }]);
  });

  it.each<[string, Fields, string, string | undefined]>([
    ["no picture", [["prompt", "a"]], "image", undefined],
    ["no prompt", [["image", png, "a.png"]], "prompt", undefined],
    [
      "an empty file",
      [
        ["prompt", "a"],
        ["image", new Uint8Array(), "a.png"],
      ],
      "image",
      "empty",
    ],
    [
      "a cut file",
      [
        ["prompt", "a"],
        ["image", png.subarray(0, -4), "a.png"],
      ],
      "image",
      "truncated",
    ],
    [
      "a text",
      [
        ["prompt", "a"],
        ["image", Buffer.from("no picture at all"), "a.png"],
      ],
      "image",
      "unsupported_type",
    ],
    [
      "a sound",
      [
        ["prompt", "a"],
        ["image", wav(), "a.wav"],
      ],
      "image",
      "wrong_kind",
    ],
    [
      "a mask",
      [
        ["prompt", "a"],
        ["image", png, "a.png"],
        ["mask", png, "m.png"],
      ],
      "mask",
      undefined,
    ],
    [
      "a stray file",
      [
        ["prompt", "a"],
        ["image", png, "a.png"],
        ["first_frame", png, "m.png"],
      ],
      "first_frame",
      undefined,
    ],
    [
      "a word for a number",
      [
        ["prompt", "a"],
        ["image", png, "a.png"],
        ["n", "two"],
      ],
      "n",
      undefined,
    ],
    [
      "a path",
      [
        ["prompt", "a"],
        ["image", "/etc/passwd"],
      ],
      "image",
      "bad_reference",
    ],
  ])(
    "with %s is refused, pays nothing and leaves nothing",
    async (_what, fields, param, reason) => {
      const response = await postForm(edits, fields);
      expect(response.statusCode).toBe(400);
      const { error } = errorBodySchema.parse(response.json());
      expect(error).toMatchObject({ param, charged: "no" });
      expect(error["reason"]).toBe(reason);
      expect(error.fix).toBeTruthy();
      expect(fake.jobs.created).toEqual([]);
      expect(await filesKept()).toBe(0);
      await expect.poll(incoming).toEqual([]);
    },
  );

  it("with a file over the limit is answered 413", async () => {
    const response = await postForm(edits, [
      ["prompt", "a"],
      ["image", png, "a.png"],
      ["image", wholePng(64, 64, 1_100_000), "large.png"],
    ]);
    expect(response.statusCode).toBe(413);
    expect(response.json().error).toMatchObject({
      code: "payload_too_large",
      reason: "too_large",
      param: "image",
      index: 1,
    });
    expect(fake.jobs.created).toEqual([]);
    await expect.poll(incoming).toEqual([]);
  });

  it("that declares more than all references may have is refused before it is read", async () => {
    const { headers, payload } = await toForm([["prompt", "a"]]);
    const response = await fake.app.inject({
      method: "POST",
      url: edits,
      headers: { ...headers, "content-length": String(12 * 1024 * 1024) },
      payload,
    });
    expect(response.statusCode).toBe(413);
  });

  it("with more pictures than the model takes names the limit", async () => {
    const many = Array.from({ length: 11 }, (): Fields[number] => ["image", png, "a.png"]);
    const response = await postForm(edits, [["prompt", "a"], ...many]);
    expect(response.statusCode).toBe(400);
    expect(response.json().error).toMatchObject({ param: "image" });
    expect(response.json().error.message).toMatch(/at most \d+ reference images/);
    expect(await filesKept()).toBe(0);
  });
});

describe("JSON", () => {
  it.each<[string, (image: string) => object]>([
    ["images with image_url", (image) => ({ images: [{ image_url: image }] })],
    ["images with image_url.url", (image) => ({ images: [{ image_url: { url: image } }] })],
    ["image as text", (image) => ({ image })],
    ["image as a list", (image) => ({ image: [image] })],
    ["references", (image) => ({ references: [image] })],
    ["image_urls", (image) => ({ image_urls: [image] })],
    ["filePaths", (image) => ({ filePaths: [image] })],
    ["a chat part", (image) => ({ image: { type: "image_url", image_url: { url: image } } })],
  ])("may carry a picture as %s", async (_what, fields) => {
    for (const url of [edits, "/v1/images/generations"]) {
      const response = await postJson(url, { prompt: "a", ...fields(toDataUrl(png)) });
      expect(response.statusCode, response.body).toBe(200);
      expect(response.json().warnings).toEqual([]);
    }
    const [first, second] = await Promise.all(imageRequests().map(pictures));
    expect(first?.[0]?.sha256).toBe(second?.[0]?.sha256);
    expect(first?.[0]?.contentType).toBe("image/png");
  });

  it("may carry large data URLs, each judged in its own field, and leaves nothing behind", async () => {
    const large = wholePng(800, 600, 600_000);
    const response = await postJson(edits, {
      images: [toDataUrl(large), { image_url: { url: toDataUrl(png) } }],
      prompt: "large and small",
    });
    expect(response.statusCode, response.body).toBe(200);
    const kept = await pictures(imageRequests()[0]);
    expect(kept.map((file) => file?.bytes)).toEqual([large.length, png.length]);
    const before = await filesKept();
    const cases = [
      [large.subarray(0, -4), "truncated", 400],
      [wholePng(8, 8, 1_200_000), "too_large", 413],
      [Buffer.alloc(200_000, 65), "unsupported_type", 400],
    ] as const;
    for (const [bytes, reason, status] of cases) {
      const refused = await postJson(edits, {
        prompt: "a",
        image: toDataUrl(png),
        images: [{ image_url: toDataUrl(bytes) }],
      });
      expect(refused.statusCode, refused.body).toBe(status);
      expect(refused.json().error).toMatchObject({ reason, param: "images", index: 1 });
    }
    const broken = await fake.app.inject({
      method: "POST",
      url: edits,
      headers: { "content-type": "application/json" },
      payload: `{"prompt": "a", "image": "${toDataUrl(large)}`,
    });
    expect(broken.statusCode).toBe(400);
    expect(broken.json().error.message).toMatch(/not valid JSON/);
    expect(await filesKept()).toBe(before);
    await expect.poll(incoming).toEqual([]);
  });

  it("may name uploaded files and stored results, also by their URLs", async () => {
    const uploaded = await fake.app.inject({
      method: "POST",
      url: "/v1/files?filename=a.png",
      headers: { "content-type": "image/png" },
      payload: png,
    });
    const { id } = uploaded.json();
    const made = await postJson("/v1/images/generations", { prompt: "first", n: 1 });
    const { url } = made.json().data[0];
    const asset = [...fake.jobs.rows.values()][0]?.assets[0];
    if (asset === undefined) throw new Error("no picture was made");
    fake.writeFile(asset, jpeg);
    const response = await postJson(edits, {
      prompt: "now",
      images: [{ file_id: id }, asset.id, { image_url: url }],
    });
    expect(response.statusCode, response.body).toBe(200);
    const kept = await pictures(imageRequests()[1]);
    expect(kept[0]?.id).toBe(id);
    expect(kept.map((file) => file?.contentType)).toEqual([
      "image/png",
      "image/jpeg",
      "image/jpeg",
    ]);
  });

  it("makes every part of a split request work from the same files", async () => {
    const response = await postJson(edits, { prompt: "a", n: 10, image: toDataUrl(png) });
    expect(response.statusCode, response.body).toBe(200);
    expect(imageRequests().length).toBeGreaterThan(1);
    const uris = imageRequests().map(({ references }) => references?.[0]?.imageUri);
    expect(new Set(uris).size).toBe(1);
    expect(await filesKept()).toBe(1);
  });

  it("checks everything else before it fetches anything", async () => {
    const image = "https://pictures.example/a.png";
    const wrong = await postJson(edits, { prompt: "a", model: "nope", image });
    expect(wrong.json().error.param).toBe("model");
    const many = await postJson(edits, {
      prompt: "a",
      image: Array.from({ length: 12 }, () => image),
    });
    expect(many.json().error.param).toBe("image");
    const refused = await postJson(edits, { prompt: "a", image });
    expect(refused.json().error).toMatchObject({ reason: "url_refused", param: "image", index: 0 });
    expect(fake.jobs.created).toEqual([]);
  });

  it("keeps no file when the accounts refuse the job", async () => {
    const { JimengError } = await import("@jimeng/sdk");
    fake.refuse(new JimengError("risk_controlled", "Not now.", { fix: "Wait." }));
    const response = await postJson(edits, { prompt: "a", image: toDataUrl(png) });
    expect(response.statusCode).toBe(403);
    expect(await filesKept()).toBe(0);
  });
});

describe("a video", () => {
  const videoRequests = () =>
    fake.jobs.created.flat().map(({ request }) => request as PreparedVideoRequest);
  const nameOf = async (picture: { imageUri: string } | undefined) =>
    (await fake.files.get(fileIdOf(picture?.imageUri ?? "") ?? ""))?.name;

  it("begins with OpenAI's input_reference: a file, a URL object or a file id", async () => {
    const form = await postForm("/v1/videos", [
      ["prompt", "the sea"],
      ["seconds", "5"],
      ["input_reference", png, "first.png"],
    ]);
    expect(form.statusCode, form.body).toBe(200);
    videoSchema.parse(form.json());
    expect(await nameOf(videoRequests()[0]?.firstFrame)).toBe("first.png");
    const id = fileIdOf(videoRequests()[0]?.firstFrame?.imageUri ?? "");
    for (const reference of [{ image_url: toDataUrl(png) }, { file_id: id }, toDataUrl(png)]) {
      const response = await postJson("/v1/videos", { prompt: "a", input_reference: reference });
      expect(response.statusCode, response.body).toBe(200);
    }
    expect(videoRequests()).toHaveLength(4);
    for (const request of videoRequests()) expect(request.firstFrame).toBeDefined();
    const nested = await postForm("/v1/videos", [
      ["prompt", "the sea"],
      ["input_reference[image_url]", toDataUrl(png)],
    ]);
    expect(nested.statusCode, nested.body).toBe(200);
  });

  it("takes first and last frame from a form or JSON", async () => {
    const form = await postForm("/v1/videos", [
      ["prompt", "the sea"],
      ["model", "jimeng-video-3.0"],
      ["last_frame", jpeg, "last.jpg"],
      ["first_frame", png, "first.png"],
    ]);
    expect(form.statusCode, form.body).toBe(200);
    expect(await nameOf(videoRequests()[0]?.firstFrame)).toBe("first.png");
    expect(await nameOf(videoRequests()[0]?.lastFrame)).toBe("last.jpg");
    const paths = await postJson("/v1/videos", {
      prompt: "a",
      filePaths: [toDataUrl(png), toDataUrl(jpeg, "image/jpeg")],
    });
    expect(paths.statusCode, paths.body).toBe(200);
    expect(videoRequests()[1]?.lastFrame).toMatchObject({ format: "jpeg" });
  });

  it("refuses what contradicts itself or what the model cannot, with the public names", async () => {
    const image = toDataUrl(png);
    const params = [
      [{ input_reference: image, first_frame: image }, "input_reference"],
      [{ last_frame: image }, "last_frame"],
      [{ images: [image] }, "images"],
      [{ subjects: [image], model: "jimeng-video-2.0" }, "subjects"],
      [{ first_frame: "C:\\picture.png" }, "first_frame"],
    ] as const;
    for (const [fields, param] of params) {
      const response = await postJson("/v1/videos", { prompt: "a", ...fields });
      expect(response.statusCode, response.body).toBe(400);
      expect(response.json().error.param).toBe(param);
    }
    expect(fake.jobs.created).toEqual([]);
    expect(await filesKept()).toBe(0);
  });
});

describe("a picture as other clients write it", () => {
  const large = wholePng(640, 480, 100_000);
  const wrapped = (bytes: Buffer) => bytes.toString("base64").replaceAll(/.{76}/g, "$&\r\n");

  it.each([
    ["wrapped at 76 characters", (bytes: Buffer) => `data:image/png;base64,${wrapped(bytes)}`],
    [
      "with a blank after the comma",
      (bytes: Buffer) => `data:image/png;base64, ${bytes.toString("base64")}`,
    ],
    [
      "in upper case, with blanks before it",
      (bytes: Buffer) => `\n DATA:IMAGE/PNG;BASE64,${bytes.toString("base64")}`,
    ],
    ["without padding", (bytes: Buffer) => toDataUrl(bytes).replace(/=+$/, "")],
    [
      "in the URL alphabet",
      (bytes: Buffer) => `data:image/png;base64,${bytes.toString("base64url")}`,
    ],
    [
      "percent-encoded",
      (bytes: Buffer) => `data:image/png;base64,${encodeURIComponent(bytes.toString("base64"))}`,
    ],
    [
      "with blanks in its head",
      (bytes: Buffer) => `data:image/png; base64 ,${bytes.toString("base64")}`,
    ],
  ])("as a data URL %s is read, short or long, in JSON or a form", async (_name, write) => {
    for (const bytes of [png, large]) {
      const text = write(bytes);
      const json = await postJson(edits, { prompt: "x", image: text });
      expect(json.statusCode, json.body).toBe(200);
      const form = await postForm(edits, [
        ["prompt", "x"],
        ["image", text],
      ]);
      expect(form.statusCode, form.body).toBe(200);
      for (const request of imageRequests().slice(-2)) {
        const [kept] = await pictures(request);
        expect(kept).toMatchObject({ contentType: "image/png", bytes: bytes.length });
      }
    }
  });

  it("as a form's part with a type and no filename is a file; an empty file input is none", async () => {
    const boundary = "XX";
    const part = (head: string, body: Buffer) =>
      Buffer.concat([Buffer.from(`--${boundary}\r\n${head}\r\n\r\n`), body, Buffer.from("\r\n")]);
    const disposition = "Content-Disposition: form-data; name=";
    for (const type of [
      "image/png",
      "IMAGE/PNG",
      "application/octet-stream",
      "image/png; charset=binary",
    ]) {
      const payload = Buffer.concat([
        part(`${disposition}"prompt"\r\nContent-Type: text/plain; charset=utf-8`, Buffer.from("x")),
        part(`${disposition}"image"\r\nContent-Type: ${type}`, png),
        part(
          `${disposition}"mask"; filename=""\r\nContent-Type: application/octet-stream`,
          Buffer.alloc(0),
        ),
        Buffer.from(`--${boundary}--\r\n`),
      ]);
      const response = await fake.app.inject({
        method: "POST",
        url: edits,
        headers: { "content-type": `multipart/form-data; boundary=${boundary}` },
        payload,
      });
      expect(response.statusCode, response.body).toBe(200);
      const [kept] = await pictures(imageRequests().at(-1));
      expect(kept).toMatchObject({ name: "", contentType: "image/png", bytes: png.length });
    }
  });
});
