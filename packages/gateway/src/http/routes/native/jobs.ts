// The native routes of jobs that exist: list, retrieve, cancel, recheck.

import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { jobListSchema, jobQuerySchema, jobSchema, seenQuerySchema } from "../../../api/jobs.ts";
import type { JobObject } from "../../../api/jobs.ts";
import type { Job } from "../../../jobs/job.ts";
import { toJobObject } from "../../../shapes/native/job.ts";
import { toListPage } from "../../../shapes/values.ts";
import { requireJob } from "../../../submission/require-owned.ts";
import { errorResponses } from "../../responses.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { ownerAskedFor } from "./asked-owner.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["jobs"];

/** Registers the job routes. */
export function jobRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(actionRoutes(services));

    app.get(
      "/v1/jobs",
      {
        config: { scope: "read" },
        schema: {
          summary: "List jobs",
          tags,
          querystring: jobQuerySchema,
          response: { 200: jobListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { key, created_after: after, created_before: before, ...query } = request.query;
        const { jobs, hasMore } = await services.jobs.list({
          ...query,
          createdAfter: after === undefined ? undefined : after * 1000,
          createdBefore: before === undefined ? undefined : before * 1000,
          keyId: ownerAskedFor(request.caller, key, "jobs"),
        });
        return toListPage(
          jobs.map((job) => show(services, request, job)),
          hasMore,
        );
      },
    );

    app.get(
      "/v1/jobs/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve a job",
          tags,
          params: idSchema,
          querystring: seenQuerySchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const job = await requireJob(services, request.caller, request.params.id);
        if (request.query.seen !== false) services.jobs.noteShown(job);
        return show(services, request, job);
      },
    );
  };
}

function actionRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/v1/jobs/:id/cancel",
      {
        config: { scope: "generate", confirmedSession: false },
        schema: {
          summary:
            "Cancel a job: free before its start; afterwards the upstream is asked, and its record decides",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        return show(services, request, await services.jobs.cancel(id));
      },
    );

    app.post(
      "/v1/jobs/:id/recheck",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "Look again for the result of a job that ended as generation_timeout or outcome_unknown",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const own = request.caller.session();
        // A visitor's account may be gone since the job ended.
        if (own !== null) await services.accounts.adopt(own.text);
        return show(services, request, await services.jobs.recheck(id));
      },
    );
  };
}

function show(services: Services, request: FastifyRequest, job: Job): JobObject {
  return toJobObject(job, urlsFor(request, services), services.now());
}
