// The route of the examination, for owners: what `jimeng doctor` tells, of the gateway that answers.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { doctorSchema } from "../../../api/gateway.ts";
import { chooseLanguage } from "../../answers/language.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

/** Registers /v1/gateway/doctor. */
export function doctorRoutes({ examine }: Pick<Services, "examine">): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/gateway/doctor",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Examine the gateway",
          tags: ["service"],
          response: { 200: doctorSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const report = await examine(chooseLanguage(request.headers["accept-language"]));
        return await reply
          .headers({ "cache-control": "no-store", vary: "accept-language" })
          .send(report);
      },
    );
  };
}
