// The fastify application: hooks, routes, mounts and the one error handler.

import { randomUUID } from "node:crypto";

import cors from "@fastify/cors";
import { JimengError } from "@jimeng/sdk";
import { LogController, fastify } from "fastify";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyPluginAsync,
  FastifyReply,
  FastifyRequest,
} from "fastify";

import { ServiceError, toOneLine } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";
import { anonymous, requireScope, signatureHolder } from "../keys/caller.ts";
import type { Caller, Scope } from "../keys/caller.ts";
import { needsCredential } from "./auth.ts";
import { checkBodyShape } from "./bodies/body-shape.ts";
import { refuseForeign } from "./browser-guard.ts";
import { answerClientError, answerExpectations } from "./client-errors.ts";
import { trackConnections } from "./connections.ts";
import { isDatabaseAway, toDatabaseAway } from "../database/away.ts";
import { JobFailure, toErrorReply } from "./error-reply.ts";
import type { ErrorContext } from "./error-reply.ts";
import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import { noteRoutes } from "./openapi.ts";
import { noHost, toBrokenOff, toRequestError, zeroInUrl } from "./request-errors.ts";
import { accountRoutes } from "./routes/native/accounts.ts";
import { assetRoutes } from "./routes/native/assets.ts";
import { creditRoutes } from "./routes/native/credits.ts";
import { RangeUnsatisfiable } from "./send-file.ts";
import { gatewayRoutes } from "./routes/service/gateway.ts";
import { healthRoutes } from "./routes/service/health.ts";
import { historyRoutes } from "./routes/native/history.ts";
import { imageRoutes } from "./routes/openai/images.ts";
import { createJobRoutes } from "./routes/native/create-jobs.ts";
import { jobRoutes } from "./routes/native/jobs.ts";
import { referenceFileRoutes } from "./routes/openai/files.ts";
import { modelRoutes } from "./routes/openai/models.ts";
import { tokenRoutes } from "./routes/compat/tokens.ts";
import { videoRoutes } from "./routes/openai/videos.ts";
import { schemaController } from "./schema-controller.ts";
import type { Services } from "./services.ts";
import { toDialectError } from "../shapes/dialect.ts";
import type { Dialect } from "../shapes/dialect.ts";
import { nativeDialect } from "../shapes/native/names.ts";
import { isAssetSignature } from "../shapes/urls.ts";
import { RequestError } from "../submission/request-error.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Names what the caller needs; a route without it stops the start. */
    scope?: Scope;
    /** Lets a valid `?sig=` of the route's id stand for a credential. */
    signedUrl?: boolean;
    /** Names the parameters in the route's errors; default our own names. */
    dialect?: Dialect;
  }
  interface FastifyRequest {
    caller: Caller;
  }
  interface FastifyInstance {
    /** Lists what every registered route needs, for tests and people. */
    routeScopes: RouteScope[];
  }
}

/** One registered route and what it needs. */
export interface RouteScope {
  method: string;
  url: string;
  scope: Scope;
}

/** What the application is made of. */
export interface AppOptions {
  services: Services;
  authenticate: (headers: FastifyRequest["headers"]) => Caller;
  logger: FastifyBaseLogger;
  observer?: Observer;
  /** Further plugins (MCP, studio); their routes declare scopes like ours. */
  mounts?: readonly FastifyPluginAsync[];
}

// A prompt is a few kilobytes; pictures come by upload, not inside JSON.
const bodyLimitBytes = 1024 * 1024;
// Node's own default; fastify would otherwise let a caller dribble a request for ever.
const requestTimeoutMs = 300_000;

