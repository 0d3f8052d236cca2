// The route of the bytes of a stored result.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { assetMetadataSchema, assetQuerySchema } from "../../../api/assets.ts";
import type { Services } from "../../services.ts";
import { withoutEnding } from "../../../shapes/urls.ts";
import { readAssetMetadata } from "../../answers/asset-metadata.ts";
import { sendAsset } from "../../answers/send-asset.ts";
import { requireAsset } from "../../../submission/require-owned.ts";
import { errorResponses } from "../../responses.ts";

/** Registers the route of stored results. */
export function assetRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/assets/:id",
      {
        config: { scope: "read", signedUrl: true },
        schema: {
          summary:
            "Get the bytes of a stored picture or video, also converted and resized; an ending such as .png may follow the id",
          tags: ["assets"],
          params: z.object({ id: z.string() }),
          querystring: assetQuerySchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const id = withoutEnding(request.params.id);
        const asset = await requireAsset(services, request.caller, id);
        return await sendAsset(services, request, reply, { asset, query: request.query });
      },
    );

    app.get(
      "/v1/assets/:id/metadata",
      {
        config: { scope: "read" },
        schema: {
          summary: "Tell what a stored result was made from",
          tags: ["assets"],
          params: z.object({ id: z.string() }),
          response: { 200: assetMetadataSchema, ...errorResponses },
        },
      },
      async (request) => {
        const asset = await requireAsset(services, request.caller, request.params.id);
        return await readAssetMetadata(services, asset);
      },
    );
  };
}
