// Starts jobs exactly once, also when the connection breaks meanwhile.

import { randomUUID } from "node:crypto";

import type { CreateOptions, GatewayClient, JobBodyInput } from "@jimeng/gateway/api";

import {
  CliError,
  hasCode,
  isConnectionLoss,
  isGatewayUnreachable,
  toFailure,
  toStartFailure,
} from "../errors.ts";
import type { Connection } from "../gateway/connection.ts";
import { reconnect } from "./reconnect.ts";
import type { ReconnectSettings } from "./reconnect.ts";

/** What a command starts. */
export interface Generation<Body> {
  /** Uploads the references and builds the request; nothing is paid. */
  prepare(client: GatewayClient): Promise<Body>;
  /** Sends the request and returns the ids of its jobs. */
  start(client: GatewayClient, body: Body, options: CreateOptions): Promise<string[]>;
  /** Builds the body of the estimate for `--dry-run`; absent for commands without it. */
  estimateBody?(client: GatewayClient): Promise<JobBodyInput>;
}

/**
 * Starts the jobs and returns their ids. The request carries an idempotency key: when the connection breaks it is
 * sent again and answered with the same jobs. Every failure has `charged` as far as it is known.
 */
export async function startJobs<Body>(
  connection: Connection,
  generation: Generation<Body>,
  settings: ReconnectSettings,
): Promise<string[]> {
  const body = await prepare(connection, generation, settings);
  const idempotencyKey = randomUUID();
  let wasSent = false;
  try {
    return await persist(connection, settings, {
      run: (client) => generation.start(client, body, { idempotencyKey }),
      mayRepeat(error) {
        if (connection.isLocal && hasCode(error, "unauthorized")) return true;
        if (!isConnectionLoss(error)) return false;
        wasSent ||= !isGatewayUnreachable(error);
        return wasSent || connection.isLocal;
      },
    });
  } catch (error) {
    if (settings.signal.aborted) throw error;
    throw new CliError(toStartFailure(error, wasSent));
  }
}

async function prepare<Body>(
  connection: Connection,
  generation: Generation<Body>,
  settings: ReconnectSettings,
): Promise<Body> {
  try {
    return await persist(connection, settings, {
      run: (client) => generation.prepare(client),
      mayRepeat: (error) => connection.isLocal && connection.isLost(error),
    });
  } catch (error) {
    if (settings.signal.aborted) throw error;
    throw new CliError({ ...toFailure(error), charged: "no" });
  }
}

/** Runs work, and again each time the gateway comes back. */
export async function persist<Result>(
  connection: Connection,
  settings: ReconnectSettings,
  work: {
    run: (client: GatewayClient) => Promise<Result>;
    mayRepeat: (error: unknown) => boolean;
  },
): Promise<Result> {
  let lostAt: number | undefined;
  for (;;) {
    const { client } = connection;
    try {
      return await work.run(client);
    } catch (error) {
      if (!work.mayRepeat(error)) throw error;
      lostAt ??= performance.now();
      await reconnect(connection, client, { ...settings, lostAt });
    }
  }
}
