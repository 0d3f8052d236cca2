// The image routes: OpenAI's generations, edits and variations.

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { imageBodySchema, imageVariationSchema } from "../../../api/images.ts";
import type { ImageBody } from "../../../api/images.ts";
import { imagesAnswerSchema } from "../../../api/images.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import { toImageWish } from "../../../shapes/openai/openai.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { toImageReferences } from "../../../shapes/openai/reference-fields.ts";
import type { Services } from "../../services.ts";
import { incomingOf } from "../../../submission/gather-references.ts";
import { createImages } from "./make-images.ts";
import { errorResponses } from "../../responses.ts";

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
    const { maxUploadMegabytes } = config;
    await acceptFiles(app, { files, maxUploadMegabytes }, { forms: false });

    app.post(
      "/v1/images/generations",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make pictures from a prompt, and from reference pictures where some are given",
          tags,
          body: imageBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const wanted = toImageReferences(request.body, incomingOf(request, services));
        const wish = toImageWish(request.body);
        return await createImages(services, request, reply, { wish, wanted, fields: request.body });
      },
    );
  };
}

function editRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { maxUploadMegabytes } = config;
    await acceptFiles(app, { files, maxUploadMegabytes }, { forms: true });

    app.post(
      "/v1/images/edits",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make pictures from a prompt and reference pictures (JSON or multipart form)",
          tags,
          body: imageBodySchema,
          response,
        },
      },
      async (request, reply) => {
        const { body } = request;
        const wanted = toImageReferences(body, incomingOf(request, services));
        if (wanted.length === 0) throw noPicture();
        const wish = toImageWish(body);
        return await createImages(services, request, reply, { wish, wanted, fields: body });
      },
    );

    app.post(
      "/v1/images/variations",
      {
        config: { scope: "generate" },
        schema: {
          summary:
            "Make variations of a picture (JSON or multipart form); the prompt says of what kind",
          tags,
          body: imageVariationSchema,
          response,
        },
      },
      async (request, reply) => {
        const { body } = request;
        const wanted = toImageReferences(body, incomingOf(request, services));
        if (wanted.length === 0) throw noPicture();
        const wish = toImageWish(withPrompt(body));
        return await createImages(services, request, reply, { wish, wanted, fields: body });
      },
    );
  };
}

// The upstream works from words; which ones is the caller's to say, not ours.
function withPrompt(body: z.output<typeof imageVariationSchema>): ImageBody {
  const { prompt } = body;
  if (prompt != null && prompt.trim() !== "") return { ...body, prompt };
  throw new JimengError("invalid_request", "The upstream makes no variation without a prompt.", {
    param: "prompt",
    fix: 'Add the field "prompt" and say what should change or stay.',
  });
}

function noPicture(): JimengError {
  return new JimengError("invalid_request", "No picture is given.", {
    param: "image",
    fix: "Send one as a file in the field image, or as a URL, data URL or file id.",
  });
}
