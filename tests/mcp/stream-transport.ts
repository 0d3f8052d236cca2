// Connects an MCP client to a server in this process over a pair of streams, as a host does over the standard streams of
// a process that it started.
import { PassThrough } from "node:stream";
import type { Readable, Writable } from "node:stream";

/** A message of the protocol. */
export type Message = Record<string, unknown>;

/** One line of JSON per message, both ways: what both generations of the client SDK take as their transport. */
export class StreamTransport {
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: never) => void;
  readonly #input: Readable;
  readonly #output: Writable;
  #rest = "";

  constructor(input: Readable, output: Writable) {
    this.#input = input;
    this.#output = output;
  }

  start(): Promise<void> {
    this.#input.setEncoding("utf8").on("data", (text: string) => {
      const lines = (this.#rest + text).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.onmessage?.(JSON.parse(line) as never);
    });
    return Promise.resolve();
  }

  send(message: unknown): Promise<void> {
    this.#output.write(`${JSON.stringify(message)}\n`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    this.#output.end();
    this.onclose?.();
    return Promise.resolve();
  }
}

/** Two streams: what the host writes, and what it reads. */
export function pipes(): { toServer: PassThrough; toHost: PassThrough } {
  return { toServer: new PassThrough(), toHost: new PassThrough() };
}
