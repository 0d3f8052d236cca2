// The routes of the studio: its page, under every path that the page itself shows rooms at, and its scripts and styles.

import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { ServiceError } from "../../../errors.ts";
import { matchesEtag } from "../../send-file.ts";
import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { chooseEncoding, toEtag } from "../../static-answer.ts";
import { toUnknownRoute } from "../../send-error.ts";
import type { StudioFiles } from "./studio-files.ts";

/** The first parts of the paths at which the page shows its rooms, beside `/`. */
const rooms = ["jobs", "library", "accounts", "admin", "health", "sign-in"] as const;

/** What is in the page where the path of the gateway comes. */
const basePlace = '<base href="/" />';

const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'self'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const pageHeaders: Readonly<Record<string, string>> = {
  "content-type": "text/html; charset=utf-8",
  "content-security-policy": pagePolicy,
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
  "cache-control": "no-cache",
  vary: "accept",
};

// The names of the files change with their contents.
const fileCaching = "public, max-age=31536000, immutable";

/** Registers the rooms of the page and its files. They are no part of the API's document. */
export function studioRoutes(services: Services, studio: StudioFiles): FastifyPluginAsyncZod {
  return async (app) => {
    const hidden = { config: { scope: "public" as const }, exposeHeadRoute: false };
    for (const room of rooms) {
      for (const path of [`/${room}`, `/${room}/*`]) {
        app.get(path, { ...hidden, schema: { hide: true } }, async (request, reply) => {
          if (!wantsPage(request)) throw toUnknownRoute(request, app.routeScopes);
          return await sendStudioPage(request, reply, { services, studio, room });
        });
      }
    }

    app.get(
      "/studio/:file",
      { ...hidden, schema: { hide: true, params: z.object({ file: z.string() }) } },
      async (request, reply) => {
        const file = await studio.read(request.params.file);
        if (file === undefined) {
          throw new ServiceError("not_found", "The studio has no such file.", {
            fix: "Reload the page: the gateway has another version of it.",
          });
        }
        void reply.headers({
          "cache-control": fileCaching,
          etag: file.etag,
          vary: "accept-encoding",
          "x-content-type-options": "nosniff",
        });
        if (matchesEtag(request.headers["if-none-match"], file.etag)) return reply.code(304).send();
        void reply.header("content-type", file.contentType);
        const encoding = chooseEncoding(request.headers["accept-encoding"]);
        const compressed = encoding === undefined ? undefined : file.compressed.get(encoding);
        if (encoding === undefined || compressed === undefined) return reply.send(file.plain);
        return reply.header("content-encoding", encoding).send(compressed);
      },
    );
  };
}

/** Tells whether a browser wants a page at a path without a room: the page itself says so, and leads back. */
export function isOfNoRoom(request: FastifyRequest): boolean {
  return request.method === "GET" && wantsPage(request) && !/^\/(v1|studio)\//.test(request.url);
}

/**
 * Sends the page, made for the path below which the browser reaches this gateway. Default room: `create`, which has nothing but
 * what every page needs.
 */
export async function sendStudioPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { services, studio, room = "create" }: { services: Services; studio: StudioFiles; room?: string },
): Promise<FastifyReply> {
  const { pathname } = new URL(baseFor(request, services));
  const base = pathname.endsWith("/") ? pathname : `${pathname}/`;
  const { text, rooms } = await studio.readPage();
  const page = text.replace(basePlace, () => `<base href="${base}" />`);
  const etag = toEtag(page);
  void reply.headers({ ...pageHeaders, etag });
  const needed = rooms.get(room);
  if (needed !== undefined) {
    void reply.header("link", needed.map((name) => toPreload(base, name)).join(", "));
  }
  if (matchesEtag(request.headers["if-none-match"], etag)) return reply.code(304).send();
  return reply.send(page);
}

/** Returns the link that has a browser load a file while it still reads the page. */
function toPreload(base: string, name: string): string {
  const use = name.endsWith(".css") ? "preload; as=style" : "modulepreload";
  return `<${base}studio/${name}>; rel=${use}`;
}

/** Tells whether HTML was asked for by its name; what curl and most clients send, any type, is not. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return /(^|,)\s*text\/html\s*(;|,|$)/i.test(headers.accept ?? "");
}
