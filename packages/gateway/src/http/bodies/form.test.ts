// Tests forms over real connections: senders that go away, that send too much, and what is left on the disk.

import { readdir } from "node:fs/promises";
import { request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { toForm } from "../../testing/form-samples.ts";
import { wholePng } from "../../testing/reference-samples.ts";
import { smallUploads } from "../../testing/small-uploads.ts";

let fake: FakeApp;
let port: number;
beforeEach(async () => {
  fake = await buildFakeApp({ ...smallUploads() });
  await fake.app.listen({ host: "127.0.0.1", port: 0 });
  ({ port } = fake.app.server.address() as AddressInfo);
});
afterEach(() => fake.close());

const incoming = () => readdir(join(fake.dataDir, "files", "incoming")).catch(() => []);

function open(path: string, headers: Record<string, string>) {
  const sending = request({ host: "127.0.0.1", port, method: "POST", path, headers });
  const answer = new Promise<{ status: number | undefined; body: any }>((resolve, reject) => {
    sending.on("error", reject);
    sending.on("response", async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      const body: unknown = JSON.parse(Buffer.concat(pieces).toString());
      resolve({ status: response.statusCode, body });
    });
  });
  return { sending, answer };
}

describe("a sender that goes away", () => {
  it.each(["a form", "JSON", "a raw body"])(
    "after the last byte of %s ends the inspection of its file",
    async (kind) => {
      const png = wholePng(64, 64, 100_000);
      const form = await toForm([
        ["prompt", "a"],
        ["image", png, "a.png"],
      ]);
      const url = `data:image/png;base64,${png.toString("base64")}`;
      const bodies = {
        "a form": { ...form, path: "/v1/images/edits" },
        JSON: {
          headers: { "content-type": "application/json" },
          payload: Buffer.from(JSON.stringify({ prompt: "a", image: [url] })),
          path: "/v1/images/edits",
        },
        "a raw body": {
          headers: { "content-type": "image/png" },
          payload: png,
          path: "/v1/files?filename=a.png",
        },
      };
      const { headers, payload, path } = bodies[kind as keyof typeof bodies];
      // An inspection that lasts until its sender is gone.
      const signals: (AbortSignal | undefined)[] = [];
      const { promise: ended, resolve: end } = Promise.withResolvers<unknown>();
      fake.files.receive = async (source, _declared, signal) => {
        for await (const _ of source);
        signals.push(signal);
        await new Promise((_resolve, reject) => {
          signal?.addEventListener("abort", () => {
            end(signal.reason);
            reject(signal.reason as Error);
          });
        });
        throw new Error("it ended by itself");
      };
      const { sending, answer } = open(path, headers);
      answer.catch(() => undefined);
      sending.end(payload);
      await expect.poll(() => signals).toHaveLength(1);
      expect(signals[0]?.aborted).toBe(false);
      sending.destroy();
      expect(await ended).toMatchObject({ detail: { reason: "broken_off" } });
      expect(fake.jobs.created).toEqual([]);
    },
  );

  it.each(["/v1/images/edits", "/v1/files"])("in %s leaves nothing behind", async (path) => {
    const { headers, payload } = await toForm([
      ["prompt", "a"],
      [path === "/v1/files" ? "file" : "image", wholePng(64, 64, 500_000), "a.png"],
    ]);
    const { sending, answer } = open(path, headers);
    answer.catch(() => undefined);
    sending.write(payload.subarray(0, 200_000));
    await expect.poll(incoming).toHaveLength(1);
    sending.destroy();
    await expect.poll(incoming).toEqual([]);
    expect(fake.jobs.created).toEqual([]);
  });

  it.each(["a form", "JSON"])("in the second file of %s leaves neither behind", async (kind) => {
    const png = wholePng(64, 64, 200_000);
    const form = await toForm([
      ["prompt", "a"],
      ["image", png, "a.png"],
      ["image", png, "b.png"],
    ]);
    const url = `data:image/png;base64,${png.toString("base64")}`;
    const json = JSON.stringify({ prompt: "a", image: [url, url] });
    const { headers, payload } =
      kind === "JSON"
        ? { headers: { "content-type": "application/json" }, payload: Buffer.from(json) }
        : form;
    const { sending, answer } = open("/v1/images/edits", headers);
    answer.catch(() => undefined);
    sending.write(payload.subarray(0, payload.length - 50_000));
    await expect.poll(incoming).toHaveLength(2);
    sending.destroy();
    await expect.poll(incoming).toEqual([]);
  });

  it("in the middle of a raw body leaves nothing behind", async () => {
    const { sending, answer } = open("/v1/files", { "content-type": "image/png" });
    answer.catch(() => undefined);
    sending.write(wholePng(64, 64, 500_000).subarray(0, 200_000));
    await expect.poll(incoming).toHaveLength(1);
    sending.destroy();
    await expect.poll(incoming).toEqual([]);
  });
});

describe("a sender that sends too much", () => {
  it("without saying so beforehand gets to read its 413, in a form and as a raw body", async () => {
    const large = wholePng(64, 64, 6_000_000);
    const form = await toForm([
      ["prompt", "a"],
      ["image", large, "a.png"],
    ]);
    for (const [path, headers, payload] of [
      ["/v1/images/edits", form.headers, form.payload],
      ["/v1/files", { "content-type": "image/png" }, large],
    ] as const) {
      const { sending, answer } = open(path, { ...headers, "transfer-encoding": "chunked" });
      for (let at = 0; at < payload.length; at += 65_536) {
        if (!sending.write(payload.subarray(at, at + 65_536))) {
          const drained = new Promise((resolve) => sending.once("drain", resolve));
          await Promise.race([drained, answer]);
        }
      }
      sending.end();
      const { status, body } = await answer;
      expect(status).toBe(413);
      expect(body.error).toMatchObject({ code: "payload_too_large", reason: "too_large" });
    }
    await expect.poll(incoming).toEqual([]);
  });

  it("and says so is answered before it sends", async () => {
    for (const path of ["/v1/files", "/v1/images/edits"]) {
      const type = path === "/v1/files" ? "image/png" : "multipart/form-data; boundary=x";
      const { sending, answer } = open(path, {
        "content-type": type,
        "content-length": String(60 * 1024 * 1024),
      });
      sending.flushHeaders();
      const { status } = await answer;
      expect(status).toBe(413);
      sending.destroy();
    }
  });
});

it("more fields and files than any client sends are refused", async () => {
  for (const fields of [
    Array.from({ length: 80 }, (_, index): [string, string] => [`field${index}`, "a"]),
    Array.from({ length: 20 }, (): [string, Uint8Array, string] => ["image", wholePng(), "a.png"]),
  ]) {
    const form = await toForm([["prompt", "a"], ...fields]);
    const response = await fake.app.inject({ method: "POST", url: "/v1/images/edits", ...form });
    expect(response.statusCode).toBe(400);
    expect(response.json().error.message).toMatch(/more than \d+ (fields|files)/);
  }
  await expect.poll(incoming).toEqual([]);
});
