// Tests what a line of the access log says of a request, and that nothing else can get into it.

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect } from "node:net";

import { afterEach, beforeEach, expect, test } from "vitest";

import { createLogger } from "../logging.ts";
import { buildFakeApp } from "../testing/fake-app.ts";
import type { FakeApp } from "../testing/fake-app.ts";

const secret = "obviously-fake-secret";
let lines: string[];
let fake: FakeApp;

beforeEach(async () => {
  lines = [];
  const destination = { write: (line: string) => void lines.push(line) };
  fake = await buildFakeApp(
    { JIMENG_API_KEYS: secret },
    { logger: createLogger("trace", destination) },
  );
});

afterEach(() => fake.close());

test("a line has the fixed fields and no others", async () => {
  const headers = { authorization: `Bearer ${secret}`, cookie: `sessionid=${secret}` };
  await fake.app.inject({ url: `/v1/jobs?limit=${secret}`, headers });
  expect(lines).toHaveLength(1);
  const line: unknown = JSON.parse(lines[0] ?? "");
  expect(line).toEqual({
    level: 30,
    time: expect.any(Number),
    reqId: expect.stringMatching(/^req_/),
    method: "GET",
    path: "/v1/jobs",
    status: 400,
    duration_ms: expect.any(Number),
    key_id: expect.stringMatching(/^key_/),
    msg: "request completed",
  });
});

test("no header, query, body or form field of a request is in its line", async () => {
  const headers = {
    authorization: `Bearer ${secret}`,
    "x-api-key": secret,
    cookie: secret,
    "user-agent": secret,
    referer: `http://localhost/?key=${secret}`,
    [secret]: secret,
  };
  const payload = { prompt: secret, session: secret, [secret]: secret };
  await fake.app.inject({ method: "POST", url: `/v1/videos?${secret}`, headers, payload });
  await fake.app.inject({ url: `/nowhere?sig=${secret}`, headers });
  expect(lines.filter((line) => line.includes("request completed"))).toHaveLength(2);
  expect(lines.join("")).not.toContain(secret);
});

test("of a proxy's URL the path alone is in the line, not its password", async () => {
  await fake.app.listen({ port: 0, host: "127.0.0.1" });
  const { port } = fake.app.server.address() as AddressInfo;
  const socket = connect(port, "127.0.0.1");
  const host = "host: localhost\r\nconnection: close";
  socket.end(`GET http://me:${secret}@localhost/healthz?${secret} HTTP/1.1\r\n${host}\r\n\r\n`);
  await once(socket.resume(), "close");
  expect(lines.join("")).toContain('"path":"/healthz"');
  expect(lines.join("")).not.toContain(secret);
});

test("the logger of one request adds its id to every line", async () => {
  fake.jobs.list = () => Promise.reject(new Error("a defect"));
  const headers = { authorization: `Bearer ${secret}` };
  const { headers: answered } = await fake.app.inject({ url: "/v1/jobs", headers });
  const ids = lines.map((line) => (JSON.parse(line) as { reqId?: string }).reqId);
  expect(ids).toEqual([answered["x-request-id"], answered["x-request-id"]]);
  expect(lines[0]).toContain("Request failed with a defect");
});
