// Tests that every storage behaves alike: the data folder, a shared folder, S3.

import { createHash, randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pathToFileURL } from "node:url";

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";

import type { AssetStore } from "./asset-store.ts";
import { StorageFailure } from "./asset-store.ts";
import { parseAssetsUrl } from "../config/assets.ts";
import { createLogger } from "../logging.ts";
import { openAssetStore } from "./open-asset-store.ts";
import { s3Credentials, startS3Server } from "../testing/s3-server.ts";
import type { S3Server } from "../testing/s3-server.ts";

const key = "assets/4f/asset_0000000000004f.png";
const logger = createLogger("silent");

let server: S3Server;
let dataDir: string;
let store: AssetStore;
beforeAll(async () => {
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  server = await startS3Server();
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.remove();
});
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-store-"));
});
afterEach(async () => {
  store?.close();
  await rm(dataDir, { recursive: true, force: true });
});

async function local(bytes: Uint8Array) {
  const path = join(dataDir, `download-${randomBytes(4).toString("hex")}`);
  await writeFile(path, bytes);
  return { path, bytes: bytes.byteLength, contentType: "image/png" };
}

async function contentOf(stream: Readable): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const places = [
  { name: "the data folder", url: () => null },
  { name: "a shared folder", url: () => pathToFileURL(dataDir).href },
  { name: "S3", url: () => server.url(`p-${randomBytes(4).toString("hex")}`) },
];

describe.each(places)("$name", ({ name, url }) => {
  beforeEach(async () => {
    store = await openAssetStore({ place: parseAssetsUrl(url()), dataDir, logger });
  });

  test("gives back what was put, whole and in part, with the length of the whole", async () => {
    const bytes = randomBytes(300_000);
    await store.put(key, await local(bytes));
    expect(await store.size(key)).toBe(bytes.length);
    const whole = await store.open(key);
    expect(whole?.bytes).toBe(bytes.length);
    expect((await contentOf(whole!.stream)).equals(bytes)).toBe(true);
    const part = await store.open(key, { start: 5, end: 200_004 });
    expect(part?.bytes).toBe(bytes.length);
    expect((await contentOf(part!.stream)).equals(bytes.subarray(5, 200_005))).toBe(true);
  });

  test("takes the same bytes again", async () => {
    await store.put(key, await local(Buffer.from("same")));
    await store.put(key, await local(Buffer.from("same")));
    expect(String(await contentOf((await store.open(key))!.stream))).toBe("same");
  });

  test("reports that a file is missing, and keeps working", async () => {
    expect(await store.size(key)).toBeUndefined();
    expect(await store.open(key)).toBeUndefined();
    expect(await store.borrow(key, async () => "used")).toBeUndefined();
    await store.remove([key]);
    await store.check();
  });

  test("removes files", async () => {
    await store.put(key, await local(Buffer.from("gone soon")));
    await store.remove([key, "assets/00/never-there.png"]);
    expect(await store.size(key)).toBeUndefined();
  });

  test("lends a local file for as long as it is used", async () => {
    await store.put(key, await local(Buffer.from("lent")));
    let lent = "";
    const borrowed = await store.borrow(key, async (path) => {
      lent = path;
      return await readFile(path, "utf8");
    });
    expect(borrowed).toEqual({ value: "lent" });
    expect(existsSync(lent)).toBe(name !== "S3");
    const failing = store.borrow(key, () => Promise.reject(new Error("upload failed")));
    await expect(failing).rejects.toThrow("upload failed");
  });

  test("keeps a big file byte for byte", async () => {
    const bytes = randomBytes(24 * 1024 * 1024);
    await store.put(key, await local(bytes));
    const hash = createHash("sha256");
    for await (const chunk of (await store.open(key))!.stream) hash.update(chunk as Buffer);
    expect(hash.digest("hex")).toBe(createHash("sha256").update(bytes).digest("hex"));
    const end = await store.open(key, { start: bytes.length - 3, end: bytes.length - 1 });
    expect((await contentOf(end!.stream)).equals(bytes.subarray(-3))).toBe(true);
  });

  test("stores nothing once its signal is aborted", async () => {
    const file = await local(Buffer.from("too late"));
    await expect(store.put(key, file, AbortSignal.abort())).rejects.toThrow();
    expect(await store.size(key)).toBeUndefined();
  });
});

describe("a shared folder", () => {
  const open = (folder: string) =>
    openAssetStore({ place: { kind: "shared-folder", folder, below: "" }, dataDir, logger });

  test("that is not there stops the start in one line", async () => {
    await expect(open(join(dataDir, "not-mounted"))).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^ASSETS_URL [^\n]+ENOENT[^\n]+$/),
    });
  });

  test("that lost its mount stores nothing, and is not created again on the local disk", async () => {
    const folder = await mkdtemp(join(dataDir, "mount-"));
    store = await open(folder);
    await rm(folder, { recursive: true });
    const putting = store.put(key, await local(Buffer.from("x")));
    await expect(putting).rejects.toThrow(StorageFailure);
    expect(existsSync(folder)).toBe(false);
  });

  test("is cleared of copies that a dead node left a day ago, not of those that run", async () => {
    const incoming = join(dataDir, "incoming");
    store = await open(dataDir);
    await writeFile(join(incoming, "running"), "x");
    await writeFile(join(incoming, "dead"), "x");
    const twoDaysAgo = Date.now() / 1000 - 2 * 86_400;
    await utimes(join(incoming, "dead"), twoDaysAgo, twoDaysAgo);
    await open(dataDir);
    expect(await readdir(incoming)).toEqual(["running"]);
  });
});
