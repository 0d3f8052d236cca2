// Routes of existing jimeng gateways and relays beside OpenAI's: compositions, and videos that are waited for.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { imageBodySchema, imagesAnswerSchema } from "../../../api/images.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { videoBodySchema, videoSchema } from "../../../api/videos.ts";
import { openaiImageFields, openaiVideoFields } from "../../../shapes/openai/fields.ts";
import { toUrlAnswer } from "../../../shapes/openai/image-answer.ts";
import { toEditSubmission } from "../../../shapes/openai/images.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toVideoObject, toVideoSubmission } from "../../../shapes/openai/videos.ts";
import { requireVideo } from "../../../submission/require-owned.ts";
import { awaitResults, toJsonAnswer } from "../../answers/await-results.ts";
import { toJobFailure } from "../../answers/job-failures.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { submitRequest, toTranslationContext } from "../../submit-request.ts";
import { createImages } from "../openai/create-images.ts";
import { createVideo } from "../openai/create-video.ts";

const tags = ["compatibility"];
const answers = {
  200: imagesAnswerSchema,
  202: z.union([jobSchema, jobListSchema]),
  ...errorResponses,
};
const config = { scope: "generate", dialect: openaiDialect } as const;

/** Registers the routes. */
export function compatGenerationRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: true });
    await app.register(gatewayRoutes(services));
    await app.register(relayRoutes(services));
  };
}

/** Registers the routes of existing jimeng gateways. */
function gatewayRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/v1/images/compositions",
      {
        config,
        preValidation: normalizeTo(openaiImageFields),
        schema: {
          summary: "Make pictures from reference pictures (as POST /v1/images/edits)",
          tags,
          body: imageBodySchema,
          response: answers,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        const submission = toEditSubmission(request.body, context);
        return await createImages(services, request, reply, submission);
      },
    );

    app.post(
      "/v1/videos/generations",
      {
        config,
        preValidation: normalizeTo(openaiVideoFields),
        schema: {
          summary: "Make a video and wait for it; the answer is that of pictures, with its URL",
          tags,
          body: videoBodySchema,
          response: answers,
        },
      },
      async (request, reply) => {
        const content = toVideoSubmission(request.body, toTranslationContext(request, services));
        const made = await submitRequest(services, request, reply, content);
        const json = toJsonAnswer(services, request, reply, { respondAsync: false });
        try {
          const awaited = await awaitResults(services, request, reply, made, {
            respondAsync: false,
          });
          if ("answer" in awaited) return awaited.answer;
          return await json.send(toUrlAnswer(awaited.jobs, urlsFor(request, services)));
        } catch (error) {
          return json.fail(toJobFailure(error, made.jobs));
        } finally {
          json.stop();
        }
      },
    );
  };
}

/** Registers the routes of relays. */
function relayRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.post(
      "/v1/video/generations",
      {
        config,
        preValidation: normalizeTo(openaiVideoFields),
        schema: {
          summary: "Make a video (as POST /v1/videos, at the path that relays use)",
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

    app.get(
      "/v1/video/generations/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve a video (as GET /v1/videos/{id})",
          tags,
          params: z.object({ id: z.string() }),
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request) => {
        const job = await requireVideo(services, request.caller, request.params.id);
        services.jobs.noteShown(job);
        return toVideoObject(job, urlsFor(request, services));
      },
    );
  };
}
