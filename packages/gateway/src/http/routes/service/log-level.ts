// The route of the log's level, which its owner changes while the gateway runs.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import { logLevelBodySchema, logLevelSchema } from "../../../api/gateway.ts";
import type { LogLevel } from "../../../api/gateway.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

const tags = ["service"];

/** Registers /v1/gateway/log-level. */
export function logLevelRoutes({
  logging,
  config,
}: Pick<Services, "logging" | "config">): FastifyPluginAsyncZod {
  const told = (): LogLevel => ({
    object: "gateway.log_level",
    level: logLevelSchema.shape.level.parse(logging.level),
    configured: config.logLevel,
  });
  return async (app) => {
    app.get(
      "/v1/gateway/log-level",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Tell the level of the log",
          tags,
          response: { 200: logLevelSchema, ...errorResponses },
        },
      },
      told,
    );

    app.post(
      "/v1/gateway/log-level",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Change the level of the log until the next start",
          tags,
          body: logLevelBodySchema,
          response: { 200: logLevelSchema, ...errorResponses },
        },
      },
      ({ body, log }) => {
        logging.level = body.level;
        log.warn({ level: body.level }, "Log level changed");
        return told();
      },
    );
  };
}
