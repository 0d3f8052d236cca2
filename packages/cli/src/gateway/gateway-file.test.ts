// Tests that only a gateway that answers is found, and that a file left behind is harmless.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { findRunningGateway, readGatewayFile } from "./gateway-file.ts";

let folder: string;
let server: Server;
let healthz: { status: number; body: unknown };
let headersSeen: unknown[];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-file-"));
  healthz = { status: 200, body: { name: "jimeng", status: "ok" } };
  headersSeen = [];
  server = createServer((request, response) => {
    headersSeen.push(request.headers.authorization);
    response.writeHead(healthz.status, { "content-type": "application/json" });
    response.end(JSON.stringify(healthz.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

async function leaveFile(content: unknown): Promise<string> {
  const text = typeof content === "string" ? content : JSON.stringify(content);
  await writeFile(path.join(folder, "gateway.json"), text);
  return folder;
}

function url(): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("finding a running gateway", () => {
  test("gives its URL and key when it answers", async () => {
    await leaveFile({ url: url(), admin_key: "obviously-fake", pid: 1 });
    expect(await findRunningGateway(folder)).toEqual({
      url: url(),
      adminKey: "obviously-fake",
      isSimulated: false,
    });
  });

  test("does not show the key to whoever answers at the port", async () => {
    await leaveFile({ url: url(), admin_key: "obviously-fake" });
    await findRunningGateway(folder);
    expect(headersSeen).toEqual([undefined]);
  });

  test("passes over a stranger's server at that port", async () => {
    healthz.body = { hello: "world" };
    await leaveFile({ url: url(), admin_key: "obviously-fake" });
    expect(await findRunningGateway(folder)).toBeUndefined();
  });

  test("passes over a file whose gateway is gone", async () => {
    await leaveFile({ url: "http://127.0.0.1:1", admin_key: "obviously-fake" });
    expect(await findRunningGateway(folder)).toBeUndefined();
  });

  test.each([
    ["nothing", undefined],
    ["half a file", '{"url":'],
    ["another shape", []],
    ["no key", { url: "http://x" }],
  ])("takes %s for no gateway", async (_, content) => {
    if (content !== undefined) await leaveFile(content);
    expect(await readGatewayFile(folder)).toBeUndefined();
  });
});
