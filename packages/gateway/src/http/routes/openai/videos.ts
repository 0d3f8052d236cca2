// OpenAI's video routes: create, list, retrieve, content. Always asynchronous.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { pageQuerySchema } from "../../../api/lists.ts";
import { videoBodySchema } from "../../../api/videos.ts";
import { videoListSchema, videoSchema } from "../../../api/videos.ts";
import { JobFailure } from "../../error-reply.ts";
import { toJobError } from "../../../shapes/errors.ts";
import { toListPage } from "../../../shapes/native/job.ts";
import { hasEnded } from "../../../jobs/job.ts";
import type { Job } from "../../../jobs/job.ts";
import { toVideoObject } from "../../../shapes/openai/openai.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { sendFile } from "../../send-file.ts";
import { createVideoJob } from "./order-video.ts";
import { requireJob } from "../../require-owned.ts";
import { errorResponses } from "../../responses.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["videos"];

/** Registers the video routes. */
export function videoRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(orderRoutes(services));

    app.get(
      "/v1/videos",
      {
        config: { scope: "read" },
        schema: {
          summary: "List videos",
          tags,
          querystring: pageQuerySchema,
          response: { 200: videoListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { jobs, hasMore } = await services.jobs.list({
          ...request.query,
          kind: "video",
          keyId: request.caller.listKeyId(),
        });
        const urls = urlsFor(request, services);
        return toListPage(
          jobs.map((job) => toVideoObject(job, urls)),
          hasMore,
        );
      },
    );

    app.get(
      "/v1/videos/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve a video",
          tags,
          params: idSchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request) => {
        const job = await requireJob(services, request.caller, request.params.id, "video");
        return toVideoObject(job, urlsFor(request, services));
      },
    );

    app.get(
      "/v1/videos/:id/content",
      {
        config: { scope: "read" },
        schema: {
          summary: "Get the MP4 of a finished video",
          tags,
          params: idSchema,
          querystring: z.object({
            variant: z
              .literal("video", { error: 'must be "video": no other variant is made' })
              .default("video"),
          }),
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const job = await requireJob(services, request.caller, request.params.id, "video");
        const asset = job.assets[0];
        if (job.status !== "completed" || asset === undefined) throw toMissingContent(job);
        return sendFile(request, reply, asset, services.assets);
      },
    );
  };
}

function orderRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { maxUploadMegabytes } = config;
    await acceptFiles(app, { files, maxUploadMegabytes }, { forms: true });

    app.post(
      "/v1/videos",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "SubmittedJobs a video from a prompt, and from frames or references (JSON or multipart form)",
          tags,
          body: videoBodySchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const order = await createVideoJob(services, request, reply, request.body);
        const [job] = order.jobs;
        void reply.header("x-jimeng-job", job.id);
        // The row exists: whatever became of it already must not look like an invitation to repeat.
        if (job.status === "failed") throw new JobFailure(toJobError(job), { jobId: job.id });
        return toVideoObject(job, urlsFor(request, services));
      },
    );
  };
}

function toMissingContent(job: Job): JobFailure {
  if (hasEnded(job)) return new JobFailure(toJobError(job), { jobId: job.id });
  const error = new ServiceError("conflict", "The video is not finished yet.", {
    fix: `Ask for GET /v1/videos/${job.id} until its status is completed.`,
  });
  return new JobFailure(error, { jobId: job.id, creating: false });
}
