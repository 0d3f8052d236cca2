// The names of all events.

import { jobEventNames } from "./job-words.ts";

/** Events of stored files. */
const assetEventNames = ["asset.created", "asset.updated", "asset.trashed"] as const;

/** Events of the gateway's own accounts, for admins only. */
const accountEventNames = ["account.health", "account.expiring", "credits.changed"] as const;

/** The types of events, the same over `GET /v1/events` and webhooks. */
export const eventTypes = [
  ...jobEventNames,
  ...assetEventNames,
  ...accountEventNames,
  "key.budget",
  "model.changed",
] as const;

/** The type of an event. */
export type EventType = (typeof eventTypes)[number];
