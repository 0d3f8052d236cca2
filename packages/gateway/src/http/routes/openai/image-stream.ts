// Streams the pictures of an image route: one event for each as soon as it is there.

import { setTimeout } from "node:timers/promises";

import type { FastifyReply, FastifyRequest } from "fastify";

import { hasEnded } from "../../../jobs/job.ts";
import type { Asset, Job, JobEvent, SubmittedJobs } from "../../../jobs/job.ts";
import { toAnswerAssets, toPictureEvent } from "../../../shapes/openai/image-answer.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { sendEventStream } from "../../event-stream.ts";
import type { OutgoingEvent } from "../../event-stream.ts";
import { toErrorBody } from "../../send-error.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { submitRequest } from "../../submit-request.ts";
import { toBase64 } from "./base64-answer.ts";
import { toGroupFailure, toJobFailure, toStoppedError } from "./image-failures.ts";
import { mergeEvents } from "./merge-events.ts";

// What fails before is a plain 4xx; clients and proxies wait a minute for headers, some only for some seconds.
const openAfterMs = 2000;

/** What the events of one stream are made of. */
interface Stream {
  services: Services;
  request: FastifyRequest;
  submission: ImageSubmission;
}

/**
 * Makes the pictures of a submission and sends each one as an event. The stream opens when the request has passed its
 * checks, at the latest after two seconds; what fails afterwards is an `error` event.
 */
export async function streamImages(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: ImageSubmission,
): Promise<FastifyReply> {
  const submitting = submitRequest(services, request, reply, submission.content);
  const timer = new AbortController();
  await Promise.race([
    submitting.finally(() => timer.abort()),
    setTimeout(openAfterMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
  ]);
  const stream = { services, request, submission };
  return sendEventStream(reply, {
    open: (signal) => events(stream, submitting, signal),
    closing: services.closing.signal,
    heartbeatMs: services.heartbeatMs,
    greets: true,
    farewell: () => farewell(stream, submitting),
    onError: (error) => request.log.error({ err: error }, "A stream of pictures failed."),
  });
}

async function* events(
  stream: Stream,
  submitting: Promise<SubmittedJobs>,
  signal: AbortSignal,
): AsyncGenerator<OutgoingEvent> {
  try {
    const { jobs } = await submitting;
    try {
      yield* pictures(stream, jobs, signal);
    } catch (error) {
      throw toJobFailure(error, jobs);
    }
  } catch (error) {
    if (!signal.aborted) yield toErrorEvent(stream, error);
  }
  if (!signal.aborted) yield { data: "[DONE]" };
}

async function* pictures(
  stream: Stream,
  jobs: SubmittedJobs["jobs"],
  signal: AbortSignal,
): AsyncGenerator<OutgoingEvent> {
  const { services } = stream;
  const latest = new Map<string, Job>(jobs.map((job) => [job.id, job]));
  const sent = new Set<string>();
  for await (const event of mergeEvents(jobs, (id) => services.jobs.events(id, { signal }))) {
    latest.set(event.job.id, event.job);
    for (const asset of landed(event)) {
      if (sent.has(asset.id)) continue;
      sent.add(asset.id);
      yield await toPicture(stream, event.job, asset);
    }
  }
  if (signal.aborted) return;
  const failed = [...latest.values()].find(({ status }) => status !== "completed");
  if (failed !== undefined && hasEnded(failed)) throw toGroupFailure(failed, [...latest.values()]);
}

/** Returns the pictures of an event that the caller asked for; extra ones stay assets of their job. */
function landed({ name, job, asset }: JobEvent): Asset[] {
  if (name === "job.completed") return toAnswerAssets([job]);
  const { request } = job;
  const wanted = request.kind === "image" ? request.count : 1;
  const isWanted = asset !== undefined && asset.index < wanted && !asset.incomplete;
  return isWanted ? [asset] : [];
}

async function toPicture(
  { services, request, submission }: Stream,
  job: Job,
  asset: Asset,
): Promise<OutgoingEvent> {
  const name = submission.isEdit ? "image_edit.completed" : "image_generation.completed";
  const rest = { type: name, ...toPictureEvent(job, asset) };
  if (submission.responseFormat === "url") {
    return { name, data: { ...rest, url: urlsFor(request, services).asset(asset) } };
  }
  await services.assets.check(asset);
  return { name, data: undefined, pieces: withBase64(rest, asset, services) };
}

async function* withBase64(
  rest: Record<string, unknown>,
  asset: Asset,
  { assets }: Services,
): AsyncGenerator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"b64_json":"`;
  yield* toBase64(await assets.open(asset));
  yield '"}';
}

/** Returns the last event of a stream whose gateway stops: the same request, sent again, finds the jobs. */
async function farewell(
  stream: Stream,
  submitting: Promise<SubmittedJobs>,
): Promise<OutgoingEvent> {
  const made = await submitting.catch(() => undefined);
  await made?.responseLost().catch(() => undefined);
  const error = toStoppedError();
  return toErrorEvent(stream, made === undefined ? error : toJobFailure(error, made.jobs));
}

function toErrorEvent({ services, request }: Stream, thrown: unknown): OutgoingEvent {
  const { passthrough: passThrough } = services.config;
  const body = toErrorBody(thrown, request, { passThrough });
  return { name: "error", data: { type: "error", ...body } };
}
