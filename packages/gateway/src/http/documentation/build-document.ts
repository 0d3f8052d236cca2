// Builds the OpenAPI document from the collected routes. Loaded with the first request for it.

import swagger from "@fastify/swagger";
import { fastify } from "fastify";
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

import type { Scope } from "../../keys/caller.ts";
import { schemaController } from "../schema-controller.ts";
import { completeDocument } from "./complete.ts";
import type { ApiDocument, ApiFacts } from "./document.ts";
import { operationTexts } from "./operations/index.ts";
import { tidySchemas } from "./schemas.ts";
import { describeWebhooks } from "./webhooks.ts";

const about =
  "Pictures and videos from 即梦 Jimeng and Dreamina, for programs: OpenAI's routes and our own over durable jobs.";
const aboutKeys =
  "A gateway key, or with pass-through the caller's own session. A gateway without keys asks for none.";

/** Builds the document of these routes. */
export async function buildDocument(
  routes: readonly RouteOptions[],
  { version, publicUrl }: ApiFacts,
): Promise<ApiDocument> {
  const app = fastify({ schemaController, exposeHeadRoutes: false });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "jimeng gateway",
        version,
        description: about,
        license: { name: "MIT", identifier: "MIT" },
      },
      servers: [{ url: publicUrl ?? "/", description: "This gateway" }],
      components: {
        securitySchemes: { key: { type: "http", scheme: "bearer", description: aboutKeys } },
      },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  const scopes = new Map<string, Scope>();
  for (const { method, url, schema, config } of routes) {
    app.route({ method, url, schema, handler: () => undefined });
    for (const each of [method].flat()) {
      const path = url.replaceAll(/:(\w+)/g, "{$1}");
      scopes.set(`${each.toLowerCase()} ${path}`, config?.scope ?? "public");
    }
  }
  await app.ready();
  const document = app.swagger() as unknown as ApiDocument;
  tidySchemas(document);
  completeDocument(document, {
    texts: operationTexts,
    scopeOf: (method, path) => scopes.get(`${method} ${path}`) ?? "public",
  });
  describeWebhooks(document);
  return document;
}
