// Submits what a request asks for and answers with a stream of what becomes of it.

import { setTimeout } from "node:timers/promises";

import type { FastifyReply, FastifyRequest } from "fastify";

import type { ErrorBody } from "../../api/errors.ts";
import type { SubmittedJobs } from "../../jobs/job.ts";
import type { SubmissionContent } from "../../submission/submission.ts";
import { toJobFailure, toStoppedError } from "./job-failures.ts";
import { toErrorBody } from "../send-error.ts";
import type { Services } from "../services.ts";
import { submitRequest } from "../submit-request.ts";
import { sendEventStream } from "./event-stream.ts";
import type { OutgoingEvent } from "./event-stream.ts";

// What fails before is a plain 4xx; clients and proxies wait a minute for headers, some only for some seconds.
const openAfterMs = 2000;

/** What a stream says. */
export interface SubmissionStream {
  /** The first event, sent when the stream opens. */
  opening?: OutgoingEvent;
  /** Yields the events of the jobs until they have ended; throws what must end the stream with an error. */
  events: (jobs: SubmittedJobs["jobs"], signal: AbortSignal) => AsyncIterable<OutgoingEvent>;
  /** Builds the event of a failure. */
  toErrorEvent: (body: ErrorBody) => OutgoingEvent;
}

/**
 * Submits what a request asks for and streams its events. The stream opens when the request has passed its checks, at
 * the latest after two seconds. What fails before is thrown; what fails afterwards is an event. A stream that breaks off
 * counts as a lost answer.
 */
export async function streamSubmission(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  content: SubmissionContent,
  stream: SubmissionStream,
): Promise<FastifyReply> {
  const submitting = submitRequest(services, request, reply, content);
  const timer = new AbortController();
  await Promise.race([
    submitting.finally(() => timer.abort()),
    setTimeout(openAfterMs, undefined, { signal: timer.signal, ref: false }).catch(() => undefined),
  ]);
  const toErrorEvent = (thrown: unknown): OutgoingEvent => {
    const { passthrough: passThrough } = services.config;
    return stream.toErrorEvent(toErrorBody(thrown, request, { passThrough }));
  };
  return sendEventStream(reply, {
    open: (signal) => allEvents(submitting, stream, toErrorEvent, signal),
    closing: services.closing.signal,
    heartbeatMs: services.heartbeatMs,
    greets: true,
    farewell: () => farewell(submitting, toErrorEvent),
    onError: (error) => request.log.error({ err: error }, "The stream of an answer failed."),
  });
}

async function* allEvents(
  submitting: Promise<SubmittedJobs>,
  { opening, events }: SubmissionStream,
  toErrorEvent: (thrown: unknown) => OutgoingEvent,
  signal: AbortSignal,
): AsyncGenerator<OutgoingEvent> {
  if (opening !== undefined) yield opening;
  try {
    const { jobs } = await submitting;
    try {
      yield* events(jobs, signal);
    } catch (error) {
      throw toJobFailure(error, jobs);
    }
  } catch (error) {
    if (!signal.aborted) yield toErrorEvent(error);
  }
  if (!signal.aborted) yield { data: "[DONE]" };
}

/** Returns the last event of a stream whose gateway stops: the same request, sent again, finds the jobs. */
async function farewell(
  submitting: Promise<SubmittedJobs>,
  toErrorEvent: (thrown: unknown) => OutgoingEvent,
): Promise<OutgoingEvent> {
  const made = await submitting.catch(() => undefined);
  await made?.responseLost().catch(() => undefined);
  const error = toStoppedError();
  return toErrorEvent(made === undefined ? error : toJobFailure(error, made.jobs));
}
