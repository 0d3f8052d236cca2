// The routes of the library: list and count stored results, star and tag them, the trash.

import { JimengError } from "@jimeng/sdk";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  assetUpdateBodySchema,
  assetsUpdateBodySchema,
  assetsUpdateSchema,
  libraryAssetSchema,
  libraryListSchema,
  libraryQuerySchema,
  sweepBodySchema,
  sweepSchema,
  thumbnailListSchema,
  thumbnailQuerySchema,
  timelineQuerySchema,
  timelineSchema,
} from "../../../api/library/library.ts";
import type { LibraryAssetObject } from "../../../api/library/library.ts";
import { maxPageSize } from "../../../api/lists.ts";
import type { LibraryFilter } from "../../../library/listing.ts";
import type { LibraryAsset } from "../../../library/record.ts";
import { toGridAsset, toLibraryAssetObject } from "../../../shapes/native/asset.ts";
import { toListPage } from "../../../shapes/values.ts";
import { thumbnail } from "../../../storage/conversions/variant.ts";
import { assetGone, assetNotFound } from "../../../submission/require-owned.ts";
import { errorResponses } from "../../responses.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { ownerAskedFor } from "./asked-owner.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["assets"];

/** Registers the routes. */
export function libraryRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(bulkRoutes(services));
    await app.register(changeRoutes(services));
    await app.register(thumbnailRoutes(services));

    app.get(
      "/v1/assets",
      {
        config: { scope: "read" },
        schema: {
          summary: "List stored results, search their prompts, or list the trash",
          tags,
          querystring: libraryQuerySchema,
          response: { 200: libraryListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { ids, after, limit, order, view } = request.query;
        if (view !== "grid" && limit > maxPageSize) throw tooMany();
        const urls = urlsFor(request, services);
        const show = (asset: LibraryAsset) =>
          view === "grid" ? toGridAsset(asset, urls) : toLibraryAssetObject(asset, urls);
        if (ids !== undefined)
          return toListPage((await findOwn(services, request, ids)).map(show), false);
        const { assets, hasMore } = await services.library.list({
          ...toFilter(request, request.query),
          after: await cursorOf(services, request, after),
          limit,
          order,
        });
        return toListPage(assets.map(show), hasMore);
      },
    );

    app.get(
      "/v1/assets/timeline",
      {
        config: { scope: "read" },
        schema: {
          summary: "Count stored results by day",
          tags,
          querystring: timelineQuerySchema,
          response: { 200: timelineSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { time_zone: timeZone, ...query } = request.query;
        const data = await services.library.timeline(toFilter(request, query), timeZone);
        const total = data.reduce((sum, { count }) => sum + count, 0);
        return { object: "list" as const, data, time_zone: timeZone, total };
      },
    );

    app.post(
      "/v1/assets/sweep",
      {
        config: { scope: "admin" },
        schema: {
          summary: "Tell what retention would remove now, or remove it",
          tags,
          body: sweepBodySchema,
          response: { 200: sweepSchema, ...errorResponses },
        },
      },
      async ({ body: { dry_run: isDryRun, ...retention } }) => {
        const report = await services.library.sweep({ isDryRun, retention });
        return { object: "sweep" as const, dry_run: isDryRun, ...report };
      },
    );
  };
}

function thumbnailRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/assets/thumbnails",
      {
        config: { scope: "read" },
        schema: {
          summary: "Get the thumbnails of many pictures in one answer",
          tags,
          querystring: thumbnailQuerySchema,
          response: { 200: thumbnailListSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const own = await findOwn(services, request, request.query.ids);
        // What lies in the trash is not shown, as at its own address.
        const shown = own.filter(({ trashedAt }) => trashedAt === null);
        const read = shown.map(async (asset) => {
          const made = await services.conversions.made(asset, thumbnail);
          if (made === undefined) return [];
          const { contentType, content } = made;
          return [{ id: asset.id, content_type: contentType, data: content.toString("base64") }];
        });
        void reply.header("cache-control", "no-store");
        return { object: "list" as const, data: (await Promise.all(read)).flat() };
      },
    );
  };
}

function bulkRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const config = { scope: "generate", confirmedSession: false } as const;

    app.patch(
      "/v1/assets",
      {
        config,
        schema: {
          summary: "Star many stored results, tag them, or put them into the trash and back",
          tags,
          body: assetsUpdateBodySchema,
          response: { 200: assetsUpdateSchema, ...errorResponses },
        },
      },
      async (request) => {
        const { ids, starred, add_tags: addTags, remove_tags: removeTags, trashed } = request.body;
        const own = (await findOwn(services, request, ids)).map(({ id }) => id);
        const updated = new Set(
          await services.library.update(own, { starred, addTags, removeTags }),
        );
        const move = trashed === true ? services.library.trash : services.library.restore;
        if (trashed !== undefined) for (const id of await move(own)) updated.add(id);
        return {
          object: "asset.update" as const,
          updated: own.filter((id) => updated.has(id)),
          missing: [...new Set(ids)].filter((id) => !own.includes(id)),
        };
      },
    );
  };
}

function changeRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const config = { scope: "generate", confirmedSession: false } as const;
    const response = { 200: libraryAssetSchema, ...errorResponses };

    app.patch(
      "/v1/assets/:id",
      {
        config,
        schema: {
          summary: "Star a stored result, or set its tags",
          tags,
          params: idSchema,
          body: assetUpdateBodySchema,
          response,
        },
      },
      async (request) => {
        const { id } = requireThere(await requireOwn(services, request));
        const { starred, tags: wanted } = request.body;
        await services.library.update([id], { starred, tags: wanted && withoutDoubles(wanted) });
        return await show(services, request);
      },
    );

    app.delete(
      "/v1/assets/:id",
      {
        config,
        schema: {
          summary: "Put a stored result into the trash; after 30 days it is deleted for good",
          tags,
          params: idSchema,
          response,
        },
      },
      async (request) => {
        const { id } = requireThere(await requireOwn(services, request));
        await services.library.trash([id]);
        return await show(services, request);
      },
    );

    app.post(
      "/v1/assets/:id/restore",
      {
        config,
        schema: {
          summary: "Take a stored result out of the trash",
          tags,
          params: idSchema,
          response,
        },
      },
      async (request) => {
        const { id } = requireThere(await requireOwn(services, request));
        await services.library.restore([id]);
        return requireThere(await requireOwn(services, request)) && show(services, request);
      },
    );
  };
}

type WithId = FastifyRequest<{ Params: { id: string } }>;

/** Returns the caller's asset, whatever became of it; throws `not_found` (what: asset). */
async function requireOwn(services: Services, request: WithId): Promise<LibraryAsset> {
  const asset = await services.library.get(request.params.id);
  if (asset !== undefined && request.caller.maySee(asset.keyId)) return asset;
  throw assetNotFound();
}

/** Returns an asset that was not deleted for good. */
function requireThere(asset: LibraryAsset): LibraryAsset {
  if (asset.deletedAt !== null) throw assetGone(asset);
  return asset;
}

/** Returns those of the assets that the caller has and that were not deleted for good, in the order of the ids. */
async function findOwn(
  services: Services,
  { caller }: FastifyRequest,
  ids: readonly string[],
): Promise<LibraryAsset[]> {
  const found = await services.library.getMany([...new Set(ids)]);
  const byId = new Map(found.map((asset) => [asset.id, asset]));
  return [...new Set(ids)].flatMap((id) => {
    const asset = byId.get(id);
    const isOwn = asset !== undefined && asset.deletedAt === null && caller.maySee(asset.keyId);
    return isOwn ? [asset] : [];
  });
}

async function show(services: Services, request: WithId): Promise<LibraryAssetObject> {
  return toLibraryAssetObject(await requireOwn(services, request), urlsFor(request, services));
}

/** Returns the asset after which a page begins. Throws `invalid_request` for one that the caller does not have. */
async function cursorOf(
  services: Services,
  { caller }: FastifyRequest,
  after: string | undefined,
): Promise<LibraryAsset | undefined> {
  if (after === undefined) return undefined;
  const asset = await services.library.get(after);
  if (asset !== undefined && caller.maySee(asset.keyId)) return asset;
  throw new JimengError("invalid_request", "There is no file of the id in after.", {
    param: "after",
    fix: "Give the last_id of the page before, or leave it out for the first page.",
  });
}

function toFilter(
  { caller }: FastifyRequest,
  query: Omit<z.output<typeof timelineQuerySchema>, "time_zone">,
): LibraryFilter {
  const { kind, model, account, starred, tag, trashed, from, to, q } = query;
  return {
    madeFrom: query.made_from,
    keyId: ownerAskedFor(caller, query.key, "files"),
    kind,
    model,
    account,
    starred,
    tag,
    trashed,
    from: from === undefined ? undefined : from * 1000,
    to: to === undefined ? undefined : to * 1000,
    q,
  };
}

function tooMany(): JimengError {
  return new JimengError("invalid_request", `"limit" must be at most ${maxPageSize}.`, {
    param: "limit",
    fix: "Ask for fewer, or for view=grid.",
  });
}

/** Removes tags that differ in upper and lower case only. */
function withoutDoubles(names: readonly string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()];
}