/** Builds the application; it neither listens nor starts jobs. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { services } = options;
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    schemaController,
    bodyLimit: bodyLimitBytes,
    requestTimeout: requestTimeoutMs,
    genReqId: () => `req_${randomUUID()}`,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply, services),
    clientErrorHandler: answerClientError,
    // Node would answer without a word; the guard says what is missing.
    http: { requireHostHeader: false },
  });
  answerExpectations(app.server);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, services));
  app.setNotFoundHandler((request, reply) =>
    sendError(toUnknownRoute(request), request, reply, services),
  );
  takeJsonOnly(app);
  declareScopes(app);
  await guard(app, options);
  reportAnswers(app, options.observer ?? noObserver);
  endConnections(app, services);
  const describeApi = noteRoutes(app, services.version);
  await app.register(imageRoutes(services));
  await app.register(videoRoutes(services));
  await app.register(referenceFileRoutes(services));
  await app.register(jobRoutes(services));
  await app.register(createJobRoutes(services));
  await app.register(modelRoutes(services.models));
  await app.register(creditRoutes(services));
  await app.register(accountRoutes(services));
  await app.register(historyRoutes(services));
  if (services.config.passthrough) await app.register(tokenRoutes(services));
  await app.register(assetRoutes(services));
  await app.register(healthRoutes(services, describeApi));
  await app.register(gatewayRoutes(services));
  for (const mount of options.mounts ?? []) await app.register(mount);
  await app.ready();
  return app;
}

function takeJsonOnly(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  // A form of a foreign page can send text/plain without asking first; nobody else needs it.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body, done) => {
    // Clients put the JSON header on bodyless posts too (cancel).
    if (body === "") done(null, undefined);
    else void parseJson(request, body.toString(), done);
  });
}

function declareScopes(app: FastifyInstance): void {
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

async function guard(app: FastifyInstance, options: AppOptions): Promise<void> {
  const { services, authenticate } = options;
  const { config } = services;
  const rules = {
    credentialNeeded: needsCredential(config),
    boundHost: config.host,
    allowedHosts: config.allowedHosts,
    allowedOrigins: config.allowedOrigins,
    publicUrl: config.publicUrl,
  };
  app.decorateRequest("caller");
  app.addHook("onRequest", async (request, reply) => {
    request.caller = anonymous;
    void reply.header("x-request-id", request.id);
    if (request.headers.host === undefined && request.raw.httpVersion !== "1.0") throw noHost();
    if (request.url.includes("%00")) throw zeroInUrl();
    const refusal = refuseForeign(request.headers, rules);
    if (refusal !== undefined) throw refusal;
  });
  if (config.allowedOrigins.length > 0) {
    await app.register(cors, {
      origin: config.allowedOrigins,
      methods: ["GET", "HEAD", "POST", "DELETE"],
      exposedHeaders: [
        "x-request-id",
        "x-jimeng-job",
        "x-jimeng-joined",
        "idempotent-replayed",
        "x-should-retry",
        "location",
        "retry-after",
      ],
    });
  }
  app.addHook("onRequest", async (request) => {
    const { scope, signedUrl } = request.routeOptions.config;
    if (scope === undefined || scope === "public") return;
    const signed = signedUrl === true && hasSignature(request, services.assetSecret);
    request.caller = signed ? signatureHolder : authenticate(request.headers);
    requireScope(request.caller, scope);
  });
  app.addHook("preValidation", (request, _reply, done) => {
    checkBodyShape(isStream(request.body) ? undefined : request.body);
    done();
  });
}

// The bytes of an uploaded file, which its route reads itself.
function isStream(body: unknown): boolean {
  return typeof body === "object" && body !== null && "pipe" in body;
}

function hasSignature(request: FastifyRequest, secret: Buffer | null): boolean {
  const { id } = request.params as { id?: unknown };
  const { sig } = request.query as { sig?: unknown };
  return (
    secret !== null &&
    typeof id === "string" &&
    typeof sig === "string" &&
    isAssetSignature(secret, id, sig)
  );
}

function endConnections(app: FastifyInstance, services: Services): void {
  const endAll = trackConnections(app.server);
  app.addHook("preClose", (done) => {
    // Waiting answers and event streams would keep the server open (dependencies, trap 4).
    services.closing.abort();
    endAll();
    done();
  });
}

function reportAnswers(app: FastifyInstance, observer: Observer): void {
  app.addHook("onResponse", async (request, reply) => {
    request.log.info(
      {
        method: request.method,
        // The path without its query: a signature in it is as good as the file.
        path: request.url.split("?")[0],
        status: reply.statusCode,
        duration_ms: Math.round(reply.elapsedTime),
        key_id: request.caller.keyId,
      },
      "request completed",
    );
    observer.httpAnswered({
      method: request.method,
      route: request.routeOptions.url ?? "unknown",
      status: reply.statusCode,
      durationMs: reply.elapsedTime,
    });
  });
}

const fileHeaders = ["etag", "cache-control", "content-disposition", "content-length"] as const;

function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  services: Services,
): void {
  const { error, status, context } = explain(inDialect(thrown, request), request);
  const { body, headers, ...built } = toErrorReply(error, {
    ...context,
    requestId: request.id,
    passThrough: services.config.passthrough,
  });
  // What a route said of the file that it meant to send is not true of an error: nobody may keep it for a year.
  for (const name of fileHeaders) void reply.removeHeader(name);
  void reply
    .code(status ?? built.status)
    .headers({ ...headers, "x-request-id": request.id })
    .type("application/json; charset=utf-8")
    .send(JSON.stringify(body));
}

function inDialect(thrown: unknown, { routeOptions }: FastifyRequest): unknown {
  if (!(thrown instanceof RequestError)) return thrown;
  return toDialectError(routeOptions.config.dialect ?? nativeDialect, thrown.kind, thrown);
}

function explain(
  thrown: unknown,
  request: FastifyRequest,
): { error: ExpectedError; status?: number; context?: Omit<ErrorContext, "requestId"> } {
  if (thrown instanceof RangeUnsatisfiable) return { error: thrown.error, status: 416 };
  if (thrown instanceof JobFailure) {
    if (thrown.error.code === "internal") logDefect(request, thrown.error);
    return { error: thrown.error, context: thrown.context };
  }
  const error = toRequestError(thrown) ?? toBrokenOff(thrown, request.raw);
  if (error !== undefined && error.code !== "internal") return { error };
  if (isDatabaseAway(thrown)) {
    request.log.warn({ reason: toOneLine(thrown) }, "The database cannot be reached.");
    return { error: toDatabaseAway(thrown) };
  }
  logDefect(request, thrown);
  // Whatever broke may hold anything; the caller gets an id, the log has the rest.
  return {
    error: new ServiceError("internal", `Something broke inside the gateway (${request.id}).`, {
      charged: "unknown",
      fix: "Look the id up in the gateway's log and report the defect.",
    }),
  };
}

function logDefect(request: FastifyRequest, thrown: unknown): void {
  request.log.error({ err: thrown }, "unexpected error");
}

function toUnknownRoute(request: FastifyRequest): ExpectedError {
  return new JimengError(
    "not_found",
    `There is no route ${request.method} ${request.url.split("?")[0]}.`,
    { what: "route", fix: "GET /openapi.json lists the routes." },
  );
}
