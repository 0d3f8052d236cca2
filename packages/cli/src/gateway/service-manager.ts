// Tells systemd that the gateway is ready, lives and stops, where systemd asks for it (Type=notify, WatchdogSec). Node
// has no datagram sockets of the kind that systemd listens on: its own small program sends the words.

import { spawn } from "node:child_process";

import type { Environment } from "../context.ts";

/** The gateway's side of systemd's watch. */
export interface ServiceManager {
  ready(): void;
  /** Tells that the gateway stops, and ends the regular signs of life. */
  stopping(): void;
}

const microsecondsPerMillisecond = 1000;
// systemd advises to tell twice within the time it allows.
const signsPerTimeout = 2;

/** Makes the gateway's side; without NOTIFY_SOCKET it says nothing. */
export function createServiceManager(environment: Environment): ServiceManager {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: watchdog } = environment;
  if (socket === undefined || socket === "") {
    return { ready: () => undefined, stopping: () => undefined };
  }
  const tell = (state: string): void => {
    const program = spawn("systemd-notify", [state], {
      stdio: "ignore",
      env: { PATH: environment["PATH"], NOTIFY_SOCKET: socket },
    });
    // Without the program systemd learns nothing, and says so itself.
    program.on("error", () => undefined);
    program.unref();
  };
  const timeoutMs = Number(watchdog ?? 0) / microsecondsPerMillisecond;
  let timer: NodeJS.Timeout | undefined;
  return {
    ready() {
      tell("READY=1");
      if (!(timeoutMs > 0)) return;
      // A process that hangs runs no timers: systemd then restarts it, and its jobs go on.
      timer = setInterval(() => tell("WATCHDOG=1"), timeoutMs / signsPerTimeout);
      timer.unref();
    },
    stopping() {
      clearInterval(timer);
      tell("STOPPING=1");
    },
  };
}
