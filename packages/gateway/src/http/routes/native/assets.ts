// The route of the bytes of a stored result.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import type { Services } from "../../services.ts";
import { withoutEnding } from "../../../shapes/urls.ts";
import { sendFile } from "../../send-file.ts";
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
            "Get the bytes of a stored picture or video; an ending such as .png may follow the id",
          tags: ["assets"],
          params: z.object({ id: z.string() }),
          querystring: z.object({ sig: z.string().optional() }),
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const id = withoutEnding(request.params.id);
        const asset = await requireAsset(services, request.caller, id);
        return sendFile(request, reply, asset, services.assets);
      },
    );
  };
}
