// Events as JSON: the messages of `GET /v1/events` and of webhooks, and the query that narrows them.

import * as z from "zod";

import { eventTypes } from "./event-words.ts";

/** One thing that happened; `data` is its subject as it was when the event was sent. */
export const eventSchema = z
  .object({
    id: z.string(),
    object: z.literal("event"),
    type: z.enum(eventTypes),
    /** Unix seconds. */
    created_at: z.int(),
    /** The account that it is about, or on which its job runs. */
    account: z.string().nullable(),
    /** The job (`job.*`, with `asset` for `job.image`), the file (`asset.*`), or what is told of the rest. */
    data: z.record(z.string(), z.unknown()),
  })
  .meta({ id: "Event" });

const notAType = `may name ${eventTypes.join(", ")}, or families such as job.*, comma separated`;

/** The query of `GET /v1/events`. */
export const eventQuerySchema = z.object({
  /** Types of events, comma separated; all where it is left out. */
  types: z
    .string()
    .refine((text) => toParts(text).every((part) => isEventFilter(part)), { error: notAType })
    .transform(toParts)
    .optional(),
});

function toParts(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

/** Tells whether a text is one of the types, a family of them such as `job.*`, or all of them (`*`). */
export function isEventFilter(text: string, types: readonly string[] = eventTypes): boolean {
  if (text === "*" || types.includes(text)) return true;
  return text.endsWith(".*") && types.some((type) => type.startsWith(text.slice(0, -1)));
}

/** Tells whether a type is among those that a filter names; no filter names all. */
export function isWanted(filter: readonly string[] | undefined, type: string): boolean {
  if (filter === undefined) return true;
  return filter.some((part) => {
    if (part === "*" || part === type) return true;
    return part.endsWith(".*") && type.startsWith(part.slice(0, -1));
  });
}

export type EventObject = z.infer<typeof eventSchema>;
