// Follows the event log for one caller: what was missed since the last event that it got, then what happens.

import { isWanted } from "../../api/events.ts";
import type { EventLog, LoggedEvent } from "../../events/event-log.ts";
import type { EventTail } from "../../events/tail.ts";
import { mayHear } from "../../shapes/native/event.ts";
import type { Caller } from "../../keys/caller.ts";
import type { OutgoingEvent } from "./event-stream.ts";

/** What a feed reads. */
export interface FeedOptions {
  log: Pick<EventLog, "pruned">;
  tail: EventTail;
  caller: Caller;
  /** The types that are wanted; all where it is undefined. */
  types: readonly string[] | undefined;
  /** The position of the last event that the reader got; undefined for a reader that begins now. */
  after: number | undefined;
  signal: AbortSignal;
  /** Tells whether the caller may still read. */
  isInForce: () => Promise<boolean>;
  /** Renders an event as it is sent; undefined for one that is not. */
  render: (event: LoggedEvent) => Promise<OutgoingEvent | undefined>;
}

// After so many events that the reader does not want, it learns how far it is.
const positionEvery = 500;

/** Yields events until the signal fires. */
export async function* followFeed(options: FeedOptions): AsyncGenerator<OutgoingEvent> {
  const { log, tail, caller, types, signal, isInForce, render } = options;
  const { follower, head } = await tail.follow();
  try {
    let position = options.after ?? head;
    if (position > head || position < (await log.pruned())) {
      position = head;
      yield toReset(head);
    } else if (options.after === undefined) {
      // From here a reader goes on that loses its connection before the first event.
      yield { id: String(position) };
    }
    let skipped = 0;
    for (;;) {
      const events = await follower.next(position, signal);
      if (signal.aborted || events.length === 0 || !(await isInForce())) return;
      for (const event of events) {
        position = event.position;
        const isFor = isWanted(types, event.type) && mayHear(caller, event);
        const rendered = isFor ? await render(event) : undefined;
        skipped = rendered === undefined ? skipped + 1 : 0;
        if (rendered !== undefined) yield rendered;
        else if (skipped % positionEvery === 0) yield { id: String(position) };
      }
    }
  } finally {
    follower.leave();
  }
}

/** Returns the event that tells a reader to read everything anew. */
function toReset(head: number): OutgoingEvent {
  const data = {
    object: "reset",
    reason: "events_removed",
    message: "Events since your Last-Event-ID are no longer kept: read what you need again.",
  };
  return { name: "reset", id: String(head), data };
}
