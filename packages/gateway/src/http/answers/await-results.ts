// Waits for the jobs of a request as long as the caller wants to.

import type { FastifyReply, FastifyRequest } from "fastify";

import { hasEnded } from "../../jobs/job.ts";
import type { Job, SubmittedJobs } from "../../jobs/job.ts";
import { sendAccepted } from "./send-accepted.ts";
import type { Services } from "../services.ts";
import { hasHungUp, parsePrefer, toDisconnectSignal } from "../waiting.ts";
import { JsonAnswer } from "./json-answer.ts";
import { toFoundElsewhere, toGroupFailure, toStoppedError } from "./job-failures.ts";

/** The jobs, all of them completed, or the answer of a request that does not get their results now. */
export type Awaited = { jobs: [Job, ...Job[]] } | { answer: FastifyReply };

/**
 * Waits until the jobs of a request have ended, or as long as its Prefer header says (`respondAsync`: not at all), and
 * then answers 202. Throws the failure of the first job that did not complete, and `timeout` when the gateway stops.
 */
export async function awaitResults(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  made: SubmittedJobs,
  { respondAsync, waitMs }: { respondAsync: boolean; waitMs?: number },
): Promise<Awaited> {
  const preference = parsePrefer(request.headers.prefer);
  const isAsync = respondAsync || preference.respondAsync;
  const timeoutMs = preference.waitMs ?? waitMs ?? (isAsync ? 0 : undefined);
  const gone = toDisconnectSignal(reply);
  const signal = AbortSignal.any([gone, services.closing.signal]);
  const jobs =
    timeoutMs === 0 ? made.jobs : await waitForAll(services, made.jobs, timeoutMs, signal);
  if (gone.aborted) return { answer: leave(reply) };
  if (!jobs.every(hasEnded)) {
    if (services.closing.signal.aborted) {
      // This answer has no result: the same request, sent again, must find it.
      await made.responseLost().catch(() => undefined);
      const hasOtherNodes = services.config.databaseUrl !== null;
      throw hasOtherNodes && made.isFoundAgain ? toFoundElsewhere(made.jobs) : toStoppedError();
    }
    return { answer: sendAccepted(services, jobs, request, reply) };
  }
  if (await hasHungUp(request)) return { answer: leave(reply) };
  const failed = jobs.find(({ status }) => status !== "completed");
  if (failed !== undefined) throw toGroupFailure(failed, jobs);
  return { jobs };
}

/** Leaves the answer of a caller that is gone. */
function leave(reply: FastifyReply): FastifyReply {
  return reply.sent ? reply : reply.hijack();
}

/**
 * Makes the JSON answer of a request, with blanks before it where the caller or the owner asks for them. A request that
 * may be answered 202 gets none: its status must not be sent before.
 */
export function toJsonAnswer(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { respondAsync, waitMs }: { respondAsync: boolean; waitMs?: number },
): JsonAnswer {
  const preference = parsePrefer(request.headers.prefer);
  const wait = preference.waitMs ?? waitMs;
  const mayBeAccepted = respondAsync || preference.respondAsync || wait !== undefined;
  const { heartbeatSeconds } = services.config;
  const ownersMs = heartbeatSeconds === null ? null : heartbeatSeconds * 1000;
  const heartbeatMs = preference.heartbeat ? services.heartbeatMs : ownersMs;
  return new JsonAnswer(reply, mayBeAccepted ? null : heartbeatMs);
}

async function waitForAll(
  services: Services,
  created: [Job, ...Job[]],
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<[Job, ...Job[]]> {
  const [first, ...others] = await Promise.all(
    created.map(({ id }) => services.jobs.wait(id, { timeoutMs, signal })),
  );
  return [first ?? created[0], ...others];
}
