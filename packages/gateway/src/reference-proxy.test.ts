// Tests, through the whole gateway, that the proxy settings of the upstream open no way around the guard of references.

import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { fakeSessions, openGatewayWithAccounts } from "./testing/gateway-with-accounts.ts";
import { startProxy } from "./testing/proxy-server.ts";
import type { ProxyServer } from "./testing/proxy-server.ts";

let hits: number;
let server: Server;
let proxy: ProxyServer;
beforeEach(async () => {
  hits = 0;
  server = createServer((_request, response) => {
    hits += 1;
    response.end("secret");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  proxy = await startProxy((server.address() as AddressInfo).port);
});
afterEach(async () => {
  await proxy.close();
  server.closeAllConnections();
  server.close();
});

describe.each<[string, (proxyUrl: string) => Record<string, string>]>([
  ["no proxy", () => ({})],
  ["HTTPS_PROXY", (url) => ({ HTTPS_PROXY: url })],
  ["HTTPS_PROXY and NO_PROXY", (url) => ({ HTTPS_PROXY: url, NO_PROXY: "*" })],
  ["JIMENG_REFERENCE_PROXY", (url) => ({ JIMENG_REFERENCE_PROXY: url })],
  [
    "all three",
    (url) => ({ HTTPS_PROXY: url, NO_PROXY: "*,localhost,10.0.0.1", JIMENG_REFERENCE_PROXY: url }),
  ],
])("with %s", (_name, environment) => {
  it("a caller's URL reaches nothing private, and makes no job", async () => {
    const open = await openGatewayWithAccounts({
      JIMENG_SESSIONS: `one=${fakeSessions.one}`,
      ...environment(proxy.url),
    });
    const { port } = server.address() as AddressInfo;
    try {
      for (const host of [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "2130706433",
        "10.0.0.1",
        "a.localhost",
      ]) {
        for (const scheme of ["http", "https"]) {
          const image = `${scheme}://${host}:${port}/a.png`;
          const answer = await open.ask("POST", "/v1/images/edits", { prompt: "x", image });
          expect([image, answer.statusCode, answer.json().error.reason]).toEqual([
            image,
            400,
            "url_refused",
          ]);
        }
      }
      expect([hits, proxy.asked, await open.database()]).toEqual([0, [], []]);
    } finally {
      await open.close();
    }
  });
});

it("a public address is called through JIMENG_REFERENCE_PROXY alone, whatever NO_PROXY says", async () => {
  const other = await startProxy(1);
  const open = await openGatewayWithAccounts({
    JIMENG_SESSIONS: `one=${fakeSessions.one}`,
    HTTPS_PROXY: other.url,
    NO_PROXY: "*,8.8.8.8",
    JIMENG_REFERENCE_PROXY: proxy.url,
  });
  const image = "http://8.8.8.8/a.png";
  const answer = await open.ask("POST", "/v1/images/edits", { prompt: "x", image });
  // What the local server sends is no picture.
  expect(answer.json().error.reason).toBe("unsupported_type");
  expect([hits, proxy.asked, other.asked]).toEqual([1, ["8.8.8.8:80"], []]);
  await open.close();
  await other.close();
});
