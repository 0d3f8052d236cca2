// Tests which sockets, hosts and headers the accounts' clients use, against servers on this machine.

import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo, Socket } from "node:net";

import { prepareRequest } from "@jimeng/sdk";
import { afterEach, beforeEach, expect, it } from "vitest";

import { loadConfig } from "../config/config.ts";
import { createLogger } from "../logging.ts";
import { createConnector } from "./upstream-connections.ts";
import type { Connector } from "./upstream-connections.ts";

const { request } = prepareRequest({ kind: "image", model: "jimeng-4.0", prompt: "a cat" });
const account = {
  name: "mine",
  region: "cn",
  fingerprint: "0".repeat(16),
  adopted: false,
  session: "obviously-fake-session",
} as const;

let server: Server;
let seen: { path: string; socket: Socket; headers: IncomingMessage["headers"] }[];
let tunnels: string[];
let connector: Connector | undefined;

beforeEach(async () => {
  seen = [];
  tunnels = [];
  server = createServer(({ url, socket, headers }, response) => {
    seen.push({ path: url ?? "", socket, headers });
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ ret: "1000", errmsg: "no", data: null }));
  });
  server.on("connect", ({ url }, socket) => {
    tunnels.push(url ?? "");
    socket.end("HTTP/1.1 502 Bad Gateway\r\n\r\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  await connector?.close();
  server.closeAllConnections();
  server.close();
});

const address = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

function connect(env: Record<string, string>) {
  const config = loadConfig({ MAX_RETRY_COUNT: "0", ...env });
  connector = createConnector({ config, logger: createLogger("silent") });
  return connector.connect(account);
}

async function startAndFind(
  { upstream }: ReturnType<typeof connect>,
  times: number,
): Promise<void> {
  for (let time = 0; time < times; time++) {
    await upstream.generations
      .start(request, { submitId: `submit-${time}` })
      .catch(() => undefined);
    await upstream.generations.find([`submit-${time}`], {}).catch(() => undefined);
  }
}

it("a paid post never uses an open socket again, reads do", async () => {
  await startAndFind(connect({ JIMENG_BASE_URL: address() }), 3);
  const paid = seen.filter(({ path }) => path.includes("/aigc_draft/generate"));
  const reads = seen.filter(({ path }) => path.includes("/get_history_by_ids"));
  expect([paid.length, reads.length]).toEqual([3, 3]);
  expect(new Set(paid.map(({ socket }) => socket)).size).toBe(3);
  expect(new Set(reads.map(({ socket }) => socket)).size).toBe(1);
});

it("settings are sent: name, versions and app id", async () => {
  const env = {
    JIMENG_USER_AGENT: "someone/1",
    JIMENG_AID: "4711",
    VERSION_CODE: "9.9.9",
    WEB_VERSION: "6.6.6",
  };
  await startAndFind(connect({ JIMENG_BASE_URL: address(), ...env }), 1);
  const [first] = seen;
  expect(first?.headers["user-agent"]).toBe("someone/1");
  expect(new URL(first?.path ?? "", address()).searchParams.get("aid")).toBe("4711");
  expect(new URL(first?.path ?? "", address()).searchParams.get("web_version")).toBe("6.6.6");
  expect(JSON.stringify(first?.headers)).toContain("9.9.9");
});

it("results may come from loopback only while the site itself is configured there", () => {
  expect(connect({ JIMENG_BASE_URL: address() }).allowLoopbackDownloads).toBe(true);
  expect(connect({ JIMENG_US_BASE_URL: address() }).allowLoopbackDownloads).toBe(false);
  expect(connect({}).allowLoopbackDownloads).toBe(false);
});

it("calls to the site and downloads go through a proxy, calls to this machine never", async () => {
  await startAndFind(
    connect({ JIMENG_BASE_URL: "https://upstream.example", HTTPS_PROXY: address() }),
    1,
  );
  expect(new Set(tunnels)).toEqual(new Set(["upstream.example:443"]));
  expect(connector?.downloadDispatcher).toBeDefined();
  await connector?.close();
  tunnels = [];
  await startAndFind(connect({ JIMENG_BASE_URL: address(), HTTPS_PROXY: address() }), 1);
  expect(tunnels).toEqual([]);
  expect(seen).toHaveLength(2);
});

it("a close ends reads that the site never answers, and their retries, at once", async () => {
  const silent = createServer(() => undefined);
  silent.listen(0, "127.0.0.1");
  await once(silent, "listening");
  const silentUrl = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  const { client } = connect({
    JIMENG_BASE_URL: silentUrl,
    MAX_RETRY_COUNT: "3",
    RETRY_DELAY: "60000",
  });
  const asked = once(silent, "request");
  const outcome = client.models.read().then(
    () => "answered",
    () => "given up",
  );
  await asked;
  const startedAt = performance.now();
  await connector?.close();
  connector = undefined;
  expect(await outcome).toBe("given up");
  expect(performance.now() - startedAt).toBeLessThan(3000);
  silent.closeAllConnections();
  silent.close();
});
