// Renders the body of a message: the published event, with its subject as it is when the message is sent.

import type { LoggedEvent } from "../events/event-log.ts";
import type { Job, Jobs } from "../jobs/job.ts";
import { toEventObject } from "../shapes/native/event.ts";
import { toUrlAnswer } from "../shapes/openai/image-answer.ts";
import { toVideoObject } from "../shapes/openai/videos.ts";
import type { Urls } from "../shapes/urls.ts";
import { toUnixSeconds } from "../shapes/values.ts";
import { testType } from "./deliveries.ts";
import type { Delivery } from "./record.ts";

/** What messages are rendered with. */
export interface PayloadOptions {
  jobs: Pick<Jobs, "get" | "asset">;
  urls: Urls;
  /** Unix milliseconds. */
  now: number;
}

/** Returns the body of a message. */
export async function renderPayload(delivery: Delivery, options: PayloadOptions): Promise<string> {
  return JSON.stringify(await toMessage(delivery, options));
}

async function toMessage(delivery: Delivery, options: PayloadOptions): Promise<unknown> {
  const { type, subject, position, eventAt } = delivery;
  const frame = {
    id: `evt_${position}`,
    object: "event",
    type,
    created_at: toUnixSeconds(eventAt),
    account: delivery.account,
  };
  if (type === testType) {
    return { ...frame, id: `evt_${delivery.id}`, data: { id: subject, ...delivery.data } };
  }
  if (type.startsWith("video.") || type.startsWith("image.")) {
    return { ...frame, data: await toResultData(delivery, options) };
  }
  return (await toEventObject(toLoggedEvent(delivery), options)) ?? frame;
}

function toLoggedEvent(delivery: Delivery): LoggedEvent {
  const { position, type, subject, keyId, account, eventAt, data } = delivery;
  return { position, type, subject, keyId, account, createdAt: eventAt, data };
}

async function toResultData(
  { subject, type }: Delivery,
  { jobs, urls }: PayloadOptions,
): Promise<Record<string, unknown>> {
  const job = await jobs.get(subject);
  if (job === undefined) return { id: subject, deleted: true };
  const video = toVideoObject(job, urls);
  return { ...(type.startsWith("video.") ? video : toImageData(job, urls, video.error)) };
}

/** Returns OpenAI's answer to an image generation, with what identifies its job. */
function toImageData(
  job: Job,
  urls: Urls,
  error: { code: string; message: string } | null,
): Record<string, unknown> {
  const { id, status } = job;
  const head = { id, model: job.request.model, status: error === null ? status : "failed", error };
  return error === null ? { ...head, ...toUrlAnswer([job], urls) } : head;
}
