// A receiver of webhooks that a test can tell how to answer. Imported by tests only.

import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

/** A message as it arrived. */
export interface ReceivedMessage {
  headers: IncomingHttpHeaders;
  text: string;
  body: { id: string; type: string; data: Record<string, unknown> };
}

/** How a message is answered. */
export interface ReceiverAnswer {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** A receiver on a loopback port. */
export interface Receiver {
  url: string;
  received: ReceivedMessage[];
  /** Decides the answers from now on; by default 204. */
  answerWith(answer: (message: ReceivedMessage) => ReceiverAnswer | Promise<ReceiverAnswer>): void;
  /** Waits until so many messages have come. */
  waitFor(count: number): Promise<ReceivedMessage[]>;
  close(): Promise<void>;
}

/** Starts a receiver. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedMessage[] = [];
  const waiting = new Set<() => void>();
  let decide: Parameters<Receiver["answerWith"]>[0] = () => ({});
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const text = Buffer.concat(chunks).toString();
      const message: ReceivedMessage = {
        headers: request.headers,
        text,
        body: JSON.parse(text) as ReceivedMessage["body"],
      };
      received.push(message);
      for (const wake of waiting) wake();
      void (async () => {
        const { status = 204, headers, body } = await decide(message);
        response.writeHead(status, headers).end(body);
      })();
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    answerWith: (answer) => (decide = answer),
    async waitFor(count) {
      while (received.length < count) {
        await new Promise<void>((resolve) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
        });
      }
      return received;
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
