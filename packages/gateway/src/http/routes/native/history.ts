// The route that imports an account's history: what was made on the site becomes jobs and files here, once.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";

import {
  defaultImportLimit,
  historyImportBodySchema,
  historyImportSchema,
} from "../../../api/account/history.ts";
import { importHistory } from "../../../submission/import-history.ts";
import type { Services } from "../../services.ts";
import { chooseAccount } from "./account-choice.ts";
import { errorResponses } from "../../responses.ts";

/** Registers the import route. */
export function historyRoutes(services: Services): FastifyPluginAsyncZod {
  const { apiKeys, passthrough } = services.config;
  const owned = apiKeys.length > 0 && !passthrough;
  return async (app) => {
    app.post(
      "/v1/history/import",
      {
        // The jobs belong to the key that imports: where there are keys, only the owner may import the account's history.
        config: { scope: owned ? "admin" : "generate" },
        schema: {
          summary: "Make jobs of what the account made elsewhere; nothing is started or paid",
          tags: ["history"],
          body: historyImportBodySchema,
          response: { 200: historyImportSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { account, limit, since } = request.body ?? {};
        const { caller } = request;
        const access = chooseAccount(services.accounts, caller, account ?? undefined);
        const own = caller.session();
        // The jobs of a caller's own session outlive the request, so its account must too.
        if (own !== null) await services.accounts.adopt(own.text);
        const { imported, skipped } = await importHistory(services, access, {
          limit: limit ?? defaultImportLimit,
          since: since == null ? undefined : since * 1000,
          keyId: caller.keyId,
        });
        return {
          account: access.account.name,
          imported: imported.map(({ id }) => id),
          skipped,
        };
      },
    );
  };
}
