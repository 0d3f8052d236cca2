// Serves MCP over the standard streams of this process, until the host closes them. Nothing but messages is written to
// the output.

import type { Readable, Writable } from "node:stream";

import type { JSONRPCMessage } from "@modelcontextprotocol/server";
import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";

import type { Face } from "../face.ts";
import type { GatewayAccess } from "../gateway-access.ts";
import { LocalFiles } from "../references/local-files.ts";
import type { LocalFolders } from "../references/local-files.ts";
import { Spending } from "../spending/spending.ts";
import type { SpendingLimits } from "../spending/spending.ts";
import { LatestCalls } from "../waiting/latest-calls.ts";
import { Deliveries } from "./deliveries.ts";
import { buildServer } from "./server.ts";

/** What a process serves. */
export interface StdioOptions {
  gateway: GatewayAccess;
  version: string;
  limits: SpendingLimits;
  folders: LocalFolders;
  input: Readable;
  output: Writable;
  /** Ends the serving. */
  signal: AbortSignal;
  /** Told of messages that could not be read, and the like. */
  onError(error: Error): void;
}

const progressEveryMs = 10_000;
// Arguments are refused far below; a larger message is read to its end so that it can be answered.
const maxMessageBytes = 64 * 1024 * 1024;

/** Serves until the host closes the input or the signal fires. */
export async function serveOverStdio(options: StdioOptions): Promise<void> {
  const { gateway, version, limits, folders, input, output, signal, onError } = options;
  const deliveries = new Deliveries();
  const closing = new AbortController();
  const face: Face = {
    transport: "stdio",
    gateway,
    caller: "local",
    spending: new Spending(limits, null),
    calls: new LatestCalls(),
    localFiles: new LocalFiles(folders),
    shownAddress: (url) => url,
    progressEveryMs,
    closing: closing.signal,
    onDelivered: (id, callback) => deliveries.add(id, callback),
  };
  const transport = new TrackedTransport(input, output, deliveries);
  const ended = new Promise<void>((resolve) => {
    transport.onEnd = resolve;
    signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const handle = serveStdio(({ era }) => buildServer(face, { version, era }), {
    transport,
    onerror: onError,
  });
  await ended;
  closing.abort();
  await handle.close();
}

/** The transport of the standard streams, which tells what was written and when it ended. */
class TrackedTransport extends StdioServerTransport {
  readonly #deliveries: Deliveries;
  onEnd: () => void = () => undefined;

  constructor(input: Readable, output: Writable, deliveries: Deliveries) {
    super(input, output, { maxBufferSize: maxMessageBytes });
    this.#deliveries = deliveries;
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    await super.send(message);
    this.#deliveries.written(message);
  }

  override async close(): Promise<void> {
    await super.close();
    this.onEnd();
  }
}
