// The names of all events, and who may hear of each.

import { jobEventNames } from "./job-words.ts";

/** Events of stored files. */
const assetEventNames = ["asset.created", "asset.updated", "asset.trashed"] as const;

/** Events of the gateway itself and its accounts, for admins only. */
const ownerEventNames = [
  "account.health",
  "account.expiring",
  "credits.changed",
  "webhook.disabled",
] as const;

/** The ends of jobs under names of OpenAI's kind, with its objects as data; for webhooks only. */
export const endingEventNames = [
  "image.completed",
  "image.failed",
  "video.completed",
  "video.failed",
] as const;

/** The types of events, the same over `GET /v1/events` and webhooks. */
export const eventTypes = [
  ...jobEventNames,
  ...assetEventNames,
  ...ownerEventNames,
  "key.budget",
  "model.changed",
] as const;

/** The type of an event. */
export type EventType = (typeof eventTypes)[number];

const known: ReadonlySet<string> = new Set(eventTypes);
const adminOnly: ReadonlySet<string> = new Set(ownerEventNames);

/** Tells whether a text is the type of an event. */
export function isEventType(text: string): text is EventType {
  return known.has(text);
}

/** Tells who hears of an event: admins alone, the owner of its subject (and admins), or everybody. */
export function audienceOf(type: EventType): "admin" | "owner" | "everybody" {
  if (adminOnly.has(type)) return "admin";
  return type === "model.changed" ? "everybody" : "owner";
}
