// OpenAI's image routes: generations, edits and variations.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { imageBodySchema, imageVariationSchema, imagesAnswerSchema } from "../../../api/images.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import {
  toEditSubmission,
  toImageSubmission,
  toVariationSubmission,
} from "../../../shapes/openai/images.ts";
import { openaiImageFields } from "../../../shapes/openai/fields.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { toTranslationContext } from "../../submit-request.ts";
import { createImages } from "./create-images.ts";

const response = {
  200: imagesAnswerSchema,
  202: z.union([jobSchema, jobListSchema]),
  ...errorResponses,
};
const tags = ["images"];

/** Registers the image routes. */
export function imageRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(generationRoutes(services));
    await app.register(editRoutes(services));
  };
}

function generationRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: false });

    app.post(
      "/v1/images/generations",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(openaiImageFields),
        schema: {
          summary: "Make pictures from a prompt, and from reference pictures where some are given",
          tags,
          body: imageBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        return await createImages(
          services,
          request,
          reply,
          toImageSubmission(request.body, context),
        );
      },
    );
  };
}

function editRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: true });

    app.post(
      "/v1/images/edits",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(openaiImageFields),
        schema: {
          summary: "Make pictures from a prompt and reference pictures (JSON or multipart form)",
          tags,
          body: imageBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        return await createImages(
          services,
          request,
          reply,
          toEditSubmission(request.body, context),
        );
      },
    );

    app.post(
      "/v1/images/variations",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(openaiImageFields),
        schema: {
          summary:
            "Make variations of a picture (JSON or multipart form); the prompt says of what kind",
          tags,
          body: imageVariationSchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        return await createImages(
          services,
          request,
          reply,
          toVariationSubmission(request.body, context),
        );
      },
    );
  };
}
