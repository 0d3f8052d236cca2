// Tests that references of every source become kept files, and that one bad reference undoes all of them.

import { once } from "node:events";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import { MockAgent } from "undici";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { openFolderStore } from "../storage/asset-store-folder.ts";
import { openDatabase } from "../database/database.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createFiles } from "./files.ts";
import type { Files } from "./files.ts";
import { silentLogger } from "../testing/job-harness.ts";
import { ManualClock } from "../testing/manual-clock.ts";
import { startProxy } from "../testing/proxy-server.ts";
import { createReferences } from "./references.ts";
import type { GatherOptions, ReferenceSource } from "./read-reference.ts";
import type { References, WantedReference } from "./references.ts";
import { wholeFiles, wholePng } from "../testing/reference-samples.ts";
import { createGuardedAgent } from "../storage/url-guard.ts";

const png = wholeFiles.png.bytes;
type Handler = (request: IncomingMessage, response: ServerResponse) => void;

let dataDir: string;
let database: GatewayDatabase;
let files: Files;
let server: Server;
let handler: Handler;
let base: string;
const closings: (() => Promise<void>)[] = [];
beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), "jimeng-references-"));
  database = await openDatabase({ dataDir });
  files = createFiles({
    database,
    store: openFolderStore({ root: dataDir }),
    dataDir,
    logger: silentLogger,
    clock: new ManualClock(),
    uploadMegabytes: { image: 1, video: 2, audio: 2 },
    referenceLimits: { megapixels: 1, seconds: 240 },
  });
  await files.start();
  handler = (_request, response) => response.end(png);
  server = createServer((request, response) => handler(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  vi.unstubAllEnvs();
  files.close();
  server.closeAllConnections();
  server.close();
  for (const close of closings.splice(0)) await close();
  await database.close();
  await rm(dataDir, { recursive: true, force: true });
});

function reader(
  options: { allowPrivate?: boolean; timeoutMs?: number; proxy?: string } = {},
): References {
  const { allowPrivate = true, timeoutMs, proxy } = options;
  const dispatcher = createGuardedAgent({
    allowPrivate,
    proxy,
    resolve: (_hostname, done) => done(null, [{ address: "127.0.0.1", family: 4 }]),
  });
  closings.push(() => dispatcher.destroy());
  return createReferences({
    files,
    dispatcher,
    allowPrivate,
    uploadMegabytes: { image: 1, video: 2, audio: 2 },
    maxReferences: 16,
    now: () => 1000,
    timeoutMs,
  });
}

const caller: GatherOptions = {
  keyId: "key_a",
  maySee: (keyId) => keyId === "key_a",
  openResult: ({ id }) => {
    if (id === "asset_mine") return Promise.resolve({ body: toStream(png), name: "" });
    throw new JimengError("not_found", "There is no file of this id.", { what: "asset" });
  },
  signal: new AbortController().signal,
};

async function* toStream(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes);
}

const picture = (source: ReferenceSource): WantedReference => ({
  source,
  param: "image",
  kinds: ["image"],
});
const url = (path: string) => picture({ from: "url", url: `${base}${path}` });
const data = (bytes: Uint8Array, type = "image/png") =>
  picture({
    from: "data",
    text: `data:${type};base64,${Buffer.from(bytes).toString("base64")}`,
  });

async function refusalOf(wanted: WantedReference[], references = reader()) {
  const error: unknown = await references.gather(wanted, caller).catch((cause: unknown) => cause);
  if (!JimengError.isInstance(error)) throw new Error("it was taken", { cause: error });
  const { param, index, reason, charged } = error.detail;
  return { code: error.code, param, index, reason, charged };
}

async function filesLeft(): Promise<number> {
  const { files: rows } = await files.list({ limit: 100, order: "asc" });
  const incoming = await readdir(join(dataDir, "files", "incoming"));
  return rows.length + incoming.length;
}

