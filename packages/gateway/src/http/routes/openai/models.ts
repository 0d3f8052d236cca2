// The routes of the models and what each can do, with and without a key.

import { JimengError, findModel } from "@jimeng/sdk";
import type { Model } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { modelListSchema, modelQuerySchema, modelSchema } from "../../../api/models.ts";
import type { ModelObject } from "../../../api/models.ts";
import type { ModelCatalogue } from "../../../accounts/model-catalogue.ts";
import { readModelName, toVariantNames } from "../../../shapes/openai/model-suffix.ts";
import { toModelObject } from "../../../shapes/openai/models.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";
import { StaticAnswer, toEtag } from "../../static-answer.ts";

const tags = ["models"];

/** What the routes need. */
export interface ModelServices {
  models: ModelCatalogue;
  now: () => number;
  config: Pick<Services["config"], "modelAliases" | "listsModelVariants">;
}

/** Registers the model routes. */
export function modelRoutes({
  models: catalogue,
  now,
  config: { modelAliases: aliases, listsModelVariants },
}: ModelServices): FastifyPluginAsyncZod {
  const toObject = (model: Model): ModelObject => toModelObject(model, catalogue.changes(), now());
  const list = new ModelList(catalogue, now, { aliases, listsModelVariants });
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
      async (request, reply) => {
        if (request.query.wait_for_live === true) await catalogue.settled();
        const allowed = request.caller.key?.models ?? null;
        return (allowed === null ? list.answer() : list.only(allowed)).send(request, reply);
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
        const { id } = request.params;
        const own = aliases.get(id.toLowerCase());
        const model = findModel(own ?? id, { from: catalogue.list() });
        if (model !== undefined)
          return { ...toObject(model), ...(own === undefined ? {} : { id }) };
        // A name with a ratio or resolution behind it, as chats send it.
        const named = findModel(readModelName(id).model, { from: catalogue.list() });
        if (named !== undefined) return { ...toObject(named), id };
        throw new JimengError("model_not_found", "There is no model of this name.", {
          param: "model",
          fix: "GET /v1/models lists them.",
        });
      },
    );
  };
}

/** The names that are listed beside those of the models. */
interface ListedNames {
  /** Model ids by the owner's names for them. */
  aliases: ReadonlyMap<string, string>;
  /** Whether each model is also listed with its ratios and resolutions. */
  listsModelVariants: boolean;
}

const secondMs = 1000;

/** The list of models as it is sent: made anew when a model changes, and each second, since it tells ages in seconds. */
class ModelList {
  readonly #catalogue: ModelCatalogue;
  readonly #now: () => number;
  readonly #names: ListedNames;
  #models: readonly Model[] | undefined;
  #changes: readonly RegistryChange[] | undefined;
  #etag = "";
  #second = 0;
  #answer: StaticAnswer | undefined;
  #data: ModelObject[] = [];

  constructor(catalogue: ModelCatalogue, now: () => number, names: ListedNames) {
    this.#catalogue = catalogue;
    this.#now = now;
    this.#names = names;
  }

  answer(): StaticAnswer {
    const models = this.#catalogue.list();
    const changes = this.#catalogue.changes();
    const now = this.#now();
    const second = Math.floor(now / secondMs);
    const isSame = models === this.#models && changes === this.#changes;
    if (isSame && second === this.#second && this.#answer !== undefined) return this.#answer;
    const { aliases, listsModelVariants } = this.#names;
    const data = models.flatMap((model) => {
      const object = toModelObject(model, changes, now);
      if (!listsModelVariants) return [object];
      return [object, ...toVariantNames(model).map((id) => ({ ...object, id }))];
    });
    for (const [alias, id] of aliases) {
      const model = data.find((each) => each.id === id);
      if (model !== undefined) data.push({ ...model, id: alias });
    }
    const list: z.infer<typeof modelListSchema> = { object: "list", data };
    if (!isSame) this.#etag = toEtag(JSON.stringify(list, withoutAge));
    this.#answer = new StaticAnswer(JSON.stringify(list), { etag: this.#etag });
    this.#data = data;
    this.#models = models;
    this.#changes = changes;
    this.#second = second;
    return this.#answer;
  }

  /** Lists the models that a key may use, with their other names. */
  only(allowed: readonly string[]): StaticAnswer {
    this.answer();
    const { aliases } = this.#names;
    const data = this.#data.filter(({ id }) => {
      // A name may have a ratio and a resolution behind the model's own.
      const name = id.split(":", 1)[0] ?? id;
      return allowed.includes(aliases.get(id) ?? name);
    });
    return new StaticAnswer(JSON.stringify({ object: "list", data }));
  }
}

// Each age follows from `as_of`, which is in the list too: a list that only grew older is the same.
function withoutAge(name: string, value: unknown): unknown {
  return name === "age_seconds" ? undefined : value;
}
