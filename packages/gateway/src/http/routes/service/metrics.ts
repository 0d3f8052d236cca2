// The route of the metrics, for owners: Prometheus text, or OpenMetrics by the Accept header.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

/** Registers /metrics. */
export function metricsRoutes({ scrape }: Pick<Services, "scrape">): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/metrics",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Read the metrics",
          tags: ["service"],
          response: { 200: z.string(), ...errorResponses },
        },
      },
      async (request, reply) => {
        const { contentType, text } = await scrape(request.headers.accept);
        return await reply.header("cache-control", "no-store").type(contentType).send(text);
      },
    );
  };
}
