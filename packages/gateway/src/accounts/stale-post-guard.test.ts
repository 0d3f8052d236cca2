// Tests that a post whose connection was made too late never reaches its server.

import { once } from "node:events";
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

import { Agent, buildConnector, fetch } from "undici";
import type { Dispatcher } from "undici";
import { afterEach, beforeEach, expect, it } from "vitest";

import { rejectStalePosts } from "./stale-post-guard.ts";

const limitMs = 200;

let server: Server;
let received: number;
let dispatcher: Dispatcher;
beforeEach(async () => {
  received = 0;
  server = createServer((_request, response) => {
    received += 1;
    response.end("{}");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(async () => {
  await dispatcher.close();
  server.closeAllConnections();
  server.close();
});

/** Posts over a connection that is made after so many milliseconds. */
function post(connectMs: number): ReturnType<typeof fetch> {
  const connect = buildConnector({});
  const agent = new Agent({
    pipelining: 0,
    connect: (options, callback) => setTimeout(() => connect(options, callback), connectMs),
  });
  dispatcher = rejectStalePosts(agent, limitMs);
  const { port } = server.address() as AddressInfo;
  return fetch(`http://127.0.0.1:${port}/`, { method: "POST", body: "{}", dispatcher });
}

it("a post in time is sent, and answered", async () => {
  const answer = await post(0);
  expect(await answer.json()).toEqual({});
  expect(received).toBe(1);
});

it("a post whose connection is made too late is surely not sent", async () => {
  await expect(post(limitMs + 100)).rejects.toMatchObject({
    cause: { code: "UND_ERR_CONNECT_TIMEOUT" },
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(received).toBe(0);
});
