// The native routes that make jobs, of a body in our own names and of an ended job that is repeated.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  jobBodySchema,
  jobListSchema,
  jobSchema,
  retryBodySchema,
  seenQuerySchema,
} from "../../../api/jobs.ts";
import { normalizeJobBody } from "../../../shapes/native/fields.ts";
import { toJobSubmission } from "../../../shapes/native/job-body.ts";
import { requireJob } from "../../../submission/require-owned.ts";
import { toRetry } from "../../../submission/retry.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import { sendAccepted } from "../../answers/send-accepted.ts";
import type { Services } from "../../services.ts";
import { submitRequest, toTranslationContext } from "../../submit-request.ts";

const tags = ["jobs"];

/** Registers the routes that make jobs. */
export function createJobRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: false });

    app.post(
      "/v1/jobs",
      {
        config: { scope: "generate" },
        preValidation: async (request) => {
          request.body = normalizeJobBody(request.body) as typeof request.body;
        },
        schema: {
          summary: "Make a job (several where one start cannot make everything)",
          tags,
          querystring: seenQuerySchema,
          body: jobBodySchema,
          response: { 202: z.union([jobSchema, jobListSchema]), ...errorResponses },
        },
      },
      async (request, reply) => {
        const content = toJobSubmission(request.body, toTranslationContext(request, services));
        const { jobs } = await submitRequest(services, request, reply, content, request.query);
        return sendAccepted(services, jobs, request, reply);
      },
    );

    app.post(
      "/v1/jobs/:id/retry",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Repeat the request of an ended job, as a new job",
          tags,
          params: z.object({ id: z.string() }),
          body: retryBodySchema,
          response: { 202: jobSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { caller } = request;
        const job = await requireJob(services, caller, request.params.id);
        const { force, max_credits: maxCredits } = request.body ?? {};
        const content = {
          ...toRetry(services, caller, job, { force: force ?? false }),
          maxCredits: maxCredits ?? undefined,
        };
        const { jobs } = await submitRequest(services, request, reply, content);
        return sendAccepted(services, jobs, request, reply);
      },
    );
  };
}
