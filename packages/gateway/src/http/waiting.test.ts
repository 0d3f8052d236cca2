// Tests how the Prefer header is read, and how a caller who has hung up is noticed.

import { Socket } from "node:net";
import type { AddressInfo } from "node:net";

import { fastify } from "fastify";
import { describe, expect, it } from "vitest";

import { hasHungUp, parsePrefer, toDisconnectSignal } from "./waiting.ts";

describe("Prefer", () => {
  it.each([
    [undefined, false, undefined],
    ["respond-async", true, undefined],
    ["respond-async, wait=10", true, 10_000],
    ["Wait=0", false, 0],
    ['wait="7"; respond-async', true, 7000],
    ["wait=soon", false, undefined],
    ["return=minimal", false, undefined],
  ])("%j means async %s and wait %s", (header, respondAsync, waitMs) => {
    expect(parsePrefer(header)).toEqual({ respondAsync, waitMs, heartbeat: false });
  });
});

it("a caller who has hung up is noticed though this process has not polled its socket since", async () => {
  const app = fastify();
  const client = new Socket();
  const hungUp = new Promise<boolean[]>((resolve) => {
    app.get("/", async (request, reply) => {
      const gone = toDisconnectSignal(reply);
      const before = await hasHungUp(request);
      client.destroy();
      resolve([before, gone.aborted, await hasHungUp(request)]);
      return reply.hijack();
    });
  });
  await app.listen({ port: 0, host: "127.0.0.1" });
  client.connect((app.server.address() as AddressInfo).port, "127.0.0.1");
  client.write("GET / HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
  expect(await hungUp).toEqual([false, false, true]);
  await app.close();
});
