// Decides who is told of an event: endpoints that want its type, and the address that a job's request named.

import { createHash } from "node:crypto";

import { v7 as uuidV7 } from "uuid";

import { isWanted } from "../api/events.ts";
import { endingEventNames } from "../api/event-words.ts";
import type { LoggedEvent } from "../events/event-log.ts";
import type { Delivery, Webhook } from "./record.ts";

/** The type of the message that tests an endpoint. */
export const testType = "webhook.test";

/** What is known of an event's job. */
export interface EventJob {
  kind: "image" | "video" | "audio";
  webhookUrl: string | null;
}

const endings: ReadonlySet<string> = new Set(["job.completed", "job.failed", "job.cancelled"]);
const resultNames: ReadonlySet<string> = new Set(endingEventNames);

/** Tells whether an event ends a job. */
export function isEnding(event: Pick<LoggedEvent, "type">): boolean {
  return endings.has(event.type);
}

/** Returns the deliveries of an event; none for events that nobody wants. */
export function toDeliveries(
  event: LoggedEvent,
  { webhooks, job, now }: { webhooks: readonly Webhook[]; job: EventJob | undefined; now: number },
): Delivery[] {
  const names = [event.type, ...resultNamesOf(event, job)];
  const stored = webhooks
    .filter(({ disabled, fromPosition }) => !disabled && event.position > fromPosition)
    .flatMap(({ id, events }) =>
      names
        .filter((type) => isWanted(events, type))
        .map((type) => newDelivery({ ...event, type }, { target: id, webhookId: id, now })),
    );
  const url = isEnding(event) ? (job?.webhookUrl ?? null) : null;
  if (url === null) return stored;
  // One message tells the end: under OpenAI's kind of name where there is one.
  const type = names.at(-1) ?? event.type;
  const target = toHostTarget(url);
  return [...stored, newDelivery({ ...event, type }, { target, url, now })];
}

function resultNamesOf(event: LoggedEvent, job: EventJob | undefined): string[] {
  if (job === undefined || !isEnding(event)) return [];
  const name = `${job.kind}.${event.type === "job.completed" ? "completed" : "failed"}`;
  return resultNames.has(name) ? [name] : [];
}

const hashLength = 24;

/** Returns the target of all requests that name addresses on one host: they are delivered together. */
function toHostTarget(url: string): string {
  const origin = URL.parse(url)?.origin ?? url;
  return `host_${createHash("sha256").update(origin).digest("hex").slice(0, hashLength)}`;
}

/** Makes a delivery that is due now. */
export function newDelivery(
  event: LoggedEvent,
  {
    target,
    webhookId = null,
    url = null,
    now,
  }: { target: string; webhookId?: string | null; url?: string | null; now: number },
): Delivery {
  return {
    id: `msg_${uuidV7()}`,
    target,
    webhookId,
    url,
    position: event.position,
    type: event.type,
    subject: event.subject,
    keyId: event.keyId,
    account: event.account,
    eventAt: event.createdAt,
    data: event.data,
    status: "pending",
    attempts: 0,
    nextAt: now,
    responseStatus: null,
    responseBody: null,
    error: null,
    durationMs: null,
    createdAt: now,
    endedAt: null,
  };
}
