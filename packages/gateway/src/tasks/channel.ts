// Carries messages between nodes over PostgreSQL's LISTEN and NOTIFY. A message is a hint; only rows are the truth.

import type { Logger } from "@jimeng/sdk";
import type { Pool } from "pg";

import { openListenConnection } from "./listen-connection.ts";
import type { ListenConnection } from "./listen-connection.ts";

declare const payloadType: unique symbol;

/** A kind of message, declared by whoever sends and reads it. */
export interface Topic<Payload> {
  readonly name: string;
  /** Carries the payload's type; no value has it. */
  readonly [payloadType]?: Payload;
}

/** Sends messages to the other nodes and receives theirs. */
export interface Channel {
  /** Sends a message to the other nodes, soon: messages of one moment go together. */
  emit<Payload>(topic: Topic<Payload>, payload: Payload): void;
  /** Adds a handler for the messages of a topic that other nodes send. */
  onMessage<Payload>(topic: Topic<Payload>, handler: (payload: Payload) => void): void;
  /** Adds a handler for missed messages, which reads the rows: after a reconnect, and every second without a connection. */
  onGap(handler: () => void): void;
  /** Waits until every message has left. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** A message as it is sent. */
export interface Message {
  topic: string;
  payload: unknown;
}

/** What the channel works with. */
export interface ChannelOptions {
  url: string;
  pool: Pool;
  /** The name of this node: its own messages are ignored. */
  node: string;
  logger: Logger;
}

const channelName = "jimeng_messages";
// PostgreSQL refuses payloads of 8000 bytes and more.
const maxPayloadBytes = 7500;
const maxLoggedChars = 200;

/** Opens the channel; throws when the first connection cannot be made. */
export async function openChannel(options: ChannelOptions): Promise<Channel> {
  const channel = new PostgresChannel(options);
  await channel.open();
  return channel;
}

class PostgresChannel implements Channel {
  readonly #options: ChannelOptions;
  readonly #handlers = new Map<string, ((payload: unknown) => void)[]>();
  readonly #gapHandlers: (() => void)[] = [];
  #connection: ListenConnection | undefined;
  #outbox: Message[] = [];
  #sending: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ChannelOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    this.#connection = await openListenConnection({
      url: this.#options.url,
      logger: this.#options.logger,
      channel: channelName,
      onNotification: (payload) => this.#receive(payload),
      onGap: () => {
        for (const handler of this.#gapHandlers) handler();
      },
    });
  }

  emit<Payload>(topic: Topic<Payload>, payload: Payload): void {
    if (this.#isClosed) return;
    this.#outbox.push({ topic: topic.name, payload });
    this.#sending ??= this.#sendAll().finally(() => (this.#sending = undefined));
  }

  onMessage<Payload>(topic: Topic<Payload>, handler: (payload: Payload) => void): void {
    const handlers = this.#handlers.get(topic.name) ?? [];
    // Only `emit` with this topic sends such messages, so their payloads have its type.
    handlers.push(handler as (payload: unknown) => void);
    this.#handlers.set(topic.name, handlers);
  }

  onGap(handler: () => void): void {
    this.#gapHandlers.push(handler);
  }

  async flush(): Promise<void> {
    await this.#sending;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#sending;
    await this.#connection?.close();
  }

  #receive(payload: string): void {
    const { node, logger } = this.#options;
    let received: { from: string; messages: Message[] };
    try {
      received = JSON.parse(payload) as typeof received;
    } catch {
      // Whoever may log in to the database may notify.
      logger.warn({ payload: payload.slice(0, maxLoggedChars) }, "Ignored an unreadable message");
      return;
    }
    if (received.from === node) return;
    for (const message of received.messages) {
      for (const handler of this.#handlers.get(message.topic) ?? []) handler(message.payload);
    }
  }

  async #sendAll(): Promise<void> {
    const { node, pool, logger } = this.#options;
    while (this.#outbox.length > 0) {
      // One turn of the event loop lets everything that happened now go together.
      await new Promise((resolve) => setImmediate(resolve));
      const payloads = toPayloads(node, this.#outbox);
      this.#outbox = [];
      try {
        await pool.query("select pg_notify($1, payload) from unnest($2::text[]) as payload", [
          channelName,
          payloads,
        ]);
      } catch (error) {
        // The others find the same in the rows, later.
        logger.warn(
          { error: error instanceof Error ? error.message : undefined },
          "Failed to send messages to other nodes",
        );
      }
    }
  }
}

/** Packs messages into as few payloads as their sizes allow; exported for its test. */
export function toPayloads(node: string, messages: Message[]): string[] {
  const payloads: string[] = [];
  let group: Message[] = [];
  let bytes = 0;
  for (const message of messages) {
    const size = Buffer.byteLength(JSON.stringify(message)) + 1;
    if (group.length > 0 && bytes + size > maxPayloadBytes) {
      payloads.push(JSON.stringify({ from: node, messages: group }));
      group = [];
      bytes = 0;
    }
    group.push(message);
    bytes += size;
  }
  if (group.length > 0) payloads.push(JSON.stringify({ from: node, messages: group }));
  return payloads;
}
