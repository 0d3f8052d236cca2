// Tests the walls over HTTP: wrong keys are braked, proxies that nobody trusts say nothing, answers protect browsers.

import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";

import { afterEach, describe, expect, test } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";
import { limitConnections } from "./connection-limit.ts";
import { createProxyCheck } from "./trusted-proxies.ts";

const key = "obviously-fake-setting-key";

let fake: FakeApp;
afterEach(() => fake?.close());

function ask(
  credential: string,
  headers: Record<string, string> = {},
  remoteAddress = "192.0.2.1",
) {
  return fake.app.inject({
    method: "GET",
    url: "/v1/jobs",
    remoteAddress,
    headers: { host: "localhost", authorization: `Bearer ${credential}`, ...headers },
  });
}

describe("wrong keys", () => {
  test("end in 429 with Retry-After, while the right key of the same address is served", async () => {
    fake = await buildFakeApp({ JIMENG_API_KEYS: key });
    for (let index = 0; index < 10; index += 1) expect((await ask("wrong")).statusCode).toBe(401);
    const braked = await ask("wrong");
    expect(braked.statusCode).toBe(429);
    expect(braked.headers["retry-after"]).toBe("1");
    expect((await ask(key)).statusCode).toBe(200);
    const signIn = await fake.app.inject({
      method: "POST",
      url: "/v1/sign-in",
      remoteAddress: "192.0.2.1",
      headers: { host: "localhost" },
      payload: { key: "wrong" },
    });
    expect(signIn.statusCode).toBe(429);
  });

  test("of clients behind a proxy count apart only where the proxy is trusted", async () => {
    const from = (client: string) => ({ "x-forwarded-for": client });
    fake = await buildFakeApp({ JIMENG_API_KEYS: key });
    // A client that nobody trusts cannot pretend to be many.
    for (let index = 0; index < 10; index += 1) await ask("wrong", from(`198.51.100.${index}`));
    expect((await ask("wrong", from("198.51.100.99"))).statusCode).toBe(429);
    await fake.close();
    fake = await buildFakeApp({ JIMENG_API_KEYS: key, JIMENG_TRUSTED_PROXIES: "192.0.2.0/24" });
    for (let index = 0; index < 11; index += 1) await ask("wrong", from("198.51.100.1"));
    expect((await ask("wrong", from("198.51.100.1"))).statusCode).toBe(429);
    expect((await ask("wrong", from("198.51.100.2"))).statusCode).toBe(401);
    // What a client wrote itself stands before what the proxy added.
    expect((await ask("wrong", from("198.51.100.2, 198.51.100.1"))).statusCode).toBe(429);
  });
});

test("every answer tells browsers to run, frame and guess nothing", async () => {
  fake = await buildFakeApp();
  for (const url of ["/v1/models", "/healthz", "/v1/jobs/job_none", "/nowhere"]) {
    const { headers } = await fake.app.inject({ url, headers: { host: "localhost" } });
    expect(headers).toMatchObject({
      "content-security-policy":
        "default-src 'none';base-uri 'none';form-action 'none';frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
    expect(headers["strict-transport-security"]).toBeUndefined();
    expect(headers["cross-origin-resource-policy"]).toBeUndefined();
  }
});

describe("the proxies that are trusted", () => {
  test("pass on no host or protocol from which no address can be built", async () => {
    fake = await buildFakeApp({ JIMENG_TRUSTED_PROXIES: "192.0.2.1" });
    const broken: Record<string, string>[] = [
      { "x-forwarded-host": "a b" },
      { "x-forwarded-host": "a/../<b>" },
      { "x-forwarded-proto": "java script" },
    ];
    for (const headers of broken) {
      const answer = await fake.app.inject({
        url: "/docs",
        remoteAddress: "192.0.2.1",
        headers: { host: "localhost", ...headers },
      });
      expect(answer.statusCode).toBe(400);
    }
  });

  test.each([
    ["10.0.0.0/8", "10.1.2.3", true],
    ["10.0.0.0/8", "::ffff:10.1.2.3", true],
    ["10.0.0.0/8", "11.1.2.3", false],
    ["192.0.2.1", "192.0.2.1", true],
    ["192.0.2.1", "192.0.2.2", false],
    ["2001:db8::/32", "2001:db8::1", true],
    ["2001:db8::/32", "10.0.0.1", false],
    ["10.0.0.1", "no address", false],
  ])("are addresses or networks: %s has %s: %s", (proxy, address, expected) => {
    expect(createProxyCheck([proxy])(address)).toBe(expected);
  });
});

test("a client holds only so many connections; this machine and proxies are not counted", async () => {
  const server = createServer();
  const addresses = ["198.51.100.1", "198.51.100.1", "198.51.100.1", "198.51.100.2", "192.0.2.1"];
  // The address that the limit sees is the socket's own: it is put there before the limit looks.
  server.prependListener("connection", (socket: Socket) => {
    Object.defineProperty(socket, "remoteAddress", { value: addresses.shift() });
  });
  limitConnections(server, { perAddress: 2, isProxy: (address) => address === "192.0.2.1" });
  const ended: number[] = [];
  const closes: Promise<unknown>[] = [];
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const sockets: Socket[] = [];
  for (let index = 0; index < 5; index += 1) {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined).on("close", () => ended.push(index));
    closes.push(once(socket, "close"));
    await once(server, "connection");
    sockets.push(socket);
  }
  await closes[2];
  expect(ended).toEqual([2]);
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, "close");
});
