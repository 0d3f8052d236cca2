// Tests, over real HTTP, what an ill-meaning caller sends: bodies built to be slow, large or deep, and broken HTTP.

import { connect } from "node:net";
import { Writable } from "node:stream";

import type { FastifyPluginAsync } from "fastify";
import { afterEach, describe, expect, it } from "vitest";

import { errorBodySchema } from "../api/errors.ts";
import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";
import { createLogger } from "../logging.ts";
import { wholePng } from "../testing/reference-samples.ts";
import { sendEventStream } from "./answers/event-stream.ts";

let fake: FakeApp | undefined;
afterEach(async () => {
  await fake?.close();
  fake = undefined;
});

async function listen(...given: Parameters<typeof buildFakeApp>): Promise<number> {
  fake = await buildFakeApp(...given);
  await fake.app.listen({ host: "127.0.0.1", port: 0 });
  const address = fake.app.server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function post(
  port: number,
  path: string,
  body: string | FormData,
  headers: Record<string, string> = {},
) {
  const type = typeof body === "string" ? { "content-type": "application/json" } : undefined;
  const response = await fetch(`http://127.0.0.1:${port}${path}`, {
    method: "POST",
    headers: { ...type, ...headers },
    body,
  });
  return { response, text: await response.text() };
}

function send(port: number, text: string): Promise<{ head: string; body: string }> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let answer = "";
    socket.on("data", (chunk) => (answer += chunk.toString()));
    socket.on("error", reject);
    socket.on("close", () => {
      const [head = "", body = ""] = answer.split("\r\n\r\n");
      resolve({ head, body });
    });
  });
}

const refusedShape = { error: { code: "invalid_request", param: "body", charged: "no" } };

describe("a body that is built to be a burden", () => {
  it("is refused by its number of values before each of them is checked", async () => {
    const port = await listen();
    const many = JSON.stringify(Array(900_000).fill(1));
    for (const [path, field] of [
      ["/v1/images/generations", "image"],
      ["/v1/videos", "frames"],
      ["/v1/accounts/check", "accounts"],
    ] as const) {
      // The account route takes one megabyte.
      const list = field === "accounts" ? JSON.stringify(Array(200_000).fill("")) : many;
      const { response, text } = await post(port, path, `{"prompt":"x","${field}":${list}}`);
      expect([path, response.status]).toEqual([path, 400]);
      expect(JSON.parse(text)).toMatchObject(refusedShape);
    }
  });

  it("is refused by its depth", async () => {
    const port = await listen();
    const deep = `${'{"url":'.repeat(100_000)}"x"${"}".repeat(100_000)}`;
    const { response, text } = await post(
      port,
      "/v1/images/generations",
      `{"prompt":"x","image_urls":${deep}}`,
    );
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject(refusedShape);
  });

  it("is refused as a form's field too", async () => {
    const port = await listen();
    const form = new FormData();
    form.set("prompt", "x");
    form.set("frames", JSON.stringify(Array(400_000).fill(1)));
    const { response, text } = await post(port, "/v1/videos", form);
    expect(response.status).toBe(400);
    expect(JSON.parse(text)).toMatchObject(refusedShape);
  });

  it("with many unknown fields is answered with few warnings, each with a short name", async () => {
    const port = await listen();
    const fields = Object.fromEntries(Array.from({ length: 5000 }, (_, at) => [`field${at}`, 1]));
    const body = { prompt: "x", background: true, ["k".repeat(100_000)]: 1, ...fields };
    const { response, text } = await post(port, "/v1/images/generations", JSON.stringify(body));
    expect(response.status).toBe(202);
    expect(text.length).toBeLessThan(10_000);
    const { warnings } = JSON.parse(text);
    expect(warnings.length).toBeLessThan(30);
    expect(warnings.at(-1).message).toMatch(/^4\d{3} more fields are not known/);
  });

  it("is not sent back in the words of an error", async () => {
    const port = await listen();
    const long = "m".repeat(500_000);
    for (const field of ["model", "account", "ratio"]) {
      const body = JSON.stringify({ prompt: "x", [field]: long });
      const { response, text } = await post(port, "/v1/images/generations", body);
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(text.length).toBeLessThan(3000);
    }
  });

  it("with more text than JSON may have is refused as a form too", async () => {
    const port = await listen();
    const form = new FormData();
    for (let at = 0; at < 8; at++) form.append("prompt", "x".repeat(900_000));
    const { response, text } = await post(port, "/v1/videos", form);
    expect(response.status).toBe(413);
    expect(JSON.parse(text).error.code).toBe("payload_too_large");
  });
});

