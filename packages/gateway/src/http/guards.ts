// Checks every request before its route sees it: where it comes from, who calls, and the shape of its body.

import type { IncomingHttpHeaders } from "node:http";

import cors from "@fastify/cors";
import type { FastifyInstance, FastifyRequest } from "fastify";

import { anonymous, requireScope, signatureHolder } from "../keys/caller.ts";
import type { Caller, Scope } from "../keys/caller.ts";
import type { Dialect } from "../shapes/dialect.ts";
import { checkAddress } from "./answers/signed-address.ts";
import { createKeyCheck, isCredentialNeeded, readCredential } from "./auth.ts";
import type { Authenticate } from "./auth.ts";
import { checkBodyShape } from "./bodies/body-shape.ts";
import { checkOrigin, checkSignInOrigin } from "./browser-guard.ts";
import { toBadHostError, toMissingHostError, toZeroCharacterError } from "./request-errors.ts";
import type { Services } from "./services.ts";
import { readSignInToken } from "./sign-in/cookie.ts";
import { cutPointlessBody } from "./walls/unread-bodies.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** The scope that the caller needs; a route without it stops the start. */
    scope?: Scope;
    /** True where a valid `?sig=` of the route's id replaces a credential. */
    signedUrl?: boolean;
    /**
     * Whether a caller's own session must be confirmed by the upstream before the body is read; default true for the
     * scope generate.
     */
    confirmedSession?: boolean;
    /** Makes a public route refuse a wrong credential: clients ask it to learn whether theirs is right. */
    checksCredential?: boolean;
    /** The parameter names of the route's errors; default our own. */
    dialect?: Dialect;
  }
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyInstance {
    /** The scope of every registered route. */
    routeScopes: RouteScope[];
  }
}

/** One registered route and its scope. */
export interface RouteScope {
  method: string;
  url: string;
  scope: Scope;
}

/** What requests are checked with. */
export interface GuardOptions {
  services: Pick<
    Services,
    "config" | "keys" | "keyUse" | "assetSecret" | "confirmations" | "jobs" | "now"
  >;
  authenticate: Authenticate;
}

/** Collects the scopes of routes as they are registered; throws for a route that declares none. */
export function collectScopes(app: FastifyInstance): void {
  const routeScopes: RouteScope[] = [];
  app.decorate("routeScopes", routeScopes);
  app.addHook("onRoute", (route) => {
    // The preflight route of @fastify/cors: it answers headers only.
    const preflight = route.method === "OPTIONS" && route.url === "*";
    const scope = preflight ? "public" : route.config?.scope;
    if (scope === undefined) {
      throw new Error(`The route ${String(route.method)} ${route.url} declares no scope.`);
    }
    routeScopes.push({ method: String(route.method), url: route.url, scope });
  });
}

const exposedHeaders = [
  "x-request-id",
  "x-jimeng-job",
  "x-jimeng-joined",
  "idempotent-replayed",
  "x-should-retry",
  "location",
  "etag",
  "retry-after",
];

/** Adds the checks that run before every route. */
export async function addGuards(app: FastifyInstance, options: GuardOptions): Promise<void> {
  const { services, authenticate } = options;
  const { config } = services;
  const rules = {
    get credentialNeeded() {
      return isCredentialNeeded(services);
    },
    boundHost: config.host,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    publicUrl: config.publicUrl,
  };
  app.decorateRequest("caller");
  app.addHook("onRequest", async (request, reply) => {
    request.caller = anonymous;
    void reply.header("x-request-id", request.id);
    cutPointlessBody(request, reply);
    if (request.headers.host === undefined && request.raw.httpVersion !== "1.0")
      throw toMissingHostError();
    // Answers build URLs from both; a proxy passes on what its client says of them.
    if (!isHostSyntax(request.headers.host) || !isHostSyntax(request.host || undefined))
      throw toBadHostError();
    if (!isWebProtocol(request.protocol)) throw toBadHostError();
    if (request.url.includes("%00")) throw toZeroCharacterError();
    const refusal =
      checkOrigin(request.headers, rules) ??
      (isSignInUsed(request, rules.credentialNeeded)
        ? checkSignInOrigin(request, rules)
        : undefined);
    if (refusal !== undefined) throw refusal;
  });
  if (config.allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: config.allowedOrigins,
      methods: ["GET", "HEAD", "POST", "PATCH", "DELETE"],
      exposedHeaders,
    });
  }
  const isKeyInForce = createKeyCheck(config, services);
  async function readSigned(request: FastifyRequest): Promise<Caller> {
    const check = await checkAddress(request, services, isKeyInForce);
    if (check === "valid") return signatureHolder;
    if (check !== "none" && readCredential(request.headers) === undefined) throw check;
    return await authenticate(request.headers, request.ip);
  }
  app.addHook("onRequest", async (request) => {
    const { scope, signedUrl, confirmedSession, checksCredential } = request.routeOptions.config;
    if (scope === undefined) return;
    if (scope === "public") {
      const isPresented = readCredential(request.headers) !== undefined;
      if (checksCredential === true && isPresented)
        request.caller = await authenticate(request.headers, request.ip);
      return;
    }
    request.caller =
      signedUrl === true
        ? await readSigned(request)
        : await authenticate(request.headers, request.ip);
    requireScope(request.caller, scope);
    // What a key may do is told also to one that has used up its requests.
    if (request.caller.key !== null && scope !== "self")
      await services.keyUse.take(request.caller.key);
    const session = request.caller.session();
    if (session === null || !(confirmedSession ?? scope === "generate")) return;
    await services.confirmations.confirm(session.text, request.ip);
  });
  app.addHook("preValidation", (request, _reply, done) => {
    checkBodyShape(isStream(request.body) ? undefined : request.body);
    done();
  });
}

/** Tells whether a request acts, or begins to act, in the name of a browser's sign-in. */
function isSignInUsed({ headers, routeOptions }: FastifyRequest, isNeeded: boolean): boolean {
  if (!isNeeded) return false;
  // Whoever signs a browser in decides whose pictures it makes; programs that do it are no browsers.
  if (routeOptions.url === signInUrl && isSentByBrowser(headers)) return true;
  if (readCredential(headers) !== undefined) return false;
  return readSignInToken(headers) !== undefined;
}

const signInUrl = "/v1/sign-in";

/** Tells whether headers stand in a request that only browsers write, also where they leave Origin out. */
function isSentByBrowser({ origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  return origin !== undefined || site !== undefined;
}

function isWebProtocol(protocol: string): boolean {
  return protocol === "http" || protocol === "https";
}

const hostPattern = /^(?:\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i;
const highestPort = 65_535;

/** Tells whether a Host header is a name or address with an optional port; answers build URLs from it. */
function isHostSyntax(host: string | undefined): boolean {
  if (host === undefined) return true;
  const match = hostPattern.exec(host);
  return match !== null && Number(match[1] ?? 0) <= highestPort;
}

// An uploaded file whose route reads the bytes itself.
function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && "pipe" in body;
}
