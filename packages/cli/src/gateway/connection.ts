// The choice of the gateway that a command talks to: the address given, the one that runs, or one of its own.

import type { GatewayClient } from "@jimeng/gateway/api";

import type { Context } from "../context.ts";
import { connectToFolder } from "./folder-connection.ts";
import { connectToUrl } from "./url-connection.ts";

/** The options that choose the gateway. */
export interface ConnectionOptions {
  /** A gateway's address; its key comes from JIMENG_API_KEY. */
  url?: string;
  dataDir?: string;
}

/** How long to look for a gateway that went away. */
export interface ReconnectLimits {
  /** A time of `performance.now()`. */
  until: number;
  signal: AbortSignal;
}

/** A way to a gateway. */
export interface Connection {
  /** The client of the gateway in use; ask for it anew for every call, `reconnect` changes it. */
  readonly client: GatewayClient;
  /** True while the gateway runs in this process and ends with it. */
  readonly isOwn: boolean;
  /** True when the gateway is known to run on the built-in simulator, where nothing real is paid. */
  readonly isSimulated: boolean;
  /** True when it is the gateway of a data folder of this machine, whose address and key may change. */
  readonly isLocal: boolean;
  /** The gateway in words, for messages. */
  readonly place: string;
  /** Tells whether an error means that the gateway is away, or another one by now, and may be found again. */
  isLost(error: unknown): boolean;
  /**
   * Waits until the same gateway, or the next one on the same data folder, answers; once for all callers that lost the
   * same client. Throws `connection_failed` when none came back in time, and the signal's reason when aborted.
   */
  reconnect(lost: GatewayClient, limits: ReconnectLimits): Promise<void>;
  /** Stops the gateway of this process, if there is one. */
  close(): Promise<void>;
}

/**
 * Connects as the options and the environment say; starts a gateway in this process when none answers. With
 * `handsOver` that one ends as soon as `jimeng serve` wants its data folder, and `reconnect` finds the next.
 */
export async function connect(
  context: Context,
  options: ConnectionOptions,
  { handsOver = false }: { handsOver?: boolean } = {},
): Promise<Connection> {
  const url = options.url ?? context.environment["JIMENG_URL"];
  if (url !== undefined && url !== "") return connectToUrl(url, context);
  return await connectToFolder(context, options, handsOver);
}

/** Connects for one short piece of work and closes again. */
export async function withClient<Result>(
  context: Context,
  options: ConnectionOptions,
  work: (client: GatewayClient) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(context, options);
  try {
    return await work(connection.client);
  } finally {
    await connection.close();
  }
}
