// The routes of the models and what each can do, with and without a key.

import { JimengError, findModel } from "@jimeng/sdk";
import type { Model } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { modelListSchema, modelQuerySchema, modelSchema } from "../../../api/models.ts";
import type { ModelObject } from "../../../api/models.ts";
import type { ModelCatalogue } from "../../../accounts/model-catalogue.ts";
import { toModelObject } from "../../../shapes/openai/models.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["models"];

/** Registers the model routes. */
export function modelRoutes(catalogue: ModelCatalogue, now: () => number): FastifyPluginAsyncZod {
  const toObject = (model: Model): ModelObject => toModelObject(model, catalogue.changes(), now());
  return async (app) => {
    app.get(
      "/v1/models",
      {
        config: { scope: "public", checksCredential: true },
        schema: {
          summary: "List models",
          tags,
          querystring: modelQuerySchema,
          response: { 200: modelListSchema, ...errorResponses },
        },
      },
      async (request) => {
        if (request.query.wait_for_live === true) await catalogue.settled();
        return { object: "list" as const, data: catalogue.list().map(toObject) };
      },
    );

    app.get(
      "/v1/models/:id",
      {
        config: { scope: "public", checksCredential: true },
        schema: {
          summary: "Retrieve a model by its id or alias",
          tags,
          params: z.object({ id: z.string() }),
          response: { 200: modelSchema, ...errorResponses },
        },
      },
      (request) => {
        const model = findModel(request.params.id, { from: catalogue.list() });
        if (model !== undefined) return toObject(model);
        throw new JimengError("model_not_found", "There is no model of this name.", {
          param: "model",
          fix: "GET /v1/models lists them.",
        });
      },
    );
  };
}
