// Finds the gateway again while a command has jobs there.

import type { GatewayClient } from "@jimeng/gateway/api";

import { CliError } from "../errors.ts";
import type { Connection } from "../gateway/connection.ts";
import { say } from "../words/words.ts";

/** The time to wait for a gateway that went away. */
export interface ReconnectSettings {
  /** In milliseconds. */
  reconnectMs: number;
  signal: AbortSignal;
}

/** Waits for a gateway that is gone since `lostAt`, a time of `performance.now()`. Throws `connection_failed` when it stays away, and the signal's reason. */
export async function reconnect(
  connection: Connection,
  lost: GatewayClient,
  { lostAt, reconnectMs, signal }: ReconnectSettings & { lostAt: number },
): Promise<void> {
  const { place } = connection;
  const until = lostAt + reconnectMs;
  try {
    if (performance.now() < until) return await connection.reconnect(lost, { until, signal });
  } catch (error) {
    if (signal.aborted || !connection.isLost(error)) throw error;
  }
  throw new CliError({
    code: "connection_failed",
    message: (words) => words.waiting.staysAway(say(place, words), Math.round(reconnectMs / 1000)),
    fix: (words) => words.waiting.staysAwayFix,
  });
}
