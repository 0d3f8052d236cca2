// Tests that a closing server does not wait for connections without a request, and briefly for the others.

import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { connect } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { once } from "node:events";

import { expect, it } from "vitest";

import { trackAnswers, trackConnections } from "./connections.ts";

async function listen(handler: RequestListener) {
  const server = createServer(handler);
  const endAll = trackConnections(server);
  const drain = trackAnswers(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const open = async (): Promise<Socket> => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
    socket.on("error", () => undefined);
    await once(socket, "connect");
    return socket;
  };
  return { server, endAll, drain, open };
}

it("a connection opened in advance does not hold the server", async () => {
  const { server, endAll, open } = await listen(() => undefined);
  const connected = once(server, "connection");
  const socket = await open();
  await connected;
  endAll();
  server.close();
  await once(server, "close");
  await once(socket, "close");
});

it("a kept-alive connection goes as soon as its last answer is out", async () => {
  let answer: (() => void) | undefined;
  const { server, endAll, open } = await listen((_request, response) => {
    answer = () => response.end("done");
  });
  const socket = await open();
  const asked = once(server, "request");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked;
  endAll();
  server.close();
  answer?.();
  const [text] = (await once(socket, "data")) as [Buffer];
  expect(text.toString()).toContain("done");
  await once(server, "close");
});

it("a draining server takes no connection, answers those it has, and ends them", async () => {
  let answer: (() => void) | undefined;
  const { server, drain, open } = await listen((_request, response) => {
    answer = () => response.end("done");
  });
  const socket = await open();
  const asked = once(server, "request");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked;
  const { port } = server.address() as AddressInfo;
  let isDrained = false;
  const drained = drain(60_000).then(() => (isDrained = true));
  const refused = connect(port, "127.0.0.1");
  await once(refused, "error");
  expect(isDrained).toBe(false);
  const closed = once(socket, "end");
  socket.resume();
  answer?.();
  await drained;
  await closed;
});

it("a draining server waits no longer than it is told", async () => {
  const { server, endAll, drain, open } = await listen(() => undefined);
  const socket = await open();
  const asked = once(server, "request");
  socket.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
  await asked;
  await drain(10);
  endAll();
  socket.destroy();
  await once(server, "close");
});
