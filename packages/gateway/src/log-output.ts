// Writes log lines to a file descriptor, many lines in one write: those of one turn of the event loop together. What is
// still held when the process exits, also after an uncaught error, is written before it ends.

import { writeSync } from "node:fs";

/** A destination of log lines. */
export interface LogOutput {
  /** Takes lines; they are written at the end of this turn of the event loop. */
  write(lines: string): void;
  /** Writes what is held, now; pino calls it after a fatal line. */
  flushSync(): void;
}

const standardOutput = 1;
// More is written at once: a turn that logs without end must not hold it all.
const mostHeldCharacters = 256 * 1024;
// A reader of a pipe that is full for so long is taken to be gone; the lines that wait for it are lost, not the gateway.
const patienceMs = 2000;
const retryMs = 5;

/** Makes the output of a file descriptor, by default standard output. */
export function createLogOutput(
  descriptor: number = standardOutput,
  write: (descriptor: number, bytes: Uint8Array) => number = writeSync,
): LogOutput {
  let held = "";
  let isScheduled = false;
  let isKnownAtExit = false;

  function flushSync(): void {
    isScheduled = false;
    if (held === "") return;
    const bytes = Buffer.from(held);
    held = "";
    writeAll(bytes, (part) => write(descriptor, part));
  }

  return {
    flushSync,
    write(lines) {
      held += lines;
      if (held.length > mostHeldCharacters) flushSync();
      else if (!isScheduled) {
        isScheduled = true;
        setImmediate(flushSync);
      }
      if (isKnownAtExit) return;
      isKnownAtExit = true;
      process.once("exit", flushSync);
    },
  };
}

/** Writes all bytes. A disk that is full or a reader that went away costs the lines: a log must not end the gateway. */
function writeAll(bytes: Uint8Array, write: (part: Uint8Array) => number): void {
  const waitsUntil = performance.now() + patienceMs;
  let rest = bytes;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(write(rest));
    } catch (error) {
      if (!isBusy(error) || performance.now() > waitsUntil) return;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, retryMs);
    }
  }
}

/** Tells whether a pipe is only full for the moment. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EAGAIN";
}