describe("a request with very many references", () => {
  it("is refused before any of them is fetched", async () => {
    const port = await listen({ JIMENG_ALLOW_PRIVATE_REFERENCES: "true" });
    let fetched = 0;
    fake?.app.server.on("connection", () => (fetched += 1));
    const urls = Array.from({ length: 300 }, (_, at) => `http://127.0.0.1:${port}/healthz?${at}`);
    const body = JSON.stringify({ prompt: "x", references: urls });
    const { response, text } = await post(port, "/v1/videos", body);
    expect(response.status).toBe(400);
    expect(JSON.parse(text).error).toMatchObject({ code: "invalid_request", param: "references" });
    // Is the connection of the request itself.
    expect(fetched).toBe(1);
  });
});

describe("the account of a caller's own session", () => {
  it("cannot be used by a key holder who knows its name", async () => {
    const port = await listen({ JIMENG_API_KEYS: "obviously-fake-key" });
    const headers = { "x-api-key": "obviously-fake-key" };
    const { response, text } = await post(
      port,
      "/v1/images/generations",
      JSON.stringify({ prompt: "x", background: true, account: "adopted-1" }),
      headers,
    );
    expect(response.status).toBe(404);
    expect(JSON.parse(text).error).toMatchObject({ code: "not_found", what: "account" });
    expect(fake?.jobs.rows.size).toBe(0);
  });
});

const host = "Host: 127.0.0.1\r\n";

describe("a reader of events who stops reading", () => {
  it("is disconnected before the unread events fill the memory", async () => {
    const data = "x".repeat(64 * 1024);
    let given = 0;
    let release: (value: number) => void = () => undefined;
    const letGo = new Promise<number>((resolve) => (release = resolve));
    async function* endless(signal: AbortSignal) {
      for (; !signal.aborted && given < 5000; given++) {
        yield { name: "job.progress", id: String(given), data };
        await new Promise((resolve) => setImmediate(resolve));
      }
      release(given);
    }
    const mount: FastifyPluginAsync = async (app) => {
      app.get("/endless", { config: { scope: "public" } }, (_request, reply) =>
        sendEventStream(reply, {
          open: endless,
          closing: new AbortController().signal,
          heartbeatMs: 10_000,
          onError: () => undefined,
        }),
      );
    };
    const port = await listen({}, { mounts: [mount] });
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.pause();
    socket.write(`GET /endless HTTP/1.1\r\n${host}\r\n`);
    // The kernel's own buffers hold a few megabytes of the 320 that are offered.
    expect(await letGo).toBeLessThan(500);
    socket.destroy();
  });
});

describe("a zero or control character", () => {
  it.each(["/v1/jobs/%00", "/v1/files?purpose=a%00", "/v1/assets/a%00b"])(
    "in the URL %s is refused before a database sees it",
    async (path) => {
      const port = await listen();
      const response = await fetch(`http://127.0.0.1:${port}${path}`);
      expect(response.status).toBe(400);
      const { error } = errorBodySchema.parse(await response.json());
      expect(error).toMatchObject({ code: "invalid_request", param: "path" });
    },
  );

  it("in a file's name or purpose is left out", async () => {
    const port = await listen();
    const form = new FormData();
    form.set(
      "file",
      new Blob([new Uint8Array(wholePng(8, 8, 900))]),
      "a\u0000\u001b[31m\u202eb.png",
    );
    form.set("purpose", `x\u0000${"y".repeat(1000)}`);
    const { response, text } = await post(port, "/v1/files", form);
    expect(response.status).toBe(200);
    const file = JSON.parse(text);
    expect(file.filename).toBe("a[31mb.png");
    expect(file.purpose).toBe(`x${"y".repeat(254)}`);
  });
});

describe("HTTP that cannot be read", () => {
  it.each([
    ["a broken header", 400, `GET /v1/jobs HTTP/1.1\r\n${host}Bad Header\r\n\r\n`],
    ["no Host", 400, "GET /v1/jobs HTTP/1.1\r\nConnection: close\r\n\r\n"],
    ["headers that are too long", 431, `GET / HTTP/1.1\r\nX: ${"a".repeat(20_000)}\r\n\r\n`],
    [
      "an expectation that is not known",
      417,
      `GET / HTTP/1.1\r\n${host}Expect: 42\r\nConnection: close\r\n\r\n`,
    ],
    [
      "two lengths",
      400,
      `POST /v1/videos HTTP/1.1\r\n${host}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n`,
    ],
  ])("because of %s is answered as every other error", async (_name, status, text) => {
    const port = await listen();
    const { head, body } = await send(port, text);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/\r\nx-should-retry: false\r\n/i);
    expect(head).toMatch(/\r\ncontent-type: application\/json/i);
    const { error } = errorBodySchema.parse(JSON.parse(body));
    expect(error).toMatchObject({ code: "invalid_request", retryable: false });
  });

  it("leaves nothing of its credential in the log", async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const logger = createLogger("trace", destination);
    const port = await listen({ JIMENG_API_KEYS: "obviously-fake-key" }, { logger });
    const credential = "obviously-fake-credential";
    await send(
      port,
      `GET /v1/jobs HTTP/1.1\r\n${host}Authorization: Bearer ${credential}\r\nBad Header\r\n\r\n`,
    );
    const log = lines.join("");
    expect(log).not.toContain(credential);
    expect(log).not.toContain([...Buffer.from(credential)].join(","));
    expect(log).not.toContain("rawPacket");
  });
});

