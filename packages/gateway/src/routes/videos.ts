// Owns OpenAI's video routes: create, list, retrieve, content. Always asynchronous.
// Refuses to know how jobs are advanced.

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { pageQuerySchema, videoBodySchema } from "../api/requests.ts";
import type { VideoBody } from "../api/requests.ts";
import { videoListSchema, videoSchema } from "../api/schemas.ts";
import { JobFailure, toJobError } from "../error-reply.ts";
import { takeForms } from "../form.ts";
import { toListPage } from "../job-object.ts";
import { hasEnded } from "../jobs/job.ts";
import type { Job } from "../jobs/job.ts";
import { toVideoObject, toVideoWish } from "../openai.ts";
import { fillVideoRequest, toVideoReferences } from "../reference-fields.ts";
import { bodyLimitOf } from "../request-limits.ts";
import { baseFor, urlsFor } from "../services.ts";
import type { Services } from "../services.ts";
import { createJobs, prepareOrder } from "./create-jobs.ts";
import { sendFile } from "./files.ts";
import { toHandle, unreadImage, withReferences } from "./gather-references.ts";
import { requireJob } from "./owned.ts";
import { errorResponses } from "./responses.ts";

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
    await takeForms(app, { files, maxUploadMegabytes: config.maxUploadMegabytes });

    app.post(
      "/v1/videos",
      {
        config: { scope: "generate" },
        bodyLimit: bodyLimitOf(config),
        schema: {
          summary:
            "Order a video from a prompt, and from frames or references (JSON or multipart form)",
          tags,
          body: videoBodySchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const job = await orderVideo(services, request, reply, request.body);
        void reply.header("x-jimeng-job", job.id);
        // The row exists: whatever became of it already must not look like an invitation to repeat.
        if (job.status === "failed") throw new JobFailure(toJobError(job), { jobId: job.id });
        return toVideoObject(job, urlsFor(request, services));
      },
    );
  };
}

async function orderVideo(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  body: VideoBody,
): Promise<Job> {
  const { caller, receivedParts } = request;
  const wish = toVideoWish(body);
  const roles = toVideoReferences(body, receivedParts, baseFor(request, services));
  const order = { account: wish.account, warnings: wish.warnings };
  // Everything that can be known without the references is checked before one is fetched; what an omni reference
  // is (picture, video, sound) is known only afterwards.
  if (roles.wanted.length > 0 && roles.references.length === 0) {
    const unread = fillVideoRequest(
      wish.request,
      roles,
      roles.wanted.map(() => unreadImage),
    );
    prepareOrder(services, caller, { ...order, requests: [unread] });
  }
  return withReferences(services, request, reply, roles.wanted, async (kept, warnings) => {
    const [job] = await createJobs(services, caller, {
      ...order,
      requests: [fillVideoRequest(wish.request, roles, kept.map(toHandle))],
      warnings: [...order.warnings, ...warnings],
    });
    return job;
  });
}

function toMissingContent(job: Job): JobFailure {
  if (hasEnded(job)) return new JobFailure(toJobError(job), { jobId: job.id });
  const error = new JimengError("conflict", "The video is not finished yet.", {
    fix: `Ask for GET /v1/videos/${job.id} until its status is completed.`,
  });
  return new JobFailure(error, { jobId: job.id, creating: false });
}
