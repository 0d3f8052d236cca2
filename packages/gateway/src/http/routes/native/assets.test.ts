// Tests the bytes of stored results in other forms: converted, resized, as thumbnails, in parts, and what is refused.

import { writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { assetMetadataSchema } from "../../../api/assets.ts";
import { toKeyId } from "../../auth.ts";
import { signAsset } from "../../../shapes/urls.ts";
import { posterKey } from "../../../storage/assets.ts";
import { buildFakeApp } from "../../../testing/fake-app.ts";
import type { FakeApp } from "../../../testing/fake-app.ts";
import { imageRequest } from "../../../testing/fake-upstream.ts";
import { toAsset } from "../../../testing/fake-jobs.ts";
import type { Asset } from "../../../jobs/job.ts";

let fake: FakeApp;
let picture: Asset;
let stored: Buffer;
beforeAll(async () => {
  fake = await buildFakeApp();
  const create = { width: 80, height: 60, channels: 3, background: "#336699" } as const;
  stored = await sharp({ create }).png().toBuffer();
  picture = await keep({ bytes: stored.length, width: 80, height: 60 }, stored);
});
afterAll(() => fake.close());

/** Makes a job with one stored result. */
async function keep(facts: Partial<Asset>, bytes: Uint8Array): Promise<Asset> {
  const [job] = await fake.jobs.create([{ request: imageRequest(), warnings: [], keyId: null }]);
  const asset = toAsset(job!.id, 0, facts);
  fake.jobs.rows.set(job!.id, { ...fake.jobs.rows.get(job!.id)!, assets: [asset] });
  fake.writeFile(asset, bytes);
  return asset;
}

const get = (query: string, headers: Record<string, string> = {}, id = picture.id) =>
  fake.app.inject({ method: "GET", url: `/v1/assets/${id}?${query}`, headers });

describe("a picture", () => {
  test("is converted and resized, with a tag and a type of its own", async () => {
    const original = await get("");
    expect(original.rawPayload).toEqual(stored);
    const small = await get("format=webp&width=40&quality=70");
    expect(small.statusCode).toBe(200);
    expect(await sharp(small.rawPayload).metadata()).toMatchObject({
      format: "webp",
      width: 40,
      height: 30,
    });
    expect(small.headers).toMatchObject({
      "content-type": "image/webp",
      "content-length": String(small.rawPayload.length),
      "cache-control": "private, max-age=31536000, immutable",
      "accept-ranges": "bytes",
    });
    const other = await get("format=webp&width=40&quality=71");
    const tags = [original, small, other].map(({ headers }) => headers.etag);
    expect(new Set(tags).size).toBe(3);
  });

  test("is sent in parts, and not at all to whoever has the variant", async () => {
    const whole = await get("format=jpg");
    expect(whole.headers["content-type"]).toBe("image/jpeg");
    const etag = String(whole.headers.etag);
    const part = await get("format=jpeg", { range: "bytes=2-5", "if-range": etag });
    expect(part.statusCode).toBe(206);
    expect(part.rawPayload).toEqual(whole.rawPayload.subarray(2, 6));
    expect((await get("format=jpeg", { "if-none-match": etag })).statusCode).toBe(304);
    const head = await fake.app.inject({
      method: "HEAD",
      url: `/v1/assets/${picture.id}?format=jpeg`,
    });
    expect(head.headers["content-length"]).toBe(String(whole.rawPayload.length));
  });

  test("is sent as it is stored when nothing else was asked for, and never enlarged", async () => {
    expect((await get("format=png&width=8192")).rawPayload).toEqual(stored);
    const { width } = await sharp((await get("format=webp&width=500")).rawPayload).metadata();
    expect(width).toBe(80);
  });

  test("has a thumbnail", async () => {
    const small = await get("variant=thumbnail");
    expect(small.headers["content-type"]).toBe("image/webp");
    expect(await sharp(small.rawPayload).metadata()).toMatchObject({ width: 80 });
  });

  test("whose thumbnail was sent a moment ago is not shown from memory once it lies in the trash", async () => {
    const asset = await keep({ bytes: stored.length, width: 80, height: 60 }, stored);
    const shown = await get("variant=thumbnail", {}, asset.id);
    const again = await get("variant=thumbnail", { range: "bytes=0-3" }, asset.id);
    expect([again.statusCode, again.payload]).toEqual([206, "RIFF"]);
    expect((await get("variant=thumbnail", {}, asset.id)).rawPayload).toEqual(shown.rawPayload);
    const row = fake.jobs.rows.get(asset.jobId)!;
    fake.jobs.rows.set(asset.jobId, { ...row, assets: [{ ...asset, trashedAt: 1 }] });
    expect((await get("variant=thumbnail", {}, asset.id)).statusCode).toBe(404);
  });

  test.each([
    ["format=gif", "format"],
    ["width=0", "width"],
    ["width=8193", "width"],
    ["width=wide", "width"],
    ["format=webp&quality=101", "quality"],
    ["quality=50", "quality"],
    ["variant=huge", "variant"],
    ["variant=thumbnail&width=40", "width"],
  ])("asked for with %s is a 400 that names %s", async (query, param) => {
    const answer = await get(query);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param, code: "invalid_request" } });
  });
});

