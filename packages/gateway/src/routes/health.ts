// Owns the routes that machines ask: is it alive, is it ready, what does it offer.
// Refuses to tell anything about accounts, callers and folders.

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import type { DescribeApi } from "../openapi.ts";
import type { Services } from "../services.ts";
import { errorResponses } from "./responses.ts";

const tags = ["service"];

/** Registers /healthz, /readyz and /openapi.json. */
export function healthRoutes(services: Services, describeApi: DescribeApi): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/healthz",
      {
        config: { scope: "public" },
        schema: {
          summary: "Tell whether the process is alive",
          tags,
          response: {
            200: z.object({
              status: z.literal("ok"),
              name: z.literal("jimeng"),
              version: z.string(),
            }),
          },
        },
      },
      () => ({ status: "ok" as const, name: "jimeng" as const, version: services.version }),
    );

    app.get(
      "/readyz",
      {
        config: { scope: "public" },
        schema: {
          summary: "Tell whether jobs can be taken",
          tags,
          response: {
            200: z.object({ status: z.literal("ready"), mode: z.string() }),
            ...errorResponses,
          },
        },
      },
      async () => {
        try {
          await services.jobs.list({ limit: 1, order: "desc" });
        } catch (error) {
          throw new JimengError("overloaded", "The database does not answer.", {
            fix: "Look at the gateway's log and at the disk of its data folder.",
            cause: error,
          });
        }
        return { status: "ready" as const, mode: services.config.mode };
      },
    );

    app.get("/openapi.json", { config: { scope: "public" }, schema: { hide: true } }, () =>
      describeApi(),
    );
  };
}
