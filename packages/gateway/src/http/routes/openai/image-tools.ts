// The routes of the picture tools: upscale, outpaint, refine. They answer as the image edits do.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { imagesAnswerSchema } from "../../../api/images.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { outpaintBodySchema, refineBodySchema, upscaleBodySchema } from "../../../api/tools.ts";
import {
  toOutpaintSubmission,
  toRefineSubmission,
  toUpscaleSubmission,
} from "../../../shapes/openai/image-tools.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { outpaintFields, refineFields, upscaleFields } from "../../../shapes/tool-fields.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
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
const config = { scope: "generate", dialect: openaiDialect } as const;

/** Registers the routes of the picture tools. */
export function imageToolRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: true });

    app.post(
      "/v1/images/upscale",
      {
        config,
        preValidation: normalizeTo(upscaleFields),
        schema: {
          summary: "Enlarge a picture: HD, or smart HD (JSON or multipart form)",
          tags,
          body: upscaleBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        const submission = toUpscaleSubmission(request.body, context);
        return await createImages(services, request, reply, submission);
      },
    );

    app.post(
      "/v1/images/outpaint",
      {
        config,
        preValidation: normalizeTo(outpaintFields),
        schema: {
          summary: "Extend a picture beyond its sides (JSON or multipart form)",
          tags,
          body: outpaintBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        const submission = toOutpaintSubmission(request.body, context);
        return await createImages(services, request, reply, submission);
      },
    );

    app.post(
      "/v1/images/refine",
      {
        config,
        preValidation: normalizeTo(refineFields),
        schema: {
          summary: "Repair the details of a picture that one of the accounts has made",
          tags,
          body: refineBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const context = toTranslationContext(request, services);
        const submission = toRefineSubmission(request.body, context);
        return await createImages(services, request, reply, submission);
      },
    );
  };
}
