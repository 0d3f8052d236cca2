// The route by which the gateway proves that it is the one that wrote gateway.json.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { proofQuerySchema, proofSchema } from "../../../api/gateway.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

/** Registers /v1/gateway/proof. */
export function gatewayRoutes({ prove }: Pick<Services, "prove">): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/gateway/proof",
      {
        config: { scope: "public" },
        schema: {
          summary: "Prove to this user's programs that this gateway wrote its gateway.json",
          tags: ["service"],
          querystring: proofQuerySchema,
          response: { 200: proofSchema, ...errorResponses },
        },
      },
      async ({ query }) => ({
        object: "gateway.proof" as const,
        proof: await prove(query.nonce),
      }),
    );
  };
}
