// The routes of upload links: pages on which a person gives one file to the holder of a key, without having the key.

import { JimengError } from "@jimeng/sdk";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { uploadLinkSchema } from "../../../api/files.ts";
import type { UploadLinkObject } from "../../../api/files.ts";
import type { UploadLink } from "../../../keys/upload-links.ts";
import { toUnixSeconds } from "../../../shapes/values.ts";
import { errorResponses } from "../../responses.ts";
import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";

const tags = ["files"];

/** Registers `POST /v1/upload-links` and `GET /v1/upload-links/{id}`. */
export function uploadLinkRoutes(services: Services): FastifyPluginAsyncZod {
  const { uploadLinks, keyUse } = services;
  return async (app) => {
    app.post(
      "/v1/upload-links",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make a page on which a person gives one file",
          tags,
          response: { 200: uploadLinkSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { caller } = request;
        if (caller.key !== null) await keyUse.assertRoom(caller.key);
        const { link, token } = await uploadLinks.create(caller.keyId);
        request.audit.subject = link.id;
        void reply.header("cache-control", "no-store");
        // In the fragment: browsers send it to nobody, so that it stands in no log.
        return toObject(link, `${baseFor(request, services)}/upload#${token}`);
      },
    );

    app.get(
      "/v1/upload-links/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Tell whether the file of such a page was given",
          tags,
          params: z.object({ id: z.string() }),
          response: { 200: uploadLinkSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const link = await uploadLinks.get(request.params.id);
        if (link === undefined || !request.caller.maySee(link.keyId)) throw notFound();
        void reply.header("cache-control", "no-store");
        return toObject(link, null);
      },
    );
  };
}

function toObject(link: UploadLink, url: string | null): UploadLinkObject {
  return {
    id: link.id,
    object: "upload_link",
    url,
    status: link.state,
    file_id: link.fileId,
    expires_at: toUnixSeconds(link.expiresAt),
  };
}

function notFound(): JimengError {
  return new JimengError("not_found", "There is no upload link of this id.", {
    what: "file",
    param: "id",
    fix: "Make a new one; links are forgotten an hour after their end, and those of another key are not shown.",
  });
}
