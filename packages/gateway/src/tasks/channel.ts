// The talk between nodes: small messages over PostgreSQL's LISTEN and NOTIFY on one channel. A message is a hint,
// never the truth: rows are.

import type { Logger } from "@jimeng/sdk";
import pg from "pg";
import type { Pool } from "pg";

/** Says that something happened to a job. */
export interface JobNews {
  kind: "job";
  jobId: string;
  name: string;
  /** The row's version after it. */
  version: number;
  /** The ids of the pictures that landed with it. */
  assets?: string[];
}

/** Asks whoever watches the account to watch this job too. */
export interface WatchNews {
  kind: "watch";
  account: string;
  jobId: string;
}

/** Says that there is more queued work than the sender can take. */
export interface WorkNews {
  kind: "work";
}

/** Asks the processes of waiting connections which of these still wait (jobs/waiters.ts). */
export interface WaitingNews {
  kind: "waiting?";
  question: string;
  names: string[];
}

/** Answers for one process. */
export interface WaitsNews {
  kind: "waits";
  question: string;
  process: string;
  names: string[];
}

/** One message. */
export type News = JobNews | WatchNews | WorkNews | WaitingNews | WaitsNews;

/** Sends and hears messages. */
export interface Channel {
  /** Sends to the other nodes, soon: what is sent at one moment goes together. */
  send(news: News): void;
  /** Adds a listener for the messages of other nodes. */
  listen(listener: (news: News) => void): void;
  /** Adds a listener that is told to look at the rows: after a reconnect, and every second without a connection. */
  onGap(listener: () => void): void;
  /** Waits until everything sent has left. */
  flush(): Promise<void>;
  close(): Promise<void>;
}

const channelName = "jimeng";
// PostgreSQL refuses payloads of 8000 bytes and more.
const largestPayloadBytes = 7500;
const reconnectMs = 1000;
// A connection that died silently is noticed by a question that gets no answer.
const probeEveryMs = 5000;
const probeTimeoutMs = 5000;

/** Opens the channel; throws when the first connection cannot be made. */
export async function openChannel(options: {
  url: string;
  pool: Pool;
  /** Tells this node's messages from the others'. */
  node: string;
  logger: Logger;
}): Promise<Channel> {
  const { url, pool, node, logger } = options;
  const listeners: ((news: News) => void)[] = [];
  const gapListeners: (() => void)[] = [];
  let outbox: News[] = [];
  let sending: Promise<void> | undefined;
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function connect(): Promise<void> {
    const next = new pg.Client({
      connectionString: url,
      application_name: "jimeng-listen",
      keepAlive: true,
      query_timeout: probeTimeoutMs,
      connectionTimeoutMillis: probeTimeoutMs,
    });
    next.on("notification", ({ payload }) => hear(payload ?? ""));
    next.on("error", (error) => lose(next, error));
    next.on("end", () => lose(next, undefined));
    await next.connect();
    await next.query(`listen ${channelName}`);
    client = next;
    plan(probe, probeEveryMs);
  }

  function plan(step: () => Promise<void>, delayMs: number): void {
    clearTimeout(timer);
    if (closed) return;
    timer = setTimeout(() => void step(), delayMs);
    timer.unref();
  }

  async function probe(): Promise<void> {
    const asked = client;
    try {
      await asked?.query("select 1");
      if (client === asked && asked !== undefined) plan(probe, probeEveryMs);
    } catch (error) {
      if (asked !== undefined) lose(asked, error);
    }
  }

  function lose(lost: pg.Client, error: unknown): void {
    if (closed || lost !== client) return;
    client = undefined;
    logger.warn(
      { error: error instanceof Error ? error.message : undefined },
      "The connection that hears the other nodes broke; the rows are polled until it is back.",
    );
    lost.end().catch(() => undefined);
    plan(reconnect, 0);
  }

  async function reconnect(): Promise<void> {
    try {
      await connect();
    } catch (error) {
      logger.debug(
        { error: error instanceof Error ? error.message : undefined },
        "The other nodes cannot be heard yet.",
      );
      plan(reconnect, reconnectMs);
    }
    // Whatever was said meanwhile was not heard.
    for (const listener of gapListeners) listener();
  }

  function hear(payload: string): void {
    const { from, news } = JSON.parse(payload) as { from: string; news: News[] };
    if (from === node) return;
    for (const one of news) for (const listener of listeners) listener(one);
  }

  async function sendAll(): Promise<void> {
    while (outbox.length > 0) {
      // One turn of the event loop lets everything that happened now go together.
      await new Promise((resolve) => setImmediate(resolve));
      const payloads = toPayloads(node, outbox);
      outbox = [];
      try {
        await pool.query("select pg_notify($1, payload) from unnest($2::text[]) as payload", [
          channelName,
          payloads,
        ]);
      } catch (error) {
        // The others find the same in the rows, later.
        logger.warn(
          { error: error instanceof Error ? error.message : undefined },
          "The other nodes could not be told.",
        );
      }
    }
  }

  await connect();
  return {
    send(news) {
      if (closed) return;
      outbox.push(news);
      sending ??= sendAll().finally(() => (sending = undefined));
    },
    listen: (listener) => void listeners.push(listener),
    onGap: (listener) => void gapListeners.push(listener),
    async flush() {
      await sending;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await sending;
      await client?.end().catch(() => undefined);
    },
  };
}

/** Packs messages into as few payloads as their sizes allow; exported for its test. */
export function toPayloads(node: string, news: News[]): string[] {
  const payloads: string[] = [];
  let group: News[] = [];
  let bytes = 0;
  for (const one of news) {
    const size = Buffer.byteLength(JSON.stringify(one)) + 1;
    if (group.length > 0 && bytes + size > largestPayloadBytes) {
      payloads.push(JSON.stringify({ from: node, news: group }));
      group = [];
      bytes = 0;
    }
    group.push(one);
    bytes += size;
  }
  if (group.length > 0) payloads.push(JSON.stringify({ from: node, news: group }));
  return payloads;
}
