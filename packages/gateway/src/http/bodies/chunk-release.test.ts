// Tests over real HTTP that freed chunks change no byte, in raw bodies and in forms of many shapes.

import { createHash, randomBytes } from "node:crypto";

import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { releaseChunks } from "./chunk-release.ts";
import { wholePng } from "../../testing/reference-samples.ts";
import { smallUploads } from "../../testing/small-uploads.ts";

let fake: FakeApp;
let url: string;
beforeAll(async () => {
  fake = await buildFakeApp({ ...smallUploads(10) });
  url = await fake.app.listen({ host: "127.0.0.1", port: 0 });
});
afterAll(() => fake.close());

/** Makes a PNG whose bytes look like parts of a form's boundary here and there. */
function picture(bytes: number): Buffer {
  const file = Buffer.concat([wholePng(640, 480, bytes)]);
  const data = randomBytes(bytes);
  for (let at = 0; at + 64 < bytes; at += 9973) data.write("\r\n------", at, "latin1");
  data.copy(file, 41);
  return file;
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");
const post = async (path: string, init: RequestInit): Promise<any> => {
  const response = await fetch(`${url}${path}`, { method: "POST", ...init });
  expect(response.status, await response.clone().text()).toBe(200);
  return response.json();
};

describe("bodies over a real connection", () => {
  it("arrive as they were sent", async () => {
    for (const bytes of [1, 16_000, 65_536, 65_537, 131_000, 3_000_001]) {
      const sent = picture(bytes);
      const raw = await post("/v1/files", {
        headers: { "content-type": "image/png" },
        body: new Uint8Array(sent),
      });
      expect(raw.jimeng.sha256).toBe(digest(sent));
      const form = new FormData();
      form.append("purpose", "x".repeat(bytes % 5000));
      form.append("file", new Blob([new Uint8Array(sent)]), "a.png");
      const part = await post("/v1/files", { body: form });
      expect(part.jimeng.sha256).toBe(digest(sent));
    }
  });

  it("with several files keep them apart", async () => {
    const sent = [picture(200_000), picture(70_000), picture(65_536)];
    const form = new FormData();
    for (const file of sent) form.append("image", new Blob([new Uint8Array(file)]), "a.png");
    form.append("prompt", "all of them");
    await post("/v1/images/edits", { body: form });
    const { files } = await fake.files.list({ purpose: "reference", limit: 9, order: "asc" });
    expect(files.map(({ sha256 }) => sha256)).toEqual(sent.map(digest));
  });
});

it("a chunk that no socket brought keeps its memory", async () => {
  const chunk = new Uint8Array(100_000).fill(7);
  async function* source(): AsyncGenerator<Uint8Array> {
    yield await Promise.resolve(chunk);
  }
  for await (const each of releaseChunks(source(), {})) expect(each).toBe(chunk);
  expect(chunk).toHaveLength(100_000);
});
