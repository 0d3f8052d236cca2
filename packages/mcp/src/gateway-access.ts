// The way to the gateway of a caller.

import type { GatewayClient } from "@jimeng/gateway/api/client";

/** The way to the gateway, which may go away and come back elsewhere. */
export interface GatewayAccess {
  /** The client in use; read it again for every call. */
  readonly client: GatewayClient;
  /** Waits for a gateway that is away; returns false where the error means something else. */
  recover(lost: GatewayClient, error: unknown, signal: AbortSignal): Promise<boolean>;
}
