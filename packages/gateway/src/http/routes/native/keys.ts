// The routes of gateway keys: the owner makes, changes, rotates and revokes them; a holder reads its own.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  keyBodySchema,
  keyChangesSchema,
  keyDeletedSchema,
  keyListSchema,
  keyQuerySchema,
  keyRotationSchema,
  keySchema,
  keyScopes,
  madeKeySchema,
} from "../../../api/keys.ts";
import type { KeyObject } from "../../../api/keys.ts";
import { ServiceError } from "../../../errors.ts";
import type { Caller } from "../../../keys/caller.ts";
import { keyNotFound, keyOfSetting } from "../../../keys/errors.ts";
import {
  parseKeyChanges,
  toKeyObject,
  toUnlimitedKeyObject,
  withUsage,
} from "../../../shapes/native/keys.ts";
import { toKeyId } from "../../auth.ts";
import { errorResponses } from "../../responses.ts";
import type { Services } from "../../services.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["keys"];

/** Registers the routes of keys; all but `self` need the scope admin. */
export function keyRoutes(services: Services): FastifyPluginAsyncZod {
  const { keys, now } = services;
  return async (app) => {
    await app.register(readingRoutes(services));
    await app.register(rotationRoutes(services));

    app.post(
      "/v1/keys",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Make a key; its text is shown this once",
          tags,
          body: keyBodySchema,
          response: { 201: madeKeySchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        refusePassThrough(services);
        const { name } = request.body;
        const { key, text } = await keys.create({ ...parseKeyChanges(request.body), name });
        return reply
          .status(201)
          .header("location", `/v1/keys/${key.id}`)
          .send({ ...toKeyObject(key, now()), key: text });
      },
    );

    app.patch(
      "/v1/keys/:id",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Change a key; null takes a limit away",
          tags,
          params: idSchema,
          body: keyChangesSchema,
          response: { 200: keySchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = request.params;
        refuseSetting(services, id);
        const key = await keys.update(id, parseKeyChanges(request.body));
        return withUse(services, toKeyObject(key, now()));
      },
    );
  };
}

function readingRoutes(services: Services): FastifyPluginAsyncZod {
  const { keys, now } = services;
  return async (app) => {
    app.get(
      "/v1/keys/self",
      {
        config: { scope: "self" },
        schema: {
          summary: "Read the caller's own key: its scopes, its limits and what it has used",
          tags,
          response: { 200: keySchema, ...errorResponses },
        },
      },
      async (request) => withUse(services, toOwnKey(services, request.caller)),
    );

    app.get(
      "/v1/keys/:id",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Retrieve a key",
          tags,
          params: idSchema,
          response: { 200: keySchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = request.params;
        const ofSetting = settingKeys(services).find((key) => key.id === id);
        const key = ofSetting === undefined ? await keys.get(id) : undefined;
        const found = ofSetting ?? (key && toKeyObject(key, now()));
        if (found === undefined) throw keyNotFound();
        return withUse(services, found);
      },
    );

    app.get(
      "/v1/keys",
      {
        config: { scope: "admin" },
        schema: {
          summary: "List the keys, those of the settings first",
          tags,
          querystring: keyQuerySchema,
          response: { 200: keyListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { revoked = false } = request.query;
        const made = (await keys.list()).filter(({ revokedAt }) => revoked || revokedAt === null);
        const all = [...settingKeys(services), ...made.map((key) => toKeyObject(key, now()))];
        return toPage(all, request.query);
      },
    );
  };
}

function rotationRoutes(services: Services): FastifyPluginAsyncZod {
  const { keys, now } = services;
  return async (app) => {
    app.post(
      "/v1/keys/:id/rotate",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Give a key a new text, shown this once; the old one may stay good for a while",
          tags,
          params: idSchema,
          body: keyRotationSchema,
          response: { 200: madeKeySchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = request.params;
        refuseSetting(services, id);
        const keepOldMs = (request.body?.keep_old_seconds ?? 0) * 1000;
        const { key, text } = await keys.rotate(id, keepOldMs);
        return { ...toKeyObject(key, now()), key: text };
      },
    );

    app.delete(
      "/v1/keys/:id",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Revoke a key for good; its jobs stay",
          tags,
          params: idSchema,
          response: { 200: keyDeletedSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { id } = request.params;
        refuseSetting(services, id);
        await keys.revoke(id);
        return { id, object: "key.deleted" as const, deleted: true as const };
      },
    );
  };
}

/** Returns the keys that JIMENG_API_KEYS names. */
function settingKeys({ config }: Pick<Services, "config">): (KeyObject & { id: string })[] {
  return config.apiKeys.map(({ name, key }) => {
    const id = toKeyId("key", key);
    return { ...toUnlimitedKeyObject({ id, name, source: "setting", scopes: callerScopes }), id };
  });
}

const callerScopes: KeyObject["scopes"] = ["read", "generate", "account"];

/** Adds what a key has used; nothing is counted for this machine's user. */
async function withUse({ keyUse }: Services, key: KeyObject): Promise<KeyObject> {
  return key.id === null ? key : withUsage(key, await keyUse.read(key.id));
}

/** Returns the key of a caller as its holder reads it. */
export function toOwnKey(services: Services, caller: Caller): KeyObject {
  if (caller.key !== null) return toKeyObject(caller.key, services.now());
  const { keyId: id } = caller;
  const ofSetting = settingKeys(services).find((key) => key.id === id);
  if (ofSetting !== undefined) return ofSetting;
  return id === null
    ? toUnlimitedKeyObject({ id, name: null, source: "local", scopes: [...keyScopes] })
    : toUnlimitedKeyObject({ id, name: null, source: "session", scopes: callerScopes });
}

function toPage(
  all: readonly KeyObject[],
  { after, limit, order }: z.infer<typeof keyQuerySchema>,
): z.infer<typeof keyListSchema> {
  const ordered = order === "asc" ? all : all.toReversed();
  // An id that is not among them was revoked meanwhile: the page begins anew.
  const from = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1;
  const data = ordered.slice(from, from + limit);
  return {
    object: "list",
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: ordered.length > from + limit,
  };
}

function refuseSetting(services: Services, id: string): void {
  if (settingKeys(services).some((key) => key.id === id)) throw keyOfSetting();
}

function refusePassThrough({ config }: Pick<Services, "config">): void {
  if (!config.passthrough) return;
  throw new ServiceError("conflict", "With pass-through a bearer is a session, never a key.", {
    param: "JIMENG_PASSTHROUGH",
    fix: "Start the gateway without JIMENG_PASSTHROUGH to use keys.",
  });
}
