// Runs a server in the foreground: prints its banner, waits for Ctrl-C or SIGTERM, and closes it.

import { once } from "node:events";

import type { Interrupts } from "./interrupt.ts";
import type { Output } from "./output.ts";

/** Shows the banner, waits for the first interrupt, and closes; a second interrupt ends the process at once. */
export async function untilStopped(
  output: Output,
  banner: readonly string[],
  interrupts: Interrupts,
  close: () => Promise<void>,
): Promise<void> {
  for (const line of banner) output.result(line);
  const { signal } = interrupts;
  if (!signal.aborted) await once(signal, "abort");
  output.note(({ waiting }) => waiting.stopping);
  await close();
  interrupts.release();
}
