// Describes the HTTP API as an OpenAPI document: routes are collected while they register, the document is built on
// the first request.

import { fastify } from "fastify";
import type { FastifyInstance, RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";

import { schemaController } from "./schema-controller.ts";
import { StaticAnswer } from "./static-answer.ts";

/** Returns the API's OpenAPI document, as it is sent. */
export type DescribeApi = () => Promise<StaticAnswer>;

/** Collects every route that is registered from now on; the document is built at the first call and then kept. */
export function collectRoutes(app: FastifyInstance, version: string): DescribeApi {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD" && route.method !== "OPTIONS") routes.push(route);
  });
  let described: Promise<StaticAnswer> | undefined;
  return () => (described ??= describe(routes, version));
}

async function describe(routes: RouteOptions[], version: string): Promise<StaticAnswer> {
  // Loaded on demand: with its YAML it takes 5 MiB, for a document that is seldom read.
  const { default: swagger } = await import("@fastify/swagger");
  const app = fastify({ schemaController, exposeHeadRoutes: false });
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: { title: "jimeng gateway", version },
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      security: [{ key: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  });
  for (const { method, url, schema } of routes) {
    app.route({ method, url, schema, handler: () => undefined });
  }
  await app.ready();
  return new StaticAnswer(JSON.stringify(app.swagger()));
}
