// The routes between gateways of one user: the proof that this one wrote gateway.json, and the hand-over of its folder.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import {
  handOverBodySchema,
  handOverSchema,
  proofQuerySchema,
  proofSchema,
} from "../../../api/gateway.ts";
import { ServiceError } from "../../../errors.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

const tags = ["service"];

/** Registers /v1/gateway/proof, and /v1/gateway/hand-over where the gateway is a command's own. */
export function gatewayRoutes({
  prove,
  handOver,
}: Pick<Services, "prove" | "handOver">): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/gateway/proof",
      {
        config: { scope: "public" },
        schema: {
          summary: "Prove to this user's programs that this gateway wrote its gateway.json",
          tags,
          querystring: proofQuerySchema,
          response: { 200: proofSchema, ...errorResponses },
        },
      },
      async ({ query }) => ({
        object: "gateway.proof" as const,
        proof: await prove(query.nonce),
      }),
    );

    if (handOver === null) return;
    app.post(
      "/v1/gateway/hand-over",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Leave the data folder to a gateway that serves the same accounts",
          tags,
          body: handOverBodySchema,
          response: { 202: handOverSchema, ...errorResponses },
        },
      },
      async ({ body }, reply) => {
        if (body.accounts !== handOver.accounts) {
          throw new ServiceError("conflict", "This gateway works for other accounts.", {
            fix: "Wait until its command has ended, or start with the same accounts.",
          });
        }
        // Once it is closing, the answer could no longer be sent.
        reply.raw.once("close", () => handOver.accept());
        return reply.code(202).send({ object: "gateway.hand_over", accepted: true });
      },
    );
  };
}
