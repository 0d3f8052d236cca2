// Tests when the kept list of models is made anew: at every change of a model, and for the ages each second.

import { models as builtInModels } from "@jimeng/sdk";
import type { Model } from "@jimeng/sdk";
import type { RegistryChange } from "@jimeng/sdk/registry";
import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";
import { afterEach, beforeEach, expect, test } from "vitest";

import { modelListSchema } from "../../../api/models.ts";
import { anonymous } from "../../../keys/caller.ts";
import { readModelName } from "../../../shapes/openai/model-suffix.ts";
import { schemaController } from "../../schema-controller.ts";
import { modelRoutes } from "./models.ts";
import type { ModelServices } from "./models.ts";

const [first, second] = builtInModels as [Model, Model];
const startedAt = 1_800_000_000_000;

let now: number;
let models: readonly Model[];
let changes: readonly RegistryChange[];
let asked: number;
let config: ModelServices["config"];
let app: FastifyInstance;

/** Lets everybody call, as the guards do on public routes. */
function withAnybody(server: FastifyInstance): FastifyInstance {
  server.addHook("onRequest", (request, _reply, done) => {
    request.caller = anonymous;
    done();
  });
  return server;
}

beforeEach(async () => {
  now = startedAt;
  models = [first];
  changes = [];
  asked = 0;
  app = withAnybody(fastify({ schemaController }));
  const catalogue = {
    list: () => {
      asked += 1;
      return models;
    },
    settled: () => Promise.resolve(),
    known: () => models,
    changes: () => changes,
  };
  config = { modelAliases: new Map(), listsModelVariants: false };
  await app.register(modelRoutes({ models: catalogue, now: () => now, config }));
});
afterEach(() => app.close());

async function list() {
  const { headers, body } = await app.inject("/v1/models");
  const { data } = modelListSchema.parse(JSON.parse(body));
  return { etag: headers["etag"], body, data };
}

test("within a second the same bytes are sent, and the catalogue still learns of each request", async () => {
  const one = await list();
  now += 999;
  expect(await list()).toEqual(one);
  expect(asked).toBe(2);
});

test("ages grow by the second, and the ETag stays", async () => {
  const one = await list();
  now += 5000;
  const later = await list();
  expect(later.etag).toBe(one.etag);
  const ageOf = ({ data }: typeof one) => data[0]?.jimeng.facts["modes"]?.age_seconds ?? 0;
  expect(ageOf(later) - ageOf(one)).toBe(5);
});

test("a model that appears, goes or changes is in the next answer, under another ETag", async () => {
  const one = await list();
  models = [first, second];
  const more = await list();
  expect(more.data.map(({ id }) => id)).toEqual([first.id, second.id]);
  models = [{ ...first, name: "Another name" }];
  const renamed = await list();
  expect(renamed.data[0]?.jimeng.name).toBe("Another name");
  models = [first];
  expect((await list()).etag).toBe(one.etag);
  expect(new Set([one.etag, more.etag, renamed.etag]).size).toBe(3);
});

test("a change that the live lists tell is in the next answer", async () => {
  const one = await list();
  changes = [
    {
      change: "gone",
      region: "cn",
      model: first.id,
      modelKey: "a-key",
      resolution: null,
      builtIn: null,
      live: null,
    },
  ];
  const told = await list();
  expect(told.data[0]?.jimeng.changes).toHaveLength(1);
  expect(told.etag).not.toBe(one.etag);
});

test("names with a ratio or resolution behind them are listed where that is switched on, and always found", async () => {
  expect((await list()).data).toHaveLength(1);
  const found = await app.inject(`/v1/models/${first.id}:16x9@2k`);
  expect(found.json()).toMatchObject({ id: `${first.id}:16x9@2k`, jimeng: { kind: "image" } });
  expect((await app.inject(`/v1/models/${first.id}:nonsense`)).statusCode).not.toBe(200);
  await app.close();
  app = withAnybody(fastify({ schemaController }));
  const catalogue = {
    list: () => models,
    settled: () => Promise.resolve(),
    known: () => models,
    changes: () => changes,
  };
  const listing = { ...config, listsModelVariants: true };
  await app.register(modelRoutes({ models: catalogue, now: () => now, config: listing }));
  const ids = (await list()).data.map(({ id }) => id);
  expect(ids).toContain(`${first.id}:16x9`);
  expect(ids).toContain(`${first.id}:edit`);
  expect(ids.some((id) => id.includes("@"))).toBe(true);
  // Every listed name is one that a chat reads.
  expect(ids.map((id) => readModelName(id).model)).toEqual(ids.map(() => first.id));
});
