// Submits what a request asks for, and writes on its answer where the jobs come from.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Warning } from "@jimeng/sdk";

import type { SubmittedJobs } from "../jobs/job.ts";
import type { TranslationContext } from "../shapes/context.ts";
import { readMetadata } from "../shapes/metadata.ts";
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
 * With `seen` false the answer is none that showed a result. Throws as `submit` does, and `invalid_request` for an Idempotency-Key that is none.
 */
export async function submitRequest(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  content: SubmissionContent,
  { seen }: { seen?: boolean } = {},
): Promise<SubmittedJobs> {
  const idempotency = { ...toIdempotency(request.headers), seen };
  const connection = toCallerConnection(request, reply);
  const own = readMetadata(request.body);
  const submission = {
    ...content,
    metadata: { ...content.metadata, ...own.metadata },
    warnings: [...content.warnings, ...own.warnings, ...warnAboutTtl(services, content)],
    requestId: request.id,
    idempotency,
  };
  const made = await submit(services, request.caller, submission, connection);
  void reply.header("x-jimeng-job", made.jobs.map(({ id }) => id).join(", "));
  if (made.outcome === "joined") void reply.header("x-jimeng-joined", made.jobs[0].id);
  if (made.outcome === "replayed") void reply.header("idempotent-replayed", "true");
  return made;
}

/** Warns where addresses are not signed: without keys every address of a file works, as long as the file. */
function warnAboutTtl(
  { assetSecret }: Pick<Services, "assetSecret">,
  { urlTtlSeconds }: SubmissionContent,
): Warning[] {
  if (urlTtlSeconds === undefined || assetSecret !== null) return [];
  const message = "Addresses of files end only where callers need a credential.";
  return [{ code: "parameter_ignored", param: "url_ttl_seconds", message }];
}
