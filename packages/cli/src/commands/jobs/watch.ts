// Keeps a list of jobs up to date on a terminal: `jimeng jobs --watch`. Elsewhere it prints the list at every change.

import { setTimeout as sleep } from "node:timers/promises";

import type { GatewayClient, JobObject } from "@jimeng/gateway/api";

import type { Context } from "../../context.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { listenForInterrupts } from "../../terminal/interrupt.ts";

// Progress moves on without being an event.
const redrawMs = 2000;

/** Prints a list again and again until Ctrl-C. */
export async function watchJobs(
  context: Context,
  options: ConnectionOptions,
  list: (client: GatewayClient, signal: AbortSignal) => Promise<readonly JobObject[]>,
  print: (jobs: readonly JobObject[]) => void,
): Promise<void> {
  const { signal, release } = listenForInterrupts();
  try {
    await withClient(context, options, async (client) => {
      let last = "";
      while (!signal.aborted) {
        const jobs = await list(client, signal);
        const seen = JSON.stringify(
          jobs.map(({ id, status, phase, queue }) => [id, status, phase, queue]),
        );
        if (context.output.clear() || seen !== last) print(jobs);
        last = seen;
        await sleep(redrawMs, undefined, { signal });
      }
    });
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    release();
  }
}
