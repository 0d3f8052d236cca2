// Renders each event once for all streams that send it.

import type { LoggedEvent } from "../../events/event-log.ts";
import { toEventObject } from "../../shapes/native/event.ts";
import { urlsBelow } from "../services.ts";
import type { Services } from "../services.ts";
import type { OutgoingEvent } from "./event-stream.ts";

/** Renders an event for readers that see the gateway at this base. */
export type RenderEvent = (event: LoggedEvent, base: string) => Promise<OutgoingEvent | undefined>;

// Some kilobytes each.
const maxTexts = 256;

/** Makes the rendering; the newest texts are kept. */
export function createEventTexts(
  services: Pick<Services, "jobs" | "now" | "assetSecret" | "config">,
): RenderEvent {
  const texts = new Map<string, Promise<OutgoingEvent | undefined>>();

  async function render(event: LoggedEvent, base: string): Promise<OutgoingEvent | undefined> {
    const urls = urlsBelow(base, services);
    const { jobs, now } = services;
    const object = await toEventObject(event, { jobs, urls, now: now() });
    return (
      object && { name: object.type, id: String(event.position), data: JSON.stringify(object) }
    );
  }

  return (event, base) => {
    const name = `${event.position} ${base}`;
    const known = texts.get(name);
    if (known !== undefined) return known;
    const rendered = render(event, base);
    texts.set(name, rendered);
    // A failed reading is tried again by the next stream.
    rendered.catch(() => texts.delete(name));
    const oldest = texts.size > maxTexts ? texts.keys().next().value : undefined;
    if (oldest !== undefined) texts.delete(oldest);
    return rendered;
  };
}
