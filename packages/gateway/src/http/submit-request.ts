// Submits what a request asks for, and writes on its answer where the jobs come from.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { SubmittedJobs } from "../jobs/job.ts";
import type { TranslationContext } from "../shapes/context.ts";
import type { SubmissionContent } from "../submission/submission.ts";
import { submit } from "../submission/submit.ts";
import { toCallerConnection } from "./caller-connection.ts";
import { toIdempotency } from "./idempotency-headers.ts";
import { baseFor } from "./services.ts";
import type { Services } from "./services.ts";

/** Returns what the body of a request is translated with. */
export function toTranslationContext(
  request: FastifyRequest,
  services: Services,
): TranslationContext {
  const { formFiles, inlineFiles } = request;
  return { formFiles, inlineFiles, ownBase: baseFor(request, services), now: services.now() };
}

/**
 * Submits what a request asks for and sets the headers `x-jimeng-job`, `x-jimeng-joined` and `idempotent-replayed`.
 * Throws as `submit` does, and `invalid_request` for an Idempotency-Key that is none.
 */
export async function submitRequest(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  content: SubmissionContent,
): Promise<SubmittedJobs> {
  const idempotency = toIdempotency(request.headers);
  const connection = toCallerConnection(request, reply);
  const made = await submit(services, request.caller, { ...content, idempotency }, connection);
  void reply.header("x-jimeng-job", made.jobs.map(({ id }) => id).join(", "));
  if (made.outcome === "joined") void reply.header("x-jimeng-joined", made.jobs[0].id);
  if (made.outcome === "replayed") void reply.header("idempotent-replayed", "true");
  return made;
}