describe("references", () => {
  it("from URLs, data URLs, forms, files and results become kept files in their order", async () => {
    const own = await files.keep(await files.receive(toStream(wholePng(7, 7)), named("own.png")), {
      keyId: "key_a",
      purpose: "user_data",
      expiresAt: null,
    });
    const form = await files.receive(toStream(wholeFiles.jpeg.bytes), named("form.jpg"));
    const gathered = await reader().gather(
      [
        url("/folder/a%20b.png?x=1"),
        data(wholeFiles.webp.bytes, "image/webp"),
        picture({ from: "form", file: form }),
        picture({ from: "file", id: own.id }),
        picture({ from: "asset", id: "asset_mine" }),
      ],
      caller,
    );
    const types = ["image/png", "image/webp", "image/jpeg", "image/png", "image/png"];
    expect(gathered.files.map(({ contentType }) => contentType)).toEqual(types);
    expect(gathered.files[0]).toMatchObject({ name: "a b.png", keyId: "key_a" });
    expect(gathered.files[0]?.expiresAt).toBe(1000 + 7 * 24 * 3600 * 1000);
    expect(gathered.files[3]).toEqual(own);
    expect(gathered.warnings).toEqual([]);
    expect(await filesLeft()).toBe(5);
    await gathered.undo();
    expect(await filesLeft()).toBe(1);
  });

  it("that are not what they say are used as what they are, with a warning", async () => {
    const form = await files.receive(toStream(wholeFiles.jpeg.bytes), {
      name: "photo.PNG",
      declaredType: "image/png",
    });
    const wanted = [
      picture({ from: "form", file: form }),
      data(png, "image/gif"),
      data(png, "application/octet-stream"),
      data(wholeFiles.jpeg.bytes, "image/jpg"),
    ];
    const { files: found, warnings } = await reader().gather(wanted, caller);
    expect(found[0]?.contentType).toBe("image/jpeg");
    expect(warnings.map(({ code, message }) => [code, /(image\/\w+);/.exec(message)?.[1]])).toEqual(
      [
        ["type_differs", "image/png"],
        ["type_differs", "image/gif"],
      ],
    );
  });

  const named = (name: string) => ({ name, declaredType: null });
});

