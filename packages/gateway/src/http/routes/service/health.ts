// The routes for monitoring and tools: whether the gateway lives, whether it is ready, and what it offers.

import { setTimeout as sleep } from "node:timers/promises";

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import type { DescribeApi } from "../../documentation/openapi.ts";
import type { Services } from "../../services.ts";
import { readOnlyDatabase, toStorageUnavailable } from "../../../storage/disk-problem.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["service"];
const databaseTimeoutMs = 2000;

/** Throws when work takes longer than the database may. */
async function withinTimeout<Result>(work: Promise<Result>): Promise<Result> {
  const late = new AbortController();
  const timeout = sleep(databaseTimeoutMs, undefined, { signal: late.signal }).then((): never => {
    throw new Error(`no answer within ${databaseTimeoutMs} ms`);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    late.abort();
    timeout.catch(() => undefined);
    work.catch(() => undefined);
  }
}

/** What a readiness probe leaves out: a proxy must send reads also while no account may be used. */
const readinessQuerySchema = z.object({ except: z.literal("accounts").optional() });

/** Throws before the tasks run, and once the gateway is about to stop. */
function assertWorking({ isWorking, draining }: Services): void {
  if (draining.signal.aborted) throw new ServiceError("overloaded", "The gateway stops.");
  if (!isWorking()) throw new ServiceError("overloaded", "The gateway is starting.");
}

/** Throws while none of the configured accounts may be used; without any there is nothing to judge. */
function assertUsableAccount({ accounts }: Services): void {
  const states = accounts
    .list()
    .filter(({ adopted }) => !adopted)
    .map(({ name }) => accounts.health(name).state);
  if (states.length === 0 || states.includes("ok") || states.includes("expiring")) return;
  // Names of accounts are not for everybody.
  const told = [...new Set(states)].join(", ");
  throw new ServiceError("overloaded", `None of the accounts can be used now (${told}).`, {
    fix: "GET /v1/accounts tells which and until when; jimeng doctor tells what to do.",
  });
}

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
          querystring: readinessQuerySchema,
          response: {
            200: z.object({ status: z.literal("ready"), mode: z.string() }),
            ...errorResponses,
          },
        },
      },
      async ({ query }) => {
        assertWorking(services);
        await services.disk.assertRoom();
        if (query.except !== "accounts") assertUsableAccount(services);
        let isReadOnly: boolean;
        try {
          // Connections wait for a database that restarts; a readiness probe must know earlier.
          await withinTimeout(services.jobs.list({ limit: 1, order: "desc" }));
          isReadOnly = await withinTimeout(services.isReadOnly());
        } catch (error) {
          throw new ServiceError("overloaded", "The database does not answer.", {
            fix: "Look at the gateway's log and at the disk of its data folder.",
            cause: error,
          });
        }
        if (isReadOnly) throw toStorageUnavailable(readOnlyDatabase);
        return { status: "ready" as const, mode: services.config.mode };
      },
    );

    app.get(
      "/openapi.json",
      {
        config: { scope: "public" },
        schema: { summary: "Get this document", tags },
      },
      async (request, reply) => (await describeApi()).send(request, reply),
    );
  };
}
