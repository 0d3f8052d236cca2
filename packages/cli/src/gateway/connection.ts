// The interface of a connection to a gateway, which can reconnect when the gateway goes away.

import type { GatewayClient } from "@jimeng/gateway/api";

import type { Text } from "../words/words.ts";

/** The options that choose the gateway. */
export interface ConnectionOptions {
  /** A gateway's address; its key comes from JIMENG_API_KEY. */
  url?: string;
  dataDir?: string;
  /** The gateway must be that of the accounts, also while there is none yet. */
  forAccounts?: boolean;
}

/** The time to wait for a gateway that went away. */
export interface ReconnectLimits {
  /** A time of `performance.now()`. */
  until: number;
  signal: AbortSignal;
}

/** A connection to a gateway. */
export interface Connection {
  /** The client of the gateway in use; read it again for every call, since `reconnect` changes it. */
  readonly client: GatewayClient;
  /** True while the gateway runs in this process and ends with it. */
  readonly isOwn: boolean;
  /** True when the gateway is known to run on the built-in simulator, where nothing real is paid. */
  readonly isSimulated: boolean;
  /** True when it is the gateway of a data folder of this machine, whose address and key may change. */
  readonly isLocal: boolean;
  /** The gateway in words, for messages. */
  readonly place: Text;
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