describe("a bad reference", () => {
  const unusable = (reason: string, index = 1) => ({
    code: "reference_unusable",
    param: "image",
    index,
    reason,
    charged: "no",
  });

  it.each<[string, Handler]>([
    ["empty", (_request, response) => response.end()],
    ["truncated", (_request, response) => response.end(png.subarray(0, -5))],
    ["unsupported_type", (_request, response) => response.end("<!doctype html><p>Sign in</p>")],
    ["http_status", (_request, response) => response.writeHead(404).end()],
    ["http_status", (_request, response) => response.writeHead(401).end()],
    ["unreachable", (request) => request.socket.destroy()],
    [
      "unreachable",
      (request, response) => {
        response.writeHead(200, { "content-length": png.length }).write(png.subarray(0, 30));
        setTimeout(() => request.socket.destroy(), 20);
      },
    ],
    ["unreachable", (_request, response) => response.writeHead(302, { location: "/again" }).end()],
    [
      "url_refused",
      (_request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end(),
    ],
  ])("by URL is refused as %s and leaves nothing of its neighbour", async (reason, answer) => {
    handler = answer;
    expect(await refusalOf([data(png), url("/a.png")])).toEqual(unusable(reason));
    expect(await filesLeft()).toBe(0);
  });

  it("by URL is read from hosts that want a client's name, and through redirects in raw UTF-8", async () => {
    const asked: (string | undefined)[] = [];
    handler = (request, response) => {
      asked.push(request.url);
      if (request.headers["user-agent"] !== "jimeng-gateway") {
        response.writeHead(403).end();
        return;
      }
      const step = Number(/step=(\d+)/.exec(request.url ?? "")?.[1] ?? 0);
      // A header's characters are its bytes.
      const location = Buffer.from(`/图 ${step}.png?step=${step + 1}&名=é`).toString("latin1");
      if (step === 8) response.end(png);
      else response.writeHead(step % 2 === 0 ? 302 : 308, { location }).end("moved");
    };
    const gathered = await reader().gather([url("/a.png")], caller);
    expect(gathered.files[0]).toMatchObject({ name: "图 7.png", contentType: "image/png" });
    expect(asked).toHaveLength(9);
    expect(asked[1]).toBe("/%E5%9B%BE%200.png?step=1&%E5%90%8D=%C3%A9");
  });

  it("that never ends is stopped after the time limit", async () => {
    handler = (_request, response) => response.writeHead(200).write(png.subarray(0, 30));
    expect(await refusalOf([url("/slow.png")], reader({ timeoutMs: 200 }))).toEqual(
      unusable("unreachable", 0),
    );
  });

  it("that is too large is refused by what it declares, and by what it sends", async () => {
    let sent = 0;
    handler = (_request, response) => {
      response.writeHead(200, { "content-length": 60 * 1024 * 1024 });
      response.write(png);
    };
    expect(await refusalOf([url("/large.png")])).toMatchObject({ code: "payload_too_large" });
    handler = (_request, response) => {
      response.write(png);
      const more = () => {
        sent += 65_536;
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(more));
      };
      more();
    };
    expect(await refusalOf([url("/endless.png")])).toMatchObject({
      code: "payload_too_large",
      reason: "too_large",
      index: 0,
    });
    expect(sent).toBeLessThan(30 * 1024 * 1024);
  });

  it.each(["directly", "through a proxy", "through a proxy with NO_PROXY"])(
    "that leads to a private address is refused, at every hop and by every spelling, %s",
    async (way) => {
      let hits = 0;
      handler = (_request, response) => {
        hits += 1;
        response.end(png);
      };
      const { port } = server.address() as AddressInfo;
      const proxy = await startProxy(port);
      closings.push(() => proxy.close());
      if (way.endsWith("NO_PROXY")) vi.stubEnv("NO_PROXY", "*");
      const proxyUrl = way === "directly" ? undefined : proxy.url;
      const guarded = reader({ allowPrivate: false, proxy: proxyUrl });
      for (const host of [
        "127.0.0.1",
        "localhost",
        "2130706433",
        "[::1]",
        "10.0.0.1",
        "rebound.example",
      ]) {
        const wanted = picture({ from: "url", url: `http://${host}:${port}/a.png` });
        expect(await refusalOf([wanted], guarded), host).toEqual(unusable("url_refused", 0));
      }
      expect([hits, proxy.asked]).toEqual([0, []]);
      if (way === "directly") return;
      // A public address is reached through the proxy, and its redirect is judged like the first URL.
      handler = (_request, response) =>
        response.writeHead(302, { location: `http://10.0.0.1:${port}/` }).end();
      const wanted = picture({ from: "url", url: "http://8.8.8.8/a.png" });
      expect(await refusalOf([wanted], guarded)).toEqual(unusable("url_refused", 0));
      expect(proxy.asked).toEqual(["8.8.8.8:80"]);
    },
  );

  it("by an internal name is told in the same words as by a name that does not exist", async () => {
    const failures = ["ENOTFOUND", "EAI_AGAIN", undefined].map(async (code) => {
      const dispatcher = createGuardedAgent({
        resolve: (_hostname, done) =>
          code === undefined
            ? done(null, [{ address: "10.0.0.1", family: 4 }])
            : done(Object.assign(new Error("resolve"), { code }), []),
      });
      closings.push(() => dispatcher.destroy());
      const references = createReferences({
        files,
        dispatcher,
        allowPrivate: false,
        uploadMegabytes: { image: 1, video: 2, audio: 2 },
        maxReferences: 16,
        now: () => 1000,
      });
      const wanted = picture({ from: "url", url: "http://database/a.png" });
      const error = await references.gather([wanted], caller).catch((cause: unknown) => cause);
      return JimengError.isInstance(error) ? [error.code, error.message, error.detail.reason] : [];
    });
    const [unknown, unanswered, internal] = await Promise.all(failures);
    expect(internal).toEqual(["reference_unusable", expect.any(String), "url_refused"]);
    expect(unknown).toEqual(internal);
    expect(unanswered).toEqual(internal);
  });

  it("of the wrong kind is refused", async () => {
    expect(await refusalOf([data(wholeFiles.mp4.bytes, "video/mp4")])).toEqual(
      unusable("wrong_kind", 0),
    );
    expect(await filesLeft()).toBe(0);
  });

  describe("of which one cannot be kept", () => {
    const three = () => [data(png), url("/b.png"), picture({ from: "asset", id: "asset_mine" })];

    it.each([0, 1, 2])("leave nothing behind, kept or received: the one at %i", async (failing) => {
      const keep = vi.spyOn(files, "keep");
      const full = Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
      const kept = files.keep.bind(files);
      keep.mockImplementation((...args) =>
        keep.mock.calls.length > failing ? Promise.reject(full) : kept(...args),
      );
      await expect(reader().gather(three(), caller)).rejects.toBe(full);
      expect(await filesLeft()).toBe(0);
    });

    it("leave nothing behind when the database refuses the row of a file that is stored", async () => {
      const [first] = three();
      await database.tables.schema.dropTable("files").execute();
      await expect(reader().gather([first!], caller)).rejects.toThrow(/no such table/);
      expect(await readdir(join(dataDir, "files", "incoming"))).toEqual([]);
    });

    it("tell why, whatever tidying up meets", async () => {
      const keep = vi.spyOn(files, "keep");
      const kept = files.keep.bind(files);
      keep.mockImplementationOnce(kept).mockRejectedValueOnce(new Error("the storage is away"));
      vi.spyOn(files, "remove").mockRejectedValue(new Error("so is the database"));
      await expect(reader().gather(three(), caller)).rejects.toThrow("the storage is away");
      expect(await readdir(join(dataDir, "files", "incoming"))).toEqual([]);
    });
  });

  it("are refused beyond the most of one request, at the first that is too many", async () => {
    const wanted = Array.from({ length: 17 }, () => data(png));
    expect(await refusalOf(wanted)).toMatchObject({ code: "invalid_request", param: "image" });
    expect(await filesLeft()).toBe(0);
  });

  it.each(["data:image/png,abc", "data:image/png;base64,!!!!", "data:image/png;base64,AA AAA"])(
    "written as %s is no data URL",
    async (text) => {
      expect(await refusalOf([picture({ from: "data", text })])).toEqual(
        unusable("bad_data_url", 0),
      );
    },
  );

  it("of another caller, or of none, does not exist", async () => {
    const received = await files.receive(toStream(png), { name: "", declaredType: null });
    const { id } = await files.keep(received, { keyId: "key_b", purpose: "x", expiresAt: null });
    for (const source of [
      { from: "file", id },
      { from: "file", id: "file_unknown" },
      { from: "asset", id: "asset_of_others" },
    ] as const) {
      expect(await refusalOf([picture(source)])).toEqual(unusable("not_found", 0));
    }
  });

  it("redirected by a good host to a private address is refused", async () => {
    const agent = new MockAgent();
    agent.disableNetConnect();
    closings.push(() => agent.close());
    const pool = agent.get("https://pictures.example");
    const locations = [
      "http://169.254.169.254/latest/meta-data/",
      "http://[::ffff:10.0.0.1]/a.png",
      "//localhost/a.png",
    ];
    for (const location of locations) {
      pool.intercept({ path: "/a.png" }).reply(302, "", { headers: { location } });
    }
    const references = createReferences({
      files,
      dispatcher: agent,
      allowPrivate: false,
      uploadMegabytes: { image: 1, video: 2, audio: 2 },
      maxReferences: 16,
      now: () => 1000,
    });
    const wanted = picture({ from: "url", url: "https://pictures.example/a.png" });
    for (const location of locations) {
      expect(await refusalOf([wanted], references), location).toEqual(unusable("url_refused", 0));
    }
  });
});
