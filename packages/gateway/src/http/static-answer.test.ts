// Tests the answers whose bytes are kept: what is sent, compressed how, and when nothing is sent.

import { brotliDecompressSync, gunzipSync } from "node:zlib";

import { afterEach, describe, expect, test } from "vitest";

import { modelListSchema } from "../api/models.ts";
import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { chooseEncoding } from "./static-answer.ts";

let fake: FakeApp | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function ask(
  url: string,
  headers: Record<string, string> = {},
  method: "GET" | "HEAD" = "GET",
) {
  fake ??= await buildFakeApp();
  const {
    statusCode,
    headers: answered,
    rawPayload,
  } = await fake.app.inject({ url, method, headers });
  return { status: statusCode, headers: answered, bytes: rawPayload };
}

describe.each(["/v1/models", "/openapi.json"])("%s", (url) => {
  test("is JSON of a known length, which caches ask about each time", async () => {
    const { status, headers, bytes } = await ask(url);
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-type": "application/json; charset=utf-8",
      "content-length": String(bytes.length),
      "cache-control": "private, no-cache",
      vary: "Accept-Encoding",
      etag: expect.stringMatching(/^W\/"[\w-]{27}"$/),
    });
    JSON.parse(bytes.toString());
  });

  test.each([
    ["br", brotliDecompressSync],
    ["gzip", gunzipSync],
  ] as const)(
    "is the same document with %s, in less than a third of the bytes",
    async (encoding, unpack) => {
      const plain = await ask(url);
      const { headers, bytes } = await ask(url, { "accept-encoding": encoding });
      expect(headers).toMatchObject({
        "content-encoding": encoding,
        "content-length": String(bytes.length),
        etag: plain.headers["etag"],
        vary: "Accept-Encoding",
      });
      expect(bytes.length).toBeLessThan(plain.bytes.length / 3);
      expect(unpack(bytes).toString()).toBe(plain.bytes.toString());
    },
  );

  test("is 304 and empty for whoever has it", async () => {
    const { headers } = await ask(url);
    const etag = String(headers["etag"]);
    for (const tags of [etag, etag.replace("W/", ""), `"other", ${etag}`, "*"]) {
      const again = await ask(url, { "if-none-match": tags, "accept-encoding": "br" });
      expect([again.status, again.bytes.length, again.headers["etag"]]).toEqual([304, 0, etag]);
      expect(again.headers["content-encoding"]).toBeUndefined();
    }
    expect((await ask(url, { "if-none-match": '"other"' })).status).toBe(200);
  });

  test("answers HEAD as GET, without the bytes", async () => {
    const { headers } = await ask(url, { "accept-encoding": "gzip" });
    const head = await ask(url, { "accept-encoding": "gzip" }, "HEAD");
    expect([head.status, head.bytes.length]).toEqual([200, 0]);
    expect(head.headers["content-length"]).toBe(headers["content-length"]);
    expect(head.headers["etag"]).toBe(headers["etag"]);
  });
});

test("a list of models that is kept is shown to no wrong key", async () => {
  fake = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-key" });
  const { headers } = await ask("/v1/models");
  const wrong = await ask("/v1/models", {
    authorization: "Bearer obviously-wrong",
    "if-none-match": String(headers["etag"]),
  });
  expect(wrong.status).toBe(401);
  expect(wrong.headers["etag"]).toBeUndefined();
  const { bytes } = await ask("/v1/models", { authorization: "Bearer obviously-fake-key" });
  modelListSchema.parse(JSON.parse(bytes.toString()));
});

test.each([
  [undefined, undefined],
  ["", undefined],
  ["identity", undefined],
  ["deflate, zstd", undefined],
  ["gzip", "gzip"],
  ["gzip, deflate, br", "br"],
  ["GZIP;q=1.0, br;q=0.5", "gzip"],
  ["br;q=0, gzip;q=0.1", "gzip"],
  ["br;q=0", undefined],
  ["*", "br"],
  ["*;q=0", undefined],
  ["br;q=nonsense", undefined],
] as const)("Accept-Encoding %j is met with %j", (header, encoding) => {
  expect(chooseEncoding(header)).toBe(encoding);
});
