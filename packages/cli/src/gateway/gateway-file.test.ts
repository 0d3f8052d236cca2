// Tests that only a gateway that proves itself is found, and that a file left behind is harmless.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createPlace } from "../testing/run-command.ts";
import { findRunningGateway, readGatewayFile } from "./gateway-file.ts";

let folder: string;
let server: Server;
let headersSeen: unknown[];
let answer: { status: number; body: unknown };
const pretended = { name: "jimeng", status: "ok", object: "gateway.proof", proof: "0".repeat(64) };

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-file-"));
  answer = { status: 200, body: pretended };
  headersSeen = [];
  server = createServer((request, response) => {
    headersSeen.push(request.headers.authorization);
    response.writeHead(answer.status, { "content-type": "application/json" });
    response.end(JSON.stringify(answer.body));
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

const keys = { admin_key: "obviously-fake-admin", proof_key: "obviously-fake-proof" };

describe("finding a running gateway", () => {
  test.each([
    ["that answers like a gateway but cannot prove it", 200, pretended],
    ["of another kind", 200, { hello: "world" }],
    ["that answers nothing useful", 404, null],
  ])("passes over a server %s, and never shows it the admin key", async (_, status, body) => {
    answer = { status, body };
    await leaveFile({ url: url(), ...keys });
    expect(await findRunningGateway(folder)).toBeUndefined();
    expect(headersSeen).toEqual([undefined]);
  });

  test("passes over a server that passes the challenge on to the real gateway", async () => {
    const place = await createPlace();
    try {
      const gateway = place.start(["serve", "--port", "0"]);
      await gateway.see("stdout", /curl /);
      const real = await findRunningGateway(path.join(place.dataDir, "simulator"));
      expect(real?.isSimulated).toBe(true);
      let relayed: unknown;
      server.removeAllListeners("request").on("request", (request, response) => {
        void fetch(`${real?.url}${request.url}`)
          .then(async (reply) => reply.text())
          .then((text) => {
            relayed = JSON.parse(text);
            response.end(text);
          });
      });
      await leaveFile({ url: url(), admin_key: real?.adminKey, proof_key: real?.proofKey });
      expect(await findRunningGateway(folder)).toBeUndefined();
      expect(relayed).toMatchObject({ object: "gateway.proof" });
    } finally {
      await place.remove();
    }
  });

  test("passes over a file whose gateway is gone", async () => {
    await leaveFile({ url: "http://127.0.0.1:1", ...keys });
    expect(await findRunningGateway(folder)).toBeUndefined();
  });

  test.each([
    ["nothing", undefined],
    ["half a file", '{"url":'],
    ["another shape", []],
    ["no keys", { url: "http://x" }],
    ["no proof key", { url: "http://x", admin_key: "obviously-fake" }],
  ])("takes %s for no gateway", async (_, content) => {
    if (content !== undefined) await leaveFile(content);
    expect(await readGatewayFile(folder)).toBeUndefined();
  });
});

describe("a command after its gateway was killed", () => {
  test("does not send the admin key to whoever listens at the old port", async () => {
    const place = await createPlace();
    try {
      const gateway = place.start(["serve", "--port", "0"]);
      const [, oldUrl = ""] = await gateway.see("stdout", /URL\s+(http:\S+)[\s\S]*curl /);
      gateway.process.kill("SIGKILL");
      await gateway.end();
      await new Promise((resolve) => server.close(resolve));
      await new Promise<void>((resolve) =>
        server.listen(Number(new URL(oldUrl).port), "127.0.0.1", resolve),
      );
      const { code, stderr } = await place.run(["jobs"]);
      expect(code, stderr).toBe(0);
      expect(headersSeen.length).toBeGreaterThan(0);
      expect(headersSeen.filter((header) => header !== undefined)).toEqual([]);
    } finally {
      await place.remove();
    }
  });
});
