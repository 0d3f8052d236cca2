// Sends progress notifications for one call: strictly increasing, out of 100, at least every few seconds.

import type { ToolCall } from "../tools/tool.ts";

/** The progress of one call. */
export interface Progress {
  /** Tells how far it is, and what happens. */
  tell(percent: number, message: string): void;
  /** Sends nothing more. */
  stop(): void;
}

const total = 100;
const highestOpen = 99;
const step = 0.01;

/** Begins to send progress; a host that gave no token is sent nothing. */
export function startProgress({ context, face, signal }: ToolCall): Progress {
  const token = context.mcpReq._meta?.progressToken;
  if (token === undefined) return { tell: () => undefined, stop: () => undefined };
  let sent = 0;
  let last = { percent: 0, message: "started" };
  let isOver = false;
  const send = (): void => {
    if (isOver || signal.aborted) return;
    sent = Math.min(highestOpen, Math.max(sent + step, last.percent));
    const params = { progressToken: token, progress: sent, total, message: last.message };
    // A host that is gone is noticed by the call itself.
    context.mcpReq.notify({ method: "notifications/progress", params }).catch(() => undefined);
  };
  const timer = setInterval(send, face.progressEveryMs);
  return {
    tell(percent, message) {
      last = { percent, message };
      send();
    },
    stop() {
      isOver = true;
      clearInterval(timer);
    },
  };
}
