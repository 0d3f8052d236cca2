// The route that makes music: an instrumental piece, or a song. It answers with the job at once.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { jobSchema } from "../../../api/jobs.ts";
import { musicBodySchema } from "../../../api/tools.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { musicRouteFields } from "../../../shapes/tool-fields.ts";
import { toMusicContent } from "../../../shapes/tool-request.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
import { errorResponses } from "../../responses.ts";
import { sendAccepted } from "../../answers/send-accepted.ts";
import type { Services } from "../../services.ts";
import { submitRequest, toTranslationContext } from "../../submit-request.ts";

/** Registers the route of music. */
export function musicRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: true });

    app.post(
      "/v1/audio/music",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(musicRouteFields),
        schema: {
          summary: "Make music: an instrumental piece, or a song with lyrics",
          tags: ["audio"],
          body: musicBodySchema,
          response: { 202: jobSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const known = Object.keys(musicBodySchema.shape);
        const wanted = { durationSeconds: body.duration, known };
        const content = toMusicContent(body, wanted, toTranslationContext(request, services));
        const { jobs } = await submitRequest(services, request, reply, content);
        return sendAccepted(services, jobs, request, reply);
      },
    );
  };
}
