// Tests that a body which no route reads is not read to its end.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";

import { afterAll, beforeAll, expect, test } from "vitest";

import { buildFakeApp } from "../../testing/fake-app.ts";
import type { FakeApp } from "../../testing/fake-app.ts";

let fake: FakeApp;
beforeAll(async () => {
  fake = await buildFakeApp({ JIMENG_API_KEYS: "obviously-fake-setting-key" });
  await fake.app.listen({ port: 0, host: "127.0.0.1" });
});
afterAll(() => fake.close());

/** Sends the head of a request and a part of its body, and returns the answer's head once it is there. */
async function begin(request: string, type: string, length: number) {
  const socket = connect((fake.app.server.address() as AddressInfo).port, "127.0.0.1");
  socket.on("error", () => undefined);
  const fields = `Host: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${length}`;
  socket.write(`${request} HTTP/1.1\r\n${fields}\r\n\r\n begun`);
  const [answer] = (await once(socket, "data")) as [Buffer];
  return { head: String(answer).toLowerCase(), socket };
}

test.each([
  ["POST /nowhere", "application/octet-stream", 404],
  ["POST /v1/sign-in", "text/plain", 415],
  ["GET /healthz", "application/octet-stream", 200],
  ["GET /nowhere", "application/octet-stream", 404],
  ["POST /v1/jobs", "application/json", 401],
])("a large one is cut after the answer: %s with %s is %i", async (request, type, status) => {
  const { head, socket } = await begin(request, type, 5_000_000_000);
  expect(head).toContain(`http/1.1 ${status} `);
  expect(head).toContain("connection: close");
  if (!socket.closed) await once(socket, "close");
});

test("a small one at a wrong path leaves the connection as it is", async () => {
  const { head, socket } = await begin("POST /nowhere", "application/octet-stream", 100);
  expect(head).not.toContain("connection: close");
  socket.destroy();
});
