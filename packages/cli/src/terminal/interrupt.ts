// Handles Ctrl-C and SIGTERM: the first asks to stop, the second ends the process at once.

import { constants } from "node:os";

const signals = ["SIGINT", "SIGTERM"] as const;
type StopSignal = (typeof signals)[number];

/** Listens until `release`; `signal` fires at the first interrupt. */
export interface Interrupts {
  signal: AbortSignal;
  /** Returns 128 plus the number of the signal that came (130 for Ctrl-C). */
  exitCode(): number;
  /** Returns the signal that came first; null before. */
  first(): StopSignal | null;
  /** Restores the process's usual behaviour. */
  release(): void;
}

/** Installs handlers of Ctrl-C and SIGTERM. */
export function listenForInterrupts(): Interrupts {
  const controller = new AbortController();
  let exitCode = 0;
  let first: StopSignal | null = null;

  const handlers = signals.map((name) => {
    const handler = (): void => {
      exitCode = exitCodeOfSignal(name);
      first ??= name;
      if (controller.signal.aborted) process.exit(exitCode);
      controller.abort();
    };
    process.on(name, handler);
    return { name, handler };
  });

  return {
    signal: controller.signal,
    exitCode: () => exitCode,
    first: () => first,
    release() {
      for (const { name, handler } of handlers) process.off(name, handler);
    },
  };
}

function exitCodeOfSignal(name: StopSignal): number {
  return 128 + constants.signals[name];
}
