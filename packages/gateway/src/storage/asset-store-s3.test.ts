// Tests S3 storage that is down, refuses access, or repeats secrets in its errors.

import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";

import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { StorageFailure } from "./asset-store.ts";
import { createAssets } from "./assets.ts";
import { parseAssetsUrl } from "../config/assets.ts";
import { createLogger } from "../logging.ts";
import { wholePng as png } from "../testing/reference-samples.ts";
import { openAssetStore } from "./open-asset-store.ts";
import { s3Credentials, startS3Server } from "../testing/s3-server.ts";

const key = "assets/4f/asset_0000000000004f.png";
let dataDir: string;
let undo: (() => unknown)[];
beforeEach(async () => {
  for (const [name, value] of Object.entries(s3Credentials)) vi.stubEnv(name, value);
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-s3-"));
  undo = [];
});
afterEach(async () => {
  vi.unstubAllEnvs();
  for (const step of undo.toReversed()) await step();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(options: { isDown?: boolean } = {}) {
  const server = await startS3Server(options);
  undo.push(() => server.remove());
  return server;
}

async function open(url: string, logger = createLogger("silent"), folder = dataDir) {
  const store = await openAssetStore({ place: parseAssetsUrl(url), dataDir: folder, logger });
  undo.push(() => store.close());
  return store;
}

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  undo.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function local(text: string) {
  const path = join(dataDir, "local");
  await writeFile(path, text);
  return { path, bytes: text.length, contentType: "image/png" };
}

describe("at the start", () => {
  test("a bucket that does not exist stops it in one line", async () => {
    const server = await start();
    await expect(open(server.url("kept", "no-such-bucket"))).rejects.toMatchObject({
      code: "invalid_request",
      message: expect.stringMatching(/^ASSETS_URL [^\n]*NoSuchBucket, HTTP 404[^\n]*$/),
      detail: { param: "ASSETS_URL" },
    });
  });

  test("a storage that is down is only logged, and used once it is up", async () => {
    const server = await start({ isDown: true });
    const warn = vi.fn();
    const store = await open(server.url(), { warn } as never);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      { reason: "ECONNREFUSED" },
      expect.stringContaining("ASSETS_URL"),
    );
    await expect(store.check()).rejects.toThrow(StorageFailure);
    await server.up();
    await store.put(key, await local("late"));
    expect(await store.size(key)).toBe(4);
  });

  test("missing credentials stop it with the names of the variables", async () => {
    for (const name of Object.keys(s3Credentials)) vi.stubEnv(name, undefined);
    vi.stubEnv("AWS_EC2_METADATA_DISABLED", "true");
    vi.stubEnv("AWS_SHARED_CREDENTIALS_FILE", join(dataDir, "none"));
    vi.stubEnv("AWS_CONFIG_FILE", join(dataDir, "none"));
    const server = await start();
    await expect(open(server.url())).rejects.toMatchObject({
      code: "invalid_request",
      detail: { param: "ASSETS_URL", fix: expect.stringContaining("AWS_ACCESS_KEY_ID") },
    });
  });

  test("an error that repeats key id and signature shows neither", async () => {
    const endpoint = await serve((request, response) => {
      request.resume();
      response
        .writeHead(403, { "content-type": "application/xml" })
        .end(
          `<?xml version="1.0"?><Error><Code>SignatureDoesNotMatch</Code>` +
            `<Message>hush-message</Message><AWSAccessKeyId>hush-key-id</AWSAccessKeyId>` +
            `<StringToSign>hush-string</StringToSign></Error>`,
        );
    });
    const opening = open(`s3://bucket?endpoint=${endpoint}&path_style=true`);
    const error: unknown = await opening.catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ message: expect.stringContaining("SignatureDoesNotMatch") });
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/hush|S3RVER/);
  });
});

describe("a storage that fails later", () => {
  test("is a StorageFailure with the reason and nothing else", async () => {
    const server = await start();
    const store = await open(server.url());
    const file = await local("x");
    await server.down();
    for (const attempt of [
      () => store.put(key, file),
      () => store.size(key),
      () => store.open(key),
      () => store.borrow(key, async () => {}),
      () => store.remove([key]),
      () => store.check(),
    ]) {
      const error: unknown = await attempt().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(StorageFailure);
      expect((error as Error).message).toContain("ECONNREFUSED");
      expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/S3RVER|127\.0\.0\.1/);
    }
  });
});

describe("a put", () => {
  test("carries length, type and checksum ahead of the body, so that a damaged one is refused", async () => {
    const puts: { headers: NodeJS.Dict<string | string[]>; body: Buffer }[] = [];
    const endpoint = await serve((request, response) => {
      void request.toArray().then((chunks: Buffer[]) => {
        puts.push({ headers: request.headers, body: Buffer.concat(chunks) });
        response.end();
      });
    });
    const store = await open(`s3://bucket?endpoint=${endpoint}&path_style=true`);
    await store.put(key, await local("the bytes"));
    const { headers, body } = puts[1]!;
    expect(String(body)).toBe("the bytes");
    expect(headers).toMatchObject({
      "content-length": "9",
      "content-type": "image/png",
      "content-md5": createHash("md5").update(body).digest("base64"),
    });
  });
});

describe("results on S3", () => {
  let downloads: number;
  let url: string;
  beforeEach(async () => {
    downloads = 0;
    url = `${await serve((_request, response) => {
      downloads++;
      response.end(png(3, 4));
    })}/result.png`;
  });
  const { signal } = new AbortController();

  async function node(place: string) {
    const folder = await mkdtemp(join(dataDir, "node-"));
    const logger = createLogger("silent");
    const store = await open(place, logger, folder);
    const assets = createAssets({ store, dataDir: folder, logger });
    await assets.start();
    undo.push(() => assets.close());
    return assets;
  }

  test("are served by a node that did not store them", async () => {
    const server = await start();
    const [one, other] = [await node(server.url()), await node(server.url())];
    const saved = await one.save(url, { allowLoopback: true, signal });
    await other.check(saved);
    const part = await other.open(saved, { start: 1, end: 3 });
    expect(String(Buffer.concat(await part.toArray()))).toBe("PNG");
    await other.discard([saved]);
    await expect(one.open(saved)).rejects.toMatchObject({
      code: "not_found",
      detail: { what: "asset" },
    });
  });

  test("wait for the storage without downloading the result again and again", async () => {
    const server = await start();
    const assets = await node(server.url());
    await server.down();
    const save = () => assets.save(url, { allowLoopback: true, signal });
    await expect(save()).rejects.toThrow(StorageFailure);
    await expect(save()).rejects.toThrow(StorageFailure);
    expect(downloads).toBe(1);
    await server.up();
    const saved = await save();
    expect(downloads).toBe(2);
    await assets.check(saved);
  });

  test("cannot be read while the storage is down, and are not reported as missing", async () => {
    const server = await start();
    const assets = await node(server.url());
    const saved = await assets.save(url, { allowLoopback: true, signal });
    await server.down();
    await expect(assets.open(saved)).rejects.toMatchObject({ code: "connection_failed" });
    await expect(assets.check(saved)).rejects.toMatchObject({ retryable: true });
  });
});
