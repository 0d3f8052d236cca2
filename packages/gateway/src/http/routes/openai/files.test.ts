// Tests the routes of uploaded files: forms and raw bodies in, facts and bytes out, each to its owner only.

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { fileListSchema, fileSchema } from "../../../api/files.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { toForm } from "../../../testing/form-samples.ts";
import { wav, wholeFiles, wholePng } from "../../../testing/reference-samples.ts";
import { smallUploads } from "../../../testing/small-uploads.ts";

const png = wholeFiles.png.bytes;
const keys = { JIMENG_API_KEYS: "a=fake-key-of-a,b=fake-key-of-b", ...smallUploads() };

let fake: FakeApp;
beforeEach(async () => {
  fake = await buildFakeApp(keys);
});
afterEach(() => fake.close());

const as = (key: string) => ({ authorization: `Bearer fake-key-of-${key}` });

function upload(payload: Buffer, type = "image/png", query = "", key = "a") {
  return fake.app.inject({
    method: "POST",
    url: `/v1/files${query}`,
    headers: { ...as(key), "content-type": type },
    payload,
  });
}

async function uploadForm(fields: Parameters<typeof toForm>[0]) {
  const { headers, payload } = await toForm(fields);
  return fake.app.inject({
    method: "POST",
    url: "/v1/files",
    headers: { ...headers, ...as("a") },
    payload,
  });
}

describe("an upload", () => {
  it("of raw bytes answers OpenAI's file object with what the file is", async () => {
    const response = await upload(png, "image/png", "?filename=a.png&purpose=vision");
    expect(response.statusCode, response.body).toBe(200);
    expect(fileSchema.parse(response.json())).toMatchObject({
      object: "file",
      bytes: png.length,
      filename: "a.png",
      purpose: "vision",
      expires_at: null,
      jimeng: { kind: "image", content_type: "image/png", width: 640, height: 480, warnings: [] },
    });
  });

  it("of a form takes purpose and life as OpenAI's client sends them", async () => {
    const response = await uploadForm([
      ["purpose", "user_data"],
      ["expires_after[anchor]", "created_at"],
      ["expires_after[seconds]", "3600"],
      ["file", wav(2000), "sound.wav"],
    ]);
    expect(response.statusCode, response.body).toBe(200);
    const file = fileSchema.parse(response.json());
    expect(file).toMatchObject({
      filename: "sound.wav",
      jimeng: { kind: "audio", duration_seconds: 2, width: null },
    });
    expect(file.expires_at).toBe(1_700_000_010 + 3600);
  });

  it("of unknown bytes by their own word octet-stream is known by its content", async () => {
    const response = await upload(wholeFiles.mp4.bytes, "application/octet-stream");
    expect(response.json().jimeng).toMatchObject({ kind: "video", duration_seconds: 5.042 });
    const named = await upload(png, "image/jpeg", "?filename=a.gif");
    expect(named.json().jimeng.warnings).toMatchObject([{ code: "type_differs" }]);
  });

  it.each<[string, Buffer, number, string | undefined]>([
    ["nothing", Buffer.alloc(0), 400, "empty"],
    ["a cut picture", png.subarray(0, -5), 400, "truncated"],
    ["words", Buffer.from("no picture, only words"), 400, "unsupported_type"],
    ["a picture over the limit", wholePng(9, 9, 1_100_000), 413, "too_large"],
  ])("of %s is refused with its reason", async (_what, payload, status, reason) => {
    const response = await upload(payload);
    expect(response.statusCode, response.body).toBe(status);
    expect(response.json().error.reason).toBe(reason);
    const form = await uploadForm([["file", payload, "a.png"]]);
    expect(form.statusCode, form.body).toBe(status);
    expect(form.json().error.reason).toBe(reason);
    expect((await fake.files.list({ limit: 9, order: "asc" })).files).toEqual([]);
  });

  it("without a file, with two, in another field or as JSON is refused", async () => {
    const fields: Parameters<typeof toForm>[0][] = [
      [["purpose", "user_data"]],
      [
        ["file", png, "a.png"],
        ["file", png, "b.png"],
      ],
      [["image", png, "a.png"]],
    ];
    for (const each of fields) {
      const response = await uploadForm(each);
      expect(response.statusCode).toBe(400);
      expect(response.json().error.param).toBe("file");
    }
    const json = await upload(Buffer.from("{}"), "application/json");
    expect(json.statusCode).toBe(400);
    const text = await upload(Buffer.from("a"), "text/plain");
    expect(text.statusCode).toBe(415);
  });
});

describe("an uploaded file", () => {
  it("is listed, retrieved, read and deleted by its owner only", async () => {
    const { id } = (await upload(png)).json();
    const call = (method: "GET" | "DELETE", path: string, key: string) =>
      fake.app.inject({ method, url: `/v1/files${path}`, headers: as(key) });
    for (const [method, path] of [
      ["GET", `/${id}`],
      ["GET", `/${id}/content`],
      ["DELETE", `/${id}`],
    ] as const) {
      const response = await call(method, path, "b");
      expect(response.statusCode).toBe(404);
      expect(response.json().error.what).toBe("file");
    }
    expect((await call("GET", "", "b")).json().data).toEqual([]);
    const list = fileListSchema.parse((await call("GET", "", "a")).json());
    expect(list.data.map((file) => file.id)).toEqual([id]);
    expect((await call("GET", `/${id}`, "a")).json().id).toBe(id);
    const content = await call("GET", `/${id}/content`, "a");
    expect(content.rawPayload.equals(png)).toBe(true);
    expect(content.headers).toMatchObject({
      "content-type": "image/png",
      "x-content-type-options": "nosniff",
    });
    expect((await call("DELETE", `/${id}`, "a")).json()).toEqual({
      id,
      object: "file",
      deleted: true,
    });
    expect((await call("GET", `/${id}`, "a")).statusCode).toBe(404);
  });
});
