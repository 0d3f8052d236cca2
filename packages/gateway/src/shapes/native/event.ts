// Translates a logged event into the published shape, with its subject as it is now.

import type { EventObject } from "../../api/events.ts";
import { audienceOf, isEventType } from "../../api/event-words.ts";
import type { LoggedEvent } from "../../events/event-log.ts";
import type { Jobs } from "../../jobs/job.ts";
import type { Caller } from "../../keys/caller.ts";
import type { Urls } from "../urls.ts";
import { toUnixSeconds } from "../values.ts";
import { toAssetObject, toJobObject } from "./job.ts";

/** What events are rendered with. */
export interface EventRendering {
  jobs: Pick<Jobs, "get" | "asset">;
  urls: Urls;
  /** Unix milliseconds. */
  now: number;
}

/** Tells whether a caller hears of an event: its own jobs and files, and for the owner everything. */
export function mayHear(
  caller: Pick<Caller, "maySee" | "seesEverything">,
  event: Pick<LoggedEvent, "type" | "keyId">,
): boolean {
  if (!isEventType(event.type)) return false;
  const audience = audienceOf(event.type);
  if (audience === "everybody") return true;
  return audience === "admin" ? caller.seesEverything : caller.maySee(event.keyId);
}

/** Builds the public event; undefined for a type that only a newer version knows. */
export async function toEventObject(
  event: LoggedEvent,
  rendering: EventRendering,
): Promise<EventObject | undefined> {
  const { type, position, createdAt, account } = event;
  if (!isEventType(type)) return undefined;
  return {
    id: `evt_${position}`,
    object: "event",
    type,
    created_at: toUnixSeconds(createdAt),
    account,
    data: await toData(event, rendering),
  };
}

async function toData(
  event: LoggedEvent,
  rendering: EventRendering,
): Promise<Record<string, unknown>> {
  const { type, subject, data } = event;
  if (type.startsWith("job.")) return await toJobData(event, rendering);
  if (type.startsWith("asset.")) return await toAssetData(event, rendering);
  return { id: subject, ...data };
}

async function toJobData(
  { subject, data }: LoggedEvent,
  { jobs, urls, now }: EventRendering,
): Promise<Record<string, unknown>> {
  const job = await jobs.get(subject);
  if (job === undefined) return { id: subject, object: "job", deleted: true };
  const asset = job.assets.find(({ id }) => id === data?.["asset_id"]);
  const object = toJobObject(job, urls, now);
  return asset === undefined ? object : { ...object, asset: toAssetObject(asset, urls, job) };
}

async function toAssetData(
  { subject, data }: LoggedEvent,
  { jobs, urls }: EventRendering,
): Promise<Record<string, unknown>> {
  const asset = await jobs.asset(subject);
  const job = asset && (await jobs.get(asset.jobId));
  if (asset === undefined || job === undefined)
    return { id: subject, object: "asset", deleted: true, ...data };
  return { object: "asset", ...toAssetObject(asset, urls, job), job_id: asset.jobId, ...data };
}
