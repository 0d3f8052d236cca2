// Answers what Node's HTTP parser refuses before there is a request: broken, too long or too slow.

import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Socket } from "node:net";

import { JimengError } from "@jimeng/sdk";

import { http } from "../storage/node-http.ts";
import { toErrorReply } from "./error-reply.ts";

const problems: Readonly<Record<string, { status: number; message: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, message: "The request's headers are too long." },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, message: "The request did not come to an end in time." },
};
const unreadable = { status: 400, message: "The request is not HTTP that can be read." };
const unexpected = { status: 417, message: "The Expect header asks for what is not offered." };

/** Answers what Node's parser refused and ends the connection; for fastify's `clientErrorHandler`. */
export function answerClientError(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === "ECONNRESET" || socket.destroyed) return;
  const { status, headers, text } = toAnswer(problems[error.code ?? ""] ?? unreadable);
  // A second answer must not follow one that has begun; Node's own handler reads the same field.
  const { _httpMessage: begun } = socket as { _httpMessage?: { headersSent: boolean } };
  if (socket.writable && begun?.headersSent !== true) {
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    socket.write(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\n${lines.join("")}\r\n${text}`);
  }
  socket.destroySoon();
}

/** Answers an `Expect` header that Node does not know; Node itself would answer without a body. */
export function answerExpectations(server: Server): void {
  server.on("checkExpectation", (_request: IncomingMessage, response: ServerResponse) => {
    const { status, headers, text } = toAnswer(unexpected);
    response.writeHead(status, headers).end(text);
  });
}

function toAnswer({ status, message }: { status: number; message: string }) {
  const requestId = `req_${randomUUID()}`;
  const error = new JimengError("invalid_request", message, {
    charged: "no",
    fix: "Check the client or the proxy in front; nothing was started.",
  });
  const { headers, body } = toErrorReply(error, { requestId });
  const text = JSON.stringify(body);
  return {
    status,
    text,
    headers: {
      ...headers,
      "x-request-id": requestId,
      "content-type": "application/json; charset=utf-8",
      "content-length": String(Buffer.byteLength(text)),
      connection: "close",
    },
  };
}
