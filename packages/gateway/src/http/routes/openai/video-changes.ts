// The routes that change a video that exists: delete and remix.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { deletedVideoSchema, remixBodySchema, videoSchema } from "../../../api/videos.ts";
import { openaiRemixFields } from "../../../shapes/openai/fields.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toRemixFields } from "../../../shapes/openai/videos.ts";
import { toRemix } from "../../../submission/remix.ts";
import { requireVideo } from "../../../submission/require-owned.ts";
import { normalizeTo } from "../../bodies/normalize.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { toTranslationContext } from "../../submit-request.ts";
import { createVideo } from "./create-video.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["videos"];

/** Registers the routes. */
export function videoChangeRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: true });

    app.delete(
      "/v1/videos/:id",
      {
        config: { scope: "generate", confirmedSession: false },
        schema: {
          summary: "Delete a video; one that waits for its start is cancelled first",
          tags,
          params: idSchema,
          response: { 200: deletedVideoSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id, assets } = await requireVideo(services, request.caller, request.params.id);
        await services.jobs.remove(id);
        await services.library.trash(assets.map(({ id }) => id));
        return { id, object: "video.deleted" as const, deleted: true as const };
      },
    );

    app.post(
      "/v1/videos/:id/remix",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: normalizeTo(openaiRemixFields),
        schema: {
          summary: "Make a finished video anew with another prompt (JSON or multipart form)",
          tags,
          params: idSchema,
          body: remixBodySchema,
          response: { 200: videoSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { caller, body } = request;
        const original = await requireVideo(services, caller, request.params.id);
        const fields = toRemixFields(body, original, toTranslationContext(request, services));
        const remix = await toRemix(services, caller, original, body.prompt);
        const warnings = [...remix.warnings, ...fields.warnings];
        return await createVideo(services, request, reply, { ...fields, ...remix, warnings });
      },
    );
  };
}