test("a thumbnail that one key was sent is not there for another", async () => {
  const shared = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-a,obviously-fake-b" });
  try {
    const keyId = toKeyId("key", "obviously-fake-a");
    const request = imageRequest();
    const [job] = await shared.jobs.create([{ request, warnings: [], keyId }]);
    const asset = toAsset(job!.id, 0, { bytes: stored.length, width: 80, height: 60 });
    shared.jobs.rows.set(job!.id, { ...shared.jobs.rows.get(job!.id)!, assets: [asset] });
    shared.writeFile(asset, stored);
    const url = `/v1/assets/${asset.id}?variant=thumbnail`;
    const statusFor = async (key: string): Promise<number> =>
      (await shared.app.inject({ method: "GET", url, headers: { "x-api-key": key } })).statusCode;
    expect(await statusFor("obviously-fake-a")).toBe(200);
    expect(await statusFor("obviously-fake-b")).toBe(404);
    expect(await statusFor("obviously-fake-c")).toBe(401);
  } finally {
    await shared.close();
  }
});

describe("a video", () => {
  const facts = { contentType: "video/mp4", bytes: 4 };

  test("has no format, width and quality", async () => {
    const video = await keep(facts, Buffer.from("mp4!"));
    for (const param of ["format=webp", "width=40", "quality=50"]) {
      const answer = await get(param, {}, video.id);
      expect(answer.statusCode).toBe(400);
      expect(answer.json()).toMatchObject({ error: { param: param.split("=")[0] } });
    }
  });

  test("has its poster as thumbnail, and 404 while there is none", async () => {
    const without = await keep(facts, Buffer.from("mp4!"));
    expect((await get("variant=thumbnail", {}, without.id)).statusCode).toBe(404);
    const poster = await sharp(stored).webp().toBuffer();
    const video = await keep({ ...facts, posterBytes: poster.length }, Buffer.from("mp4!"));
    await writeFile(join(dirname(fake.dataDir), posterKey(video.id)), poster);
    const answer = await get("variant=thumbnail", {}, video.id);
    expect(answer.headers["content-type"]).toBe("image/webp");
    expect(answer.rawPayload).toEqual(poster);
  });
});

describe("what a picture was made from", () => {
  test("is told as JSON, without the account's session", async () => {
    const answer = await fake.app.inject(`/v1/assets/${picture.id}/metadata`);
    const metadata = assetMetadataSchema.parse(answer.json());
    expect(metadata).toMatchObject({
      id: picture.id,
      job_id: picture.jobId,
      prompt: imageRequest().prompt,
      model: imageRequest().model,
      width: 80,
      cost: { state: "not_settled" },
    });
  });

  test("is written into the file where it is asked for, whole and in parts", async () => {
    for (const query of ["metadata=true", "metadata=true&format=webp&width=40"]) {
      const whole = await get(query);
      expect(whole.statusCode).toBe(200);
      expect((await sharp(whole.rawPayload).metadata()).xmp?.toString()).toContain(
        imageRequest().prompt,
      );
      expect(whole.headers["cache-control"]).toBe("private, no-cache");
      const size = whole.rawPayload.length;
      const cuts: [number, number][] = [
        [0, 3],
        [20, size - 2],
        [size - 5, size - 1],
        [40, 900],
      ];
      for (const [from, to] of cuts) {
        const part = await get(query, { range: `bytes=${from}-${to}` });
        expect(part.rawPayload).toEqual(whole.rawPayload.subarray(from, to + 1));
      }
      const etag = String(whole.headers.etag);
      expect((await get(query, { "if-none-match": etag })).statusCode).toBe(304);
    }
    expect((await sharp((await get("")).rawPayload).metadata()).xmp).toBeUndefined();
  });

  test("is not written into videos", async () => {
    const video = await keep({ contentType: "video/mp4" }, Buffer.from("mp4!"));
    const answer = await get("metadata=true", {}, video.id);
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ error: { param: "metadata" } });
  });
});

test("the form of a picture may be added to its signed address, but not its metadata", async () => {
  await fake.close();
  fake = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-1" });
  picture = await keep({ bytes: stored.length, width: 80, height: 60 }, stored);
  expect((await get("format=webp")).statusCode).toBe(401);
  const signed = await get(`sig=${signAsset(fake.assetSecret, picture.id)}&format=webp&width=10`);
  expect(signed.statusCode).toBe(200);
  expect(signed.headers["content-type"]).toBe("image/webp");
  const marked = await get(`sig=${signAsset(fake.assetSecret, picture.id)}&metadata=true`);
  expect(marked.statusCode).toBe(403);
});
