// Chooses the gateway of a command: one at a given URL, a running one, or one in this process.

import type { GatewayClient } from "@jimeng/gateway/api";

import type { Context } from "../context.ts";
import { say } from "../words/words.ts";
import { CliError, hasCode, toFailure } from "../errors.ts";
import type { Connection, ConnectionOptions } from "./connection.ts";
import { connectToFolder } from "./folder-connection.ts";
import { connectToUrl } from "./url-connection.ts";

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

/** Runs work on an existing job; the error of an unknown id names the gateway that was asked. */
export async function withJobs<Result>(
  context: Context,
  options: ConnectionOptions,
  work: (jobs: GatewayClient["jobs"]) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(context, options);
  try {
    return await work(connection.client.jobs);
  } catch (error) {
    throw toUnknownJob(error, connection);
  } finally {
    await connection.close();
  }
}

/** Adds to a not-found error of a job which gateway was asked; returns every other error as it is. */
export function toUnknownJob(error: unknown, { isSimulated, place }: Connection): unknown {
  if (!hasCode(error, "not_found")) return error;
  return new CliError({
    ...toFailure(error),
    fix: (words) => words.gateway.unknownJobFix(say(place, words), isSimulated),
  });
}

/** Connects, runs one short piece of work and closes the connection. */
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
