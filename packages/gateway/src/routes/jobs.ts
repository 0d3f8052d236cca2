// Owns the native door to jobs: list, retrieve, events, cancel.
// Refuses to know how jobs are advanced.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { jobQuerySchema } from "../api/requests.ts";
import { jobListSchema, jobSchema } from "../api/schemas.ts";
import { toJobObject, toListPage } from "../job-object.ts";
import { urlsFor } from "../services.ts";
import type { Services } from "../services.ts";
import type { Urls } from "../urls.ts";
import { sendEventStream } from "./event-stream.ts";
import type { OutgoingEvent } from "./event-stream.ts";
import { requireJob } from "./owned.ts";
import { errorResponses } from "./responses.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["jobs"];

/** Registers the job routes. */
export function jobRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
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
        const { jobs, hasMore } = await services.jobs.list({
          ...request.query,
          keyId: request.caller.listKeyId(),
        });
        const urls = urlsFor(request, services);
        return toListPage(
          jobs.map((job) => toJobObject(job, urls, services.now())),
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
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const job = await requireJob(services, request.caller, request.params.id);
        return toJobObject(job, urlsFor(request, services), services.now());
      },
    );

    app.get(
      "/v1/jobs/:id/events",
      {
        config: { scope: "read" },
        // A stream has no length to tell, and nobody would read it to its end.
        exposeHeadRoute: false,
        schema: {
          summary: "Follow a job (server-sent events, beginning with where it stands)",
          tags,
          params: idSchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const urls = urlsFor(request, services);
        return sendEventStream(reply, {
          open: (signal) => follow(services, id, urls, signal),
          closing: services.closing.signal,
          heartbeatMs: services.heartbeatMs,
          onError: (error) => request.log.error({ err: error }, "event stream broke off"),
        });
      },
    );

    app.post(
      "/v1/jobs/:id/cancel",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Cancel a job that was not submitted yet",
          tags,
          params: idSchema,
          response: { 200: jobSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = await requireJob(services, request.caller, request.params.id);
        const job = await services.jobs.cancel(id);
        return toJobObject(job, urlsFor(request, services), services.now());
      },
    );
  };
}

async function* follow(
  services: Services,
  id: string,
  urls: Urls,
  signal: AbortSignal,
): AsyncGenerator<OutgoingEvent> {
  for await (const { name, job } of services.jobs.events(id, { signal })) {
    yield { name, id: String(job.version), data: toJobObject(job, urls, services.now()) };
  }
}
