// Keeps a connection to PostgreSQL that listens on one channel, and makes it again whenever it breaks.

import type { Logger } from "@jimeng/sdk";
import pg from "pg";

/** What the connection works with. */
export interface ListenOptions {
  url: string;
  /** The name of PostgreSQL's channel. */
  channel: string;
  onNotification: (payload: string) => void;
  /** Called when notifications may have been missed: after a reconnect, and every second without a connection. */
  onGap: () => void;
  logger: Logger;
}

const reconnectMs = 1000;
// A connection that died silently is noticed by a query that gets no answer.
const probeEveryMs = 5000;
const probeTimeoutMs = 5000;

/** Connects and listens; throws when the first connection cannot be made. */
export async function openListenConnection(options: ListenOptions): Promise<ListenConnection> {
  const connection = new ListenConnection(options);
  await connection.open();
  return connection;
}

/** One listening connection, made again whenever it breaks. */
export class ListenConnection {
  readonly #options: ListenOptions;
  #client: pg.Client | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ListenOptions) {
    this.#options = options;
  }

  async open(): Promise<void> {
    const { url, channel, onNotification } = this.#options;
    const client = new pg.Client({
      connectionString: url,
      application_name: "jimeng-listen",
      keepAlive: true,
      query_timeout: probeTimeoutMs,
      connectionTimeoutMillis: probeTimeoutMs,
    });
    client.on("notification", ({ payload }) => onNotification(payload ?? ""));
    client.on("error", (error) => this.#onLost(client, error));
    client.on("end", () => this.#onLost(client, undefined));
    await client.connect();
    await client.query(`listen ${channel}`);
    this.#client = client;
    this.#setTimer(() => this.#probe(), probeEveryMs);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    await this.#client?.end().catch(() => undefined);
  }

  #setTimer(action: () => Promise<void>, delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void action(), delayMs);
    this.#timer.unref();
  }

  async #probe(): Promise<void> {
    const client = this.#client;
    if (client === undefined) return;
    try {
      await client.query("select 1");
      if (this.#client === client) this.#setTimer(() => this.#probe(), probeEveryMs);
    } catch (error) {
      this.#onLost(client, error);
    }
  }

  #onLost(client: pg.Client, error: unknown): void {
    if (this.#isClosed || client !== this.#client) return;
    this.#client = undefined;
    this.#options.logger.warn(
      { error: messageOf(error) },
      "Lost the connection for messages of other nodes, reading rows until it is back",
    );
    client.end().catch(() => undefined);
    this.#setTimer(() => this.#reconnect(), 0);
  }

  async #reconnect(): Promise<void> {
    const { logger, onGap } = this.#options;
    try {
      await this.open();
    } catch (error) {
      logger.debug({ error: messageOf(error) }, "Failed to reconnect for messages of other nodes");
      this.#setTimer(() => this.#reconnect(), reconnectMs);
    }
    onGap();
  }
}

function messageOf(error: unknown): string | undefined {
  return error instanceof Error ? error.message : undefined;
}
