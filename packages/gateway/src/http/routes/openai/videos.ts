// OpenAI's video routes, always asynchronous: create, interpolate, list, retrieve, content. Those that change a video are
// in video-changes.ts.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { pageQuerySchema } from "../../../api/lists.ts";
import { interpolateBodySchema } from "../../../api/tools.ts";
import { videoBodySchema, videoListSchema, videoSchema } from "../../../api/videos.ts";
import { JobFailure } from "../../error-reply.ts";
import { hasEnded } from "../../../jobs/job.ts";
import type { Job } from "../../../jobs/job.ts";
import { openaiVideoFields } from "../../../shapes/openai/fields.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toVideoObject, toVideoSubmission } from "../../../shapes/openai/videos.ts";
import { interpolateFields } from "../../../shapes/tool-fields.ts";
import { toInterpolationContent } from "../../../shapes/tool-request.ts";
import { toListPage } from "../../../shapes/values.ts";
import { requirePresent, requireVideo } from "../../../submission/require-owned.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { sendThumbnail } from "../../answers/send-asset.ts";
import { sendFile } from "../../send-file.ts";
import { toTranslationContext } from "../../submit-request.ts";
import { createVideo, toVideoFailure } from "./create-video.ts";
import { videoChangeRoutes } from "./video-changes.ts";
import { errorResponses } from "../../responses.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["videos"];
// A sheet of single frames needs a decoder of videos, which the gateway does not have; the site gives none.
const wrongVariant = 'must be "video" or "thumbnail": the gateway cannot take a video apart';

/** Registers the video routes. */
export function videoRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(createRoutes(services));
    await app.register(videoChangeRoutes(services));

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
          withoutDeleted: true,
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
        const job = await requireVideo(services, request.caller, request.params.id);
        services.jobs.noteShown(job);
        return toVideoObject(job, urlsFor(request, services));
      },
    );

    app.get(
      "/v1/videos/:id/content",
      {
        config: { scope: "read" },
        schema: {
          summary: "Get the MP4 of a finished video, or its poster",
          tags,
          params: idSchema,
          querystring: z.object({
            variant: z.enum(["video", "thumbnail"], { error: wrongVariant }).default("video"),
          }),
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const job = await requireVideo(services, request.caller, request.params.id);
        const asset = job.assets[0];
        if (job.status !== "completed" || asset === undefined) throw toMissingContent(job);
        const present = requirePresent(asset);
        if (request.query.variant === "thumbnail")
          return await sendThumbnail(services, request, reply, present);
        return await sendFile(request, reply, present, services.assets);
      },
    );
  };
}

function createRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: true });

    app.post(
      "/v1/videos",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(openaiVideoFields),
        schema: {
          summary:
            "Make a video from a prompt, and from frames or references (JSON or multipart form)",
          tags,
          body: videoBodySchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const content = toVideoSubmission(request.body, toTranslationContext(request, services));
        return await createVideo(services, request, reply, content);
      },
    );

    app.post(
      "/v1/videos/interpolate",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(interpolateFields),
        schema: {
          summary: "Make 60 frames a second of a video (JSON or multipart form)",
          tags,
          body: interpolateBodySchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const known = Object.keys(interpolateBodySchema.shape);
        const context = toTranslationContext(request, services);
        const content = toInterpolationContent(request.body, known, context);
        return await createVideo(services, request, reply, content);
      },
    );
  };
}

function toMissingContent(job: Job): JobFailure {
  if (hasEnded(job)) return toVideoFailure(job);
  const error = new ServiceError("conflict", "The video is not finished yet.", {
    fix: `Ask for GET /v1/videos/${job.id} until its status is completed.`,
  });
  return new JobFailure(error, { jobId: job.id, creating: false });
}