describe("a sender that hangs up in the middle of a body", () => {
  it("is no defect to the log", async () => {
    const lines: string[] = [];
    const destination = new Writable({
      write(chunk: Buffer, _encoding, done) {
        lines.push(chunk.toString());
        done();
      },
    });
    const port = await listen({}, { logger: createLogger("info", destination) });
    const received = new Promise((resolve) => fake?.app.server.once("request", resolve));
    const socket = connect(port, "127.0.0.1");
    socket.write(
      `POST /v1/images/generations HTTP/1.1\r\n${host}Content-Type: application/json\r\nContent-Length: 99\r\n\r\n{`,
    );
    await received;
    const closed = new Promise((resolve) =>
      fake?.app.server.once("connection", (next) => next.once("close", resolve)),
    );
    socket.destroy();
    // A second connection comes to its end only after the first one did.
    await send(port, `GET /healthz HTTP/1.1\r\n${host}Connection: close\r\n\r\n`);
    await closed;
    expect(lines.join("")).not.toContain("unexpected error");
  });
});

describe("the answer to a file that cannot be given", () => {
  it.each([
    ["its bytes are gone", {}, 404],
    ["the range lies outside", { range: "bytes=99-" }, 416],
  ])("because %s may not be kept as the file may", async (_name, headers, status) => {
    const port = await listen();
    const made = await post(port, "/v1/images/generations", '{"prompt":"x"}');
    const [{ url }] = JSON.parse(made.text).data;
    const response = await fetch(url, { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toContain("application/json");
    for (const name of ["cache-control", "etag", "content-disposition"]) {
      expect([name, response.headers.get(name)]).toEqual([name, null]);
    }
    errorBodySchema.parse(await response.json());
  });
});

describe("a caller who may not call", () => {
  it.each([
    ["Content-Length: 1000000000", "abc"],
    ["Content-Length: 10", ""],
    ["Transfer-Encoding: chunked", "5\r\nhello\r\n"],
  ])(
    "gets 401 and the end of the connection; the rest of the body (%s) is not read",
    async (header, body) => {
      const port = await listen({ JIMENG_API_KEYS: "obviously-fake-key" });
      for (const path of ["/v1/images/generations", "/v1/images/edits", "/v1/files", "/v1/jobs"]) {
        for (const type of ["application/json", "multipart/form-data; boundary=x"]) {
          const text = `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\n${header}\r\n\r\n${body}`;
          const { head } = await send(port, text);
          expect(head).toMatch(/^HTTP\/1\.1 401 /);
          expect(head.toLowerCase()).toContain("connection: close");
        }
      }
    },
  );

  it("keeps the connection where there was no body", async () => {
    const port = await listen({ JIMENG_API_KEYS: "obviously-fake-key" });
    const response = await fetch(`http://127.0.0.1:${port}/v1/jobs`);
    expect([response.status, response.headers.get("connection")]).toEqual([401, "keep-alive"]);
  });
});

describe("a Host header", () => {
  it.each([
    "user@127.0.0.1",
    "user:password@a.localhost",
    "127.0.0.1:99999",
    "127.0.0.1:80:80",
    "127.0.0.1:",
    "local host",
    "evil.example/.localhost",
    "evil.example?.localhost",
    "evil.example#.localhost",
    "[::1",
    "::1",
    "a,b.localhost",
    "猫.localhost",
  ])("%j that is no name with an optional port is refused, with keys and without", async (host) => {
    const keys: Record<string, string> = { JIMENG_API_KEYS: "obviously-fake-key" };
    for (const environment of [{}, keys]) {
      fake = await buildFakeApp(environment);
      const response = await fake.app.inject({
        url: "/v1/models",
        headers: { host: Buffer.from(host).toString("latin1") },
      });
      expect([response.statusCode, response.json().error.param]).toEqual([400, "host"]);
      await fake.close();
      fake = undefined;
    }
  });

  it.each([
    "127.0.0.1",
    "127.0.0.1:5100",
    "[::1]:5100",
    "LOCALHOST",
    "localhost.",
    "a_b.localhost:1",
  ])("%j is one", async (host) => {
    fake = await buildFakeApp();
    expect((await fake.app.inject({ url: "/v1/models", headers: { host } })).statusCode).toBe(200);
  });
});
