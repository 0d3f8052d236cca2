// Tests downloads over real HTTP on loopback, and which URLs are taken.

import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openFolderStore } from "./asset-store-folder.ts";
import { createAssets } from "./assets.ts";
import type { Assets } from "./assets.ts";
import { checkUrl } from "./download.ts";
import { createLogger } from "../logging.ts";
import { avif, mp4 } from "../testing/media-samples.ts";
import { wholeJpeg as jpeg, wholePng as png } from "../testing/reference-samples.ts";

const limitBytes = 4096;
let dataDir: string;
let assets: Assets;
let server: Server;
let answer: RequestListener;
let url: string;
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-assets-"));
  assets = createAssets({
    store: openFolderStore({ root: dataDir }),
    dataDir,
    logger: createLogger("silent"),
    downloadLimitBytes: limitBytes,
    maxConcurrentDownloads: 2,
  });
  await assets.start();
  server = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/result.png?x-signature=fake`;
});
afterEach(async () => {
  await assets.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(dataDir, { recursive: true, force: true });
});

const { signal } = new AbortController();
const save = (from = url) => assets.save(from, { allowLoopback: true, signal });

async function leftovers(): Promise<string[]> {
  return await readdir(join(dataDir, "assets", "incoming"));
}

describe("saving a result", () => {
  test("stores the file with its real type and size, whatever the headers say", async () => {
    answer = (_request, response) =>
      void response.setHeader("content-type", "text/html").end(png(2560, 1440));
    const saved = await save();
    expect(saved).toMatchObject({
      contentType: "image/png",
      width: 2560,
      height: 1440,
      bytes: png(1, 1).length,
    });
    const path = join(dataDir, "assets", saved.id.slice(-2), `${saved.id}.png`);
    expect(await readFile(path)).toEqual(png(2560, 1440));
    expect(await leftovers()).toEqual([]);
  });

  test("decompresses what a host compressed without being asked, within the same limit", async () => {
    answer = (request, response) => {
      expect(request.headers["accept-encoding"]).toBe("identity");
      response.setHeader("content-encoding", "gzip").end(gzipSync(png(640, 480)));
    };
    expect(await save()).toMatchObject({ contentType: "image/png", width: 640, height: 480 });
    answer = (_request, response) =>
      void response
        .setHeader("content-encoding", "gzip")
        .end(gzipSync(Buffer.alloc(limitBytes * 100)));
    await expect(save()).rejects.toMatchObject({ code: "payload_too_large" });
    answer = (_request, response) =>
      void response.setHeader("content-encoding", "gzip").end(gzipSync(png(9, 9)).subarray(0, 30));
    await expect(save()).rejects.toMatchObject({ code: "connection_failed" });
    expect(await leftovers()).toEqual([]);
  });

  test("follows redirects written in raw UTF-8, tells its name, and gives up after the eighth", async () => {
    const asked: (string | undefined)[] = [];
    answer = (request, response) => {
      asked.push(request.headers["user-agent"]);
      const step = Number(/step=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
      const location = Buffer.from(`/图.png?step=${step + 1}`).toString("latin1");
      if (step === 8) response.end(png(640, 480));
      else response.writeHead(302, { location }).end("moved");
    };
    expect(await save()).toMatchObject({ contentType: "image/png", width: 640 });
    expect(asked).toEqual(Array(9).fill("jimeng-gateway"));
    answer = (request, response) =>
      void response.writeHead(302, { location: `${request.url}x` }).end();
    await expect(save()).rejects.toMatchObject({ code: "unexpected_response" });
  });

  test("asks for the types that browsers show, and keeps what comes instead", async () => {
    answer = (request, response) => {
      const wantsAvif = /avif|heic|\*/.test(request.headers.accept ?? "*/*");
      response.end(wantsAvif ? avif(8, 8) : png(640, 480));
    };
    expect(await save()).toMatchObject({ contentType: "image/png", width: 640 });
    answer = (_request, response) => void response.end(avif(800, 600));
    const saved = await save();
    expect(saved).toMatchObject({ contentType: "image/avif", width: 800, height: 600 });
    const path = join(dataDir, "assets", saved.id.slice(-2), `${saved.id}.avif`);
    expect(await readFile(path)).toEqual(avif(800, 600));
  });

  test.each([
    ["an empty body", "", "empty"],
    ["a page", "<!doctype html><title>busy</title>", "not_media"],
    [
      "a picture cut short by a host that does not say so",
      png(64, 48).subarray(0, 90),
      "truncated",
    ],
  ])("says what is wrong with %s", async (_name, body, reason) => {
    answer = (_request, response) => void response.end(body);
    await expect(save()).rejects.toMatchObject({ detail: { reason, charged: "yes" } });
    expect(await leftovers()).toEqual([]);
  });

  describe("what cannot be had whole", () => {
    const keep = (keepIncompleteAbove: number, stopping = signal) =>
      assets.save(url, { allowLoopback: true, signal: stopping, keepIncompleteAbove });
    /** Returns the paths of all files below `assets`. */
    async function stored(): Promise<string[]> {
      const folder = join(dataDir, "assets");
      const entries = await readdir(folder, { recursive: true, withFileTypes: true });
      return entries
        .filter((entry) => entry.isFile())
        .map((file) => join(file.parentPath, file.name));
    }
    const cutPng = png(64, 48).subarray(0, 30);

    test.each([
      ["PNG", cutPng, { contentType: "image/png", width: 64, height: 48 }],
      ["JPEG", jpeg(64, 48).subarray(0, -1), { contentType: "image/jpeg", width: 64 }],
      ["MP4 without its index", mp4({ moovLast: true }).subarray(0, 40), { width: null }],
      ["AVIF", avif(80, 60).subarray(0, -4), { contentType: "image/avif" }],
      ["PNG whose header says nothing", Buffer.from(png(0, 0)), { contentType: "image/png" }],
    ])(
      "is kept as it came, with the reason, when that is wanted: %s",
      async (_name, body, facts) => {
        answer = (_request, response) => void response.end(body);
        const saved = await keep(0);
        expect(saved).toMatchObject({ bytes: body.length, ...facts });
        expect(saved.fault).toMatchObject({ code: "unexpected_response" });
        const [kept] = await stored();
        expect(await readFile(kept!)).toEqual(body);
      },
    );

    test("is kept when the connection breaks, if it has more bytes than what is kept already", async () => {
      answer = (request, response) =>
        void response
          .writeHead(200, { "content-length": 500 })
          .write(cutPng, () => request.socket.destroy());
      expect(await keep(cutPng.length - 1)).toMatchObject({
        bytes: cutPng.length,
        contentType: "image/png",
        fault: { code: "connection_failed" },
      });
      await expect(keep(cutPng.length)).rejects.toMatchObject({ code: "connection_failed" });
      expect(await stored()).toHaveLength(1);
    });

    test.each([
      ["an empty body", "", "empty"],
      ["a page", "<!doctype html><title>busy</title>", "not_media"],
      ["a text that is longer than any part", "busy ".repeat(500), "not_media"],
    ])("is not kept when it is %s", async (_name, body, reason) => {
      answer = (_request, response) => void response.end(body);
      await expect(keep(0)).rejects.toMatchObject({ detail: { reason } });
      expect(await stored()).toEqual([]);
    });

    test("is not kept when the engine stops", async () => {
      const stopping = new AbortController();
      answer = (_request, response) =>
        void response
          .writeHead(200, { "content-length": 500 })
          .write(cutPng, () => setImmediate(() => stopping.abort()));
      await expect(keep(0, stopping.signal)).rejects.toThrow();
      expect(await stored()).toEqual([]);
    });
  });

  test("sends no credentials and nothing that identifies the owner", async () => {
    let seen: NodeJS.Dict<string | string[]> = {};
    answer = (request, response) => {
      seen = request.headers;
      response.end(mp4());
    };
    expect(await save()).toMatchObject({ contentType: "video/mp4", durationMs: 5042 });
    expect(seen).not.toHaveProperty("cookie");
    expect(seen).not.toHaveProperty("authorization");
  });

  test.each([403, 404, 410])("HTTP %i means that the URL has expired", async (status) => {
    answer = (_request, response) => void response.writeHead(status).end("no");
    await expect(save()).rejects.toMatchObject({
      code: "unexpected_response",
      detail: { reason: "url_expired" },
    });
    expect(await leftovers()).toEqual([]);
  });

  test.each([
    ["HTTP 500", (_, response) => response.writeHead(500).end(), "upstream_unavailable"],
    ["HTTP 429", (_, response) => response.writeHead(429).end(), "upstream_unavailable"],
    ["a page instead of a picture", (_, response) => response.end("<html>"), "unexpected_response"],
    ["an empty body", (_, response) => response.end(), "unexpected_response"],
    ["a cut connection", (request) => request.socket.destroy(), "connection_failed"],
    [
      "a body that ends early",
      (request, response) => {
        response
          .writeHead(200, { "content-length": 500 })
          .write(png(1, 1), () => request.socket.destroy());
      },
      "connection_failed",
    ],
    [
      "a declared length over the limit",
      (_, response) => response.writeHead(200, { "content-length": 9999 }).end(),
      "payload_too_large",
    ],
    [
      "an undeclared length over the limit",
      (_, response) => response.end(Buffer.concat([png(1, 1), Buffer.alloc(9999)])),
      "payload_too_large",
    ],
  ] as [string, RequestListener, string][])(
    "%s leaves nothing behind",
    async (_name, listener, code) => {
      answer = listener;
      await expect(save()).rejects.toMatchObject({ code, detail: { charged: "yes" } });
      expect(await leftovers()).toEqual([]);
      expect(await readdir(join(dataDir, "assets"))).toEqual(["incoming"]);
    },
  );

  test("follows a redirect only to a URL that is allowed itself", async () => {
    let target = "/real.png";
    answer = (request, response) => {
      if (request.url === "/real.png") response.end(png(8, 8));
      else response.writeHead(302, { location: target }).end();
    };
    expect(await save()).toMatchObject({ width: 8 });
    target = "http://169.254.169.254/latest/meta-data";
    await expect(save()).rejects.toMatchObject({ detail: { reason: "url_refused" } });
    target = url;
    await expect(save()).rejects.toThrow(/redirects too often/);
  });

  test("runs a bounded number at once", async () => {
    let open = 0;
    let most = 0;
    answer = (_request, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => {
        open--;
        response.end(png(1, 1));
      });
    };
    await Promise.all(Array.from({ length: 8 }, () => save()));
    expect(most).toBeLessThanOrEqual(2);
  });

  test("stops reading from a host that sends a byte now and then, so that others can start", async () => {
    const hasty = createAssets({
      store: openFolderStore({ root: dataDir }),
      dataDir,
      logger: createLogger("silent"),
      downloadPaceSpanMs: 100,
    });
    answer = (_request, response) => {
      const dripping = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(dripping));
    };
    await expect(hasty.save(url, { allowLoopback: true, signal })).rejects.toMatchObject({
      code: "connection_failed",
    });
    await hasty.close();
  });

  test("waits for a host that is slow but within the limit", async () => {
    const bytes = png(640, 480);
    answer = (_request, response) => {
      response.write(bytes.subarray(0, 20));
      setTimeout(() => response.end(bytes.subarray(20)), 200);
    };
    expect(await save()).toMatchObject({ width: 640 });
  });

  test("stops with its signal", async () => {
    answer = () => {};
    const controller = new AbortController();
    const saving = assets.save(url, { allowLoopback: true, signal: controller.signal });
    setImmediate(() => controller.abort());
    await expect(saving).rejects.toThrow();
    expect(await leftovers()).toEqual([]);
  });
});

describe("stored files", () => {
  test("can be read in part", async () => {
    answer = (_request, response) => void response.end(png(3, 4));
    const saved = await save();
    const chunks: Buffer[] = [];
    for await (const chunk of await assets.open(saved, { start: 1, end: 3 }))
      chunks.push(chunk as Buffer);
    expect(Buffer.concat(chunks).toString()).toBe("PNG");
    await assets.discard([saved]);
    const gone = { code: "not_found", detail: { what: "asset" } };
    await expect(assets.open(saved)).rejects.toMatchObject(gone);
    await expect(assets.check(saved)).rejects.toMatchObject(gone);
  });

  test("that a dead process left half-written are gone after the next start", async () => {
    await mkdir(join(dataDir, "assets", "incoming"), { recursive: true });
    await writeFile(join(dataDir, "assets", "incoming", "asset_half"), "x");
    await assets.start();
    expect(await leftovers()).toEqual([]);
  });
});

describe("a result's URL", () => {
  test.each([
    "https://p3-dreamina-sign.byteimg.com/x~tplv.png?x-expires=1&x-signature=fake",
    "https://8.8.8.8/x",
  ])("%s is taken", (text) => {
    expect(checkUrl(text, false).href).toBe(text);
  });

  test.each([
    "http://p3-dreamina-sign.byteimg.com/x",
    "http://127.0.0.1/x",
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://a.localhost./x",
    "https://2130706433/x",
    "https://0x7f.1/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://[::ffff:169.254.169.254]/x",
    "https://169.254.169.254/x",
    "https://10.1.2.3/x",
    "https://192.168.1.1/x",
    "https://0.0.0.0/x",
    "https://[fd00::1]/x",
    "https://user:word@p3.byteimg.com/x",
    "file:///etc/passwd",
    "ftp://p3.byteimg.com/x",
    "not a url",
    "",
  ])("%s is refused", (text) => {
    expect(() => checkUrl(text, false)).toThrow(
      expect.objectContaining({ detail: expect.objectContaining({ reason: "url_refused" }) }),
    );
  });

  test("on loopback is allowed only where the account's own upstream is on loopback too; private networks never", () => {
    expect(checkUrl("http://127.0.0.1:9/x", true).port).toBe("9");
    expect(checkUrl("http://[::1]:9/x", true).port).toBe("9");
    expect(() => checkUrl("http://10.0.0.1/x", true)).toThrow();
    expect(() => checkUrl("http://p3.byteimg.com/x", true)).toThrow();
  });
});
