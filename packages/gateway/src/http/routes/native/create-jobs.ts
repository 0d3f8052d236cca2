// The native door for new jobs: our own words in, the jobs out at once; and repeating an ended job.

import type { Warning } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { imageBodySchema } from "../../../api/images.ts";
import { jobBodySchema, retryBodySchema } from "../../../api/jobs.ts";
import { videoBodySchema } from "../../../api/videos.ts";
import type { JobBody } from "../../../api/jobs.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { hasEnded } from "../../../jobs/job.ts";
import type { Job, SubmittedJobs } from "../../../jobs/job.ts";
import { isOpenEnded } from "../../../jobs/steps/recheck.ts";
import { toImageWish } from "../../../shapes/openai/openai.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { toImageReferences } from "../../../shapes/openai/reference-fields.ts";
import type { Services } from "../../services.ts";
import { sendAccepted } from "../../send-accepted.ts";
import { incomingOf } from "../../../submission/gather-references.ts";
import { createImageJobs } from "../openai/order-images.ts";
import { createVideoJob } from "../openai/order-video.ts";
import { requireJob } from "../../require-owned.ts";
import { errorResponses } from "../../responses.ts";
import { followAnswer, refuseHungUp, toIdempotencyContext } from "../../idempotency-headers.ts";
import { hashOf } from "../../../submission/request-hash.ts";

const tags = ["jobs"];

/** Registers the routes that make jobs of our own words. */
export function createJobRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { maxUploadMegabytes } = config;
    await acceptFiles(app, { files, maxUploadMegabytes }, { forms: false });

    app.post(
      "/v1/jobs",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make a job (several where one start cannot make everything)",
          tags,
          body: jobBodySchema,
          response: { 202: z.union([jobSchema, jobListSchema]), ...errorResponses },
        },
      },
      async (request, reply) => {
        const { jobs } = await order(services, request, reply, request.body);
        return accept(services, jobs, request, reply);
      },
    );

    app.post(
      "/v1/jobs/:id/retry",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Ask once more for what an ended job asked for, as a new job",
          tags,
          params: z.object({ id: z.string() }),
          body: retryBodySchema,
          response: { 202: jobSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const job = await requireJob(services, request.caller, request.params.id);
        refuseRetry(job, request.body?.force ?? false);
        const { jobs } = await retry(services, request, reply, job);
        return accept(services, jobs, request, reply);
      },
    );
  };
}

function accept(
  services: Services,
  jobs: SubmittedJobs["jobs"],
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  void reply.header("x-jimeng-job", jobs.map(({ id }) => id).join(", "));
  return sendAccepted(services, jobs, request, reply);
}

function order(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  body: JobBody,
): Promise<SubmittedJobs> {
  const { kind: _kind, width, height, ...rest } = body;
  const size = width == null && height == null ? undefined : `${width ?? 0}x${height ?? 0}`;
  if (body.kind === "video") {
    const { duration_seconds: duration, ...words } = rest as typeof rest &
      JobBody & { kind: "video" };
    const video = videoBodySchema.parse({ ...words, duration, size });
    return createVideoJob(services, request, reply, video);
  }
  const { count: n, ...words } = rest as typeof rest & JobBody & { kind: "image" };
  const image = imageBodySchema.parse({ ...words, n, size });
  const wanted = toImageReferences(image, incomingOf(request, services));
  return createImageJobs(services, request, reply, {
    wish: toImageWish(image),
    wanted,
    fields: image,
  });
}

/** Throws `conflict` where another start would be, or might be, paid for something that is still to come. */
function refuseRetry(job: Job, isForced: boolean): void {
  if (!hasEnded(job)) {
    throw new ServiceError("conflict", "The job has not ended.", {
      fix: "Wait for it, or cancel it first.",
    });
  }
  if (isOpenEnded(job) && !isForced) {
    throw new ServiceError("conflict", "The job may still have a result that is paid for.", {
      fix: `Recheck it first; {"force": true} asks for another one all the same.`,
    });
  }
  if (job.request.resolution === "") {
    throw new ServiceError(
      "conflict",
      "The job was made elsewhere; what it asked for is not known.",
      {
        fix: "Write a new request.",
      },
    );
  }
}

async function retry(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  job: Job,
): Promise<SubmittedJobs> {
  const { keyId, priority } = job;
  const own = request.caller.session();
  const before = job.account === null ? undefined : services.accounts.get(job.account);
  const account =
    own === null
      ? // An account of the configured ones is chosen anew: the old one may be why the job failed.
        before?.adopted === true
        ? before.name
        : undefined
      : (await services.accounts.adopt(own.text)).name;
  const idempotency = toIdempotencyContext(request, reply, {
    requestHash: hashOf({ retry: job.id }),
    join: undefined,
    keyId,
  });
  const warnings = job.warnings.filter(isOfRequest);
  const wanted = { request: job.request, warnings, keyId, account, priority, retryOf: job.id };
  await refuseHungUp(request);
  const made = await services.jobs.createOrReplay([wanted], idempotency);
  followAnswer(request, reply, made);
  return made;
}

// What happened to the first job says nothing of the second.
const codesOfResults: ReadonlySet<string> = new Set([
  "extra_images",
  "fewer_images",
  "size_differs",
  "preview_quality",
  "cancel_refused",
  "cancel_too_late",
  "rechecked",
]);

function isOfRequest({ code }: Warning): boolean {
  return !codesOfResults.has(code);
}
