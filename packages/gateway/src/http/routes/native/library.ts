// The routes of the library: list and count stored results, star and tag them, the trash.

import { JimengError } from "@jimeng/sdk";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  assetUpdateBodySchema,
  libraryAssetSchema,
  libraryListSchema,
  libraryQuerySchema,
  sweepBodySchema,
  sweepSchema,
  timelineQuerySchema,
  timelineSchema,
} from "../../../api/library/library.ts";
import type { LibraryAssetObject } from "../../../api/library/library.ts";
import { maxPageSize } from "../../../api/lists.ts";
import type { LibraryFilter } from "../../../library/listing.ts";
import type { LibraryAsset } from "../../../library/record.ts";
import { toGridAsset, toLibraryAssetObject } from "../../../shapes/native/asset.ts";
import { toListPage } from "../../../shapes/values.ts";
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
    await app.register(changeRoutes(services));

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
        const { after, limit, order, view } = request.query;
        if (view !== "grid" && limit > maxPageSize) throw tooMany();
        const { assets, hasMore } = await services.library.list({
          ...toFilter(request, request.query),
          after: await cursorOf(services, request, after),
          limit,
          order,
        });
        const urls = urlsFor(request, services);
        return toListPage(
          assets.map((asset) =>
            view === "grid" ? toGridAsset(asset, urls) : toLibraryAssetObject(asset, urls),
          ),
          hasMore,
        );
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
        await services.library.update(id, { starred, tags: wanted && withoutDoubles(wanted) });
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
        await services.library.trash(id);
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
        await services.library.restore(id);
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
