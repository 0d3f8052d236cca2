// The client's call that follows events.

import type { EventObject } from "../../events.ts";
import { readReconnecting } from "../reconnecting.ts";
import type { ReconnectOptions } from "../reconnecting.ts";
import type { Transport } from "../transport.ts";

/** What to follow, and from where. */
export interface EventStreamOptions extends ReconnectOptions {
  /** Types such as `job.completed`, or families such as `job.*`; all where it is left out. */
  types?: readonly string[];
  /** The position of the last message that was got, to go on after it. */
  after?: string;
}

/** One message of the stream. */
export interface EventMessage {
  /** `reset`: events were removed since `after`, read what you need again; `event` is null. */
  name: "event" | "reset";
  /** The position to go on after. */
  position: string;
  event: EventObject | null;
}

/** Follows what happens in a gateway. */
export class Events {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Yields what happens from now on, or after a position; connects again when the connection breaks. */
  async *stream(options: EventStreamOptions = {}): AsyncGenerator<EventMessage> {
    const { types, after, ...reading } = options;
    const source = {
      path: "/v1/events",
      query: { types: types?.join(",") },
      lastEventId: after,
      fix: "Follow the events again later, after the last position.",
    };
    for await (const { event, data, id } of readReconnecting(this.#transport, source, reading)) {
      const position = id ?? "";
      if (event === "reset") yield { name: "reset", position, event: null };
      else yield { name: "event", position, event: JSON.parse(data) as EventObject };
    }
  }
}
