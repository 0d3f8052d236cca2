// The routes of the models and what each can do, with and without a key.

import { JimengError, findModel } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { modelListSchema, modelSchema } from "../../../api/models.ts";
import type { ModelCatalogue } from "../../../accounts/model-catalogue.ts";
import { toModelObject } from "../../../shapes/openai/models.ts";
import { errorResponses } from "../../responses.ts";

const tags = ["models"];

/** Registers the model routes. */
export function modelRoutes(catalogue: ModelCatalogue): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/models",
      {
        config: { scope: "public", checksCredential: true },
        schema: {
          summary: "List models",
          tags,
          response: { 200: modelListSchema, ...errorResponses },
        },
      },
      () => ({ object: "list" as const, data: catalogue.list().map(toModelObject) }),
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
        if (model !== undefined) return toModelObject(model);
        throw new JimengError("model_not_found", "There is no model of this name.", {
          param: "model",
          fix: "GET /v1/models lists them.",
        });
      },
    );
  };
}
