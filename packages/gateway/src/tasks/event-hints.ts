// Carries hints of new events to the readers of the log on other nodes.

import type { EventLog } from "../events/event-log.ts";
import type { Clock, Timer } from "../clock.ts";
import type { Topic } from "./channel.ts";
import type { ClusterNode } from "./tasks.ts";

const hints: Topic<null> = { name: "events" };

// What happens within so many milliseconds is one hint.
const gatherMs = 50;

/** Connects the log of this node with those of the others until it is closed; alone there is nothing to do. */
export function shareEventHints(
  log: Pick<EventLog, "hint" | "onHint">,
  cluster: ClusterNode | null,
  clock: Clock,
): { close(): void } {
  if (cluster === null) return { close: () => undefined };
  const { channel } = cluster;
  let timer: Timer | undefined;
  let isFromElsewhere = false;
  const forget = log.onHint(() => {
    if (isFromElsewhere) return;
    timer ??= clock.setTimer(() => {
      timer = undefined;
      channel.emit(hints, null);
    }, gatherMs);
  });
  const hintHere = (): void => {
    isFromElsewhere = true;
    log.hint();
    isFromElsewhere = false;
  };
  channel.onMessage(hints, hintHere);
  channel.onGap(hintHere);
  return {
    close() {
      forget();
      timer?.cancel();
    },
  };
}
