// Tests how parts of a file are asked for and sent.

import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { wholePng } from "../testing/reference-samples.ts";
import { signAsset } from "../shapes/urls.ts";
import { parseRange } from "./send-file.ts";

describe("a Range header", () => {
  it.each([
    ["bytes=0-0", { start: 0, end: 0 }],
    ["bytes=2-", { start: 2, end: 9 }],
    ["bytes=-3", { start: 7, end: 9 }],
    ["bytes=-30", { start: 0, end: 9 }],
    ["bytes=5-500", { start: 5, end: 9 }],
    ["BYTES = 1 - 2", { start: 1, end: 2 }],
    ["bytes=10-", "unsatisfiable"],
    ["bytes=-0", "unsatisfiable"],
    ["bytes=3-2", undefined],
    ["bytes=0-1,3-4", undefined],
    ["items=0-1", undefined],
    ["bytes=-", undefined],
    ["bytes=x-y", undefined],
    [undefined, undefined],
  ])("%s of ten bytes means %j", (header, expected) => {
    expect(parseRange(header, 10)).toEqual(expected);
  });

  it("never leads outside the file, whatever it says", () => {
    const header = fc.oneof(
      fc.string(),
      fc.tuple(fc.nat(30), fc.nat(30)).map(([from, to]) => `bytes=${from}-${to}`),
      fc.nat(30).map((length) => `bytes=-${length}`),
    );
    fc.assert(
      fc.property(header, fc.nat(20), (text, size) => {
        const range = parseRange(text, size);
        if (range === undefined || range === "unsatisfiable") return;
        expect(range.start).toBeGreaterThanOrEqual(0);
        expect(range.end).toBeGreaterThanOrEqual(range.start);
        expect(range.end).toBeLessThan(size);
      }),
    );
  });
});

describe("a stored file", () => {
  let fake: FakeApp;
  const bytes = Buffer.from("0123456789");
  const url = "/v1/assets/asset_job_1_0";
  const key = { "x-api-key": "obviously-fake-key" };
  const get = (path: string, headers: Record<string, string> = {}) =>
    fake.app.inject({ method: "GET", url: path, headers });

  beforeEach(async () => {
    fake = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-key" });
    const payload = { prompt: "a cat" };
    await fake.app.inject({ method: "POST", url: "/v1/images/generations", payload, headers: key });
    fake.writeFile((await fake.jobs.asset("asset_job_1_0"))!, bytes);
  });
  afterEach(() => fake.close());

  it("is sent with what browsers and caches need", async () => {
    const response = await get(url, key);
    expect(response.statusCode).toBe(200);
    expect(response.rawPayload).toEqual(bytes);
    expect(response.headers).toMatchObject({
      "content-type": "image/png",
      "content-length": "10",
      "accept-ranges": "bytes",
      etag: '"asset_job_1_0"',
      "x-content-type-options": "nosniff",
      "cache-control": "private, max-age=31536000, immutable",
      "content-disposition": 'inline; filename="asset_job_1_0.png"',
    });
  });

  it("is described by HEAD without a body", async () => {
    const response = await fake.app.inject({ method: "HEAD", url, headers: key });
    expect(response.headers["content-length"]).toBe("10");
    expect(response.payload).toBe("");
  });

  it("is sent in part", async () => {
    const response = await get(url, { ...key, range: "bytes=3-5" });
    expect(response.statusCode).toBe(206);
    expect(response.payload).toBe("345");
    expect(response.headers).toMatchObject({
      "content-range": "bytes 3-5/10",
      "content-length": "3",
    });
  });

  it("answers 416 with its length to a part it does not have", async () => {
    const response = await get(url, { ...key, range: "bytes=10-" });
    expect(response.statusCode).toBe(416);
    expect(response.headers["content-range"]).toBe("bytes */10");
    expect(response.json().error).toMatchObject({ code: "invalid_request", param: "range" });
  });

  it("is not sent again to who has it", async () => {
    const tag = '"asset_job_1_0"';
    expect((await get(url, { ...key, "if-none-match": `"x", W/${tag}` })).statusCode).toBe(304);
    expect((await get(url, { ...key, "if-none-match": '"x"' })).statusCode).toBe(200);
    expect((await get(url, { ...key, range: "bytes=0-1", "if-range": '"x"' })).statusCode).toBe(
      200,
    );
    expect((await get(url, { ...key, range: "bytes=0-1", "if-range": tag })).statusCode).toBe(206);
  });

  it("needs a key or its own signature", async () => {
    const sig = signAsset(fake.assetSecret, "asset_job_1_0");
    expect((await get(`${url}?sig=${sig}`)).statusCode).toBe(200);
    expect((await get(url)).statusCode).toBe(401);
    expect((await get(`${url}?sig=${sig.slice(1)}A`)).statusCode).toBe(401);
    expect(
      (await get(`${url}?sig=${signAsset(fake.assetSecret, "asset_job_1_1")}`)).statusCode,
    ).toBe(401);
    expect((await get(`/v1/jobs/job_1?sig=${sig}`)).statusCode).toBe(401);
  });

  it("is signed in answers", async () => {
    const job = (await get("/v1/jobs/job_1", key)).json();
    const signed = new URL(job.result.assets[0].url);
    expect(signed.pathname).toBe(`${url}.png`);
    expect((await get(`${signed.pathname}${signed.search}`)).statusCode).toBe(200);
  });

  it("is found under any ending of its address, with the same signature, whole, in part and by HEAD", async () => {
    const sig = signAsset(fake.assetSecret, "asset_job_1_0");
    for (const ending of ["", ".png", ".PNG", ".jpg", ".mp4"]) {
      const whole = await get(`${url}${ending}?sig=${sig}`);
      expect([ending, whole.statusCode, whole.rawPayload]).toEqual([ending, 200, bytes]);
      expect(whole.headers["content-type"]).toBe("image/png");
      expect((await get(`${url}${ending}`, { ...key, range: "bytes=1-2" })).payload).toBe("12");
      const head = await fake.app.inject({ method: "HEAD", url: `${url}${ending}`, headers: key });
      expect([head.statusCode, head.headers["content-length"]]).toEqual([200, "10"]);
    }
    for (const other of [".", ".png.png", ".p-g", ".png%2F", "x.png"]) {
      const response = await get(`${url}${other}?sig=${sig}`);
      expect([other, [401, 404].includes(response.statusCode)]).toEqual([other, true]);
    }
  });

  it("is read from the disk when its own address is a reference, with its ending or without", async () => {
    fake.writeFile((await fake.jobs.asset("asset_job_1_0"))!, wholePng());
    const sig = signAsset(fake.assetSecret, "asset_job_1_0");
    for (const address of [`${url}.png?sig=${sig}`, `${url}.png`, url]) {
      const response = await fake.app.inject({
        method: "POST",
        url: "/v1/images/edits",
        payload: { prompt: "x", image: `http://localhost:80${address}` },
        headers: key,
      });
      expect(response.statusCode, response.body).toBe(200);
    }
  });

  it("that is gone from the disk is not found", async () => {
    await fake.app.inject({
      method: "POST",
      url: "/v1/images/generations",
      payload: { prompt: "b" },
      headers: key,
    });
    const response = await get("/v1/assets/asset_job_2_0", key);
    expect(response.statusCode).toBe(404);
    expect(response.json().error).toMatchObject({ code: "not_found", what: "asset" });
  });
});
