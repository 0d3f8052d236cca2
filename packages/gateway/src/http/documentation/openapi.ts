// Describes the HTTP API as an OpenAPI document: routes are collected while they register, the document is built on
// the first request.

import type { FastifyInstance, RouteOptions } from "fastify";

import { StaticAnswer } from "../static-answer.ts";
import type { ApiFacts } from "./document.ts";

/** Returns the API's OpenAPI document, as it is sent. */
export type DescribeApi = () => Promise<StaticAnswer>;

/** Collects every route that is registered from now on; the document is built at the first call and then kept. */
export function collectRoutes(app: FastifyInstance, facts: ApiFacts): DescribeApi {
  const routes: RouteOptions[] = [];
  app.addHook("onRoute", (route) => {
    if (route.method !== "HEAD" && route.method !== "OPTIONS") routes.push(route);
  });
  let described: Promise<StaticAnswer> | undefined;
  return () => (described ??= describe(routes, facts));
}

async function describe(routes: RouteOptions[], facts: ApiFacts): Promise<StaticAnswer> {
  // Loaded on demand: with swagger's YAML it takes 5 MiB, for a document that is seldom read.
  const { buildDocument } = await import("./build-document.ts");
  return new StaticAnswer(JSON.stringify(await buildDocument(routes, facts)));
}
