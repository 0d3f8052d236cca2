// The route by which clients of existing jimeng gateways ask whether this one is there.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

/** Registers the route. */
export function pingRoutes(): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/ping",
      {
        config: { scope: "public" },
        schema: {
          summary: "Tell that the gateway is there",
          tags: ["compatibility"],
          response: { 200: z.literal("pong") },
        },
      },
      () => "pong" as const,
    );
  };
}
