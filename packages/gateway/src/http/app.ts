// Builds the fastify application: hooks, routes, mounts and the one error handler.

import { randomUUID } from "node:crypto";

import { LogController, fastify } from "fastify";
import type { FastifyBaseLogger, FastifyInstance, FastifyPluginAsync } from "fastify";

import { traceRequests } from "./answers/trace-requests.ts";
import { auditRequests } from "./audit/audit-requests.ts";
import { reportAnswers, toRequestLogger } from "./access-log.ts";
import { decodeUtf8 } from "./bodies/text-encoding.ts";
import { answerClientError, answerExpectations } from "./client-errors.ts";
import { trackConnections } from "./connections.ts";
import { addGuards, collectScopes } from "./guards.ts";
import type { GuardOptions } from "./guards.ts";
import { noObserver } from "../observer.ts";
import type { Observer } from "../observer.ts";
import { collectRoutes } from "./documentation/openapi.ts";
import { compatGenerationRoutes } from "./routes/compat/generations.ts";
import { replaceModelAliases } from "./bodies/model-alias.ts";
import { pingRoutes } from "./routes/compat/ping.ts";
import { tokenRoutes } from "./routes/compat/tokens.ts";
import { accountRoutes } from "./routes/native/accounts.ts";
import { auditRoutes } from "./routes/native/audit.ts";
import { assetRoutes } from "./routes/native/assets.ts";
import { batchRoutes } from "./routes/native/batch.ts";
import { createJobRoutes } from "./routes/native/create-jobs.ts";
import { chatRoutes } from "./routes/openai/chat.ts";
import { creditRoutes } from "./routes/native/credits.ts";
import { eventRoutes } from "./routes/native/events.ts";
import { estimateRoutes } from "./routes/native/estimate.ts";
import { historyRoutes } from "./routes/native/history.ts";
import { jobEventRoutes } from "./routes/native/job-events.ts";
import { libraryRoutes } from "./routes/native/library.ts";
import { jobRoutes } from "./routes/native/jobs.ts";
import { keyRoutes } from "./routes/native/keys.ts";
import { uploadLinkRoutes } from "./routes/native/upload-links.ts";
import { uploadPageRoutes } from "./routes/service/upload-page.ts";
import { signInRoutes } from "./routes/native/sign-in.ts";
import { ledgerRoutes } from "./routes/native/ledger.ts";
import { musicRoutes } from "./routes/native/music.ts";
import { referenceFileRoutes } from "./routes/openai/files.ts";
import { fileBatchRoutes } from "./routes/openai/batches.ts";
import { imageToolRoutes } from "./routes/openai/image-tools.ts";
import { imageRoutes } from "./routes/openai/images.ts";
import { modelRoutes } from "./routes/openai/models.ts";
import { speechRoutes } from "./routes/openai/speech.ts";
import { webhookRoutes } from "./routes/native/webhooks.ts";
import { videoRoutes } from "./routes/openai/videos.ts";
import { docsRoutes } from "./routes/service/docs.ts";
import { gatewayRoutes } from "./routes/service/gateway.ts";
import { healthRoutes } from "./routes/service/health.ts";
import { doctorRoutes } from "./routes/service/doctor.ts";
import { logLevelRoutes } from "./routes/service/log-level.ts";
import { metricsRoutes } from "./routes/service/metrics.ts";
import { homeRoutes } from "./routes/service/home.ts";
import { isOfNoRoom, sendStudioPage, studioRoutes } from "./routes/service/studio.ts";
import { OpenStreams } from "./walls/open-streams.ts";
import { limitConnections } from "./walls/connection-limit.ts";
import { protectAnswers } from "./walls/response-headers.ts";
import { createProxyCheck } from "./walls/trusted-proxies.ts";
import { toRouteUrl } from "./route-spelling.ts";
import { schemaController } from "./schema-controller.ts";
import { sendError, toUnknownRoute } from "./send-error.ts";
import type { Services } from "./services.ts";

/** What the application is made of. */
export interface AppOptions extends GuardOptions {
  services: Services;
  logger: FastifyBaseLogger;
  observer?: Observer;
  /** Further plugins (MCP, studio), whose routes declare scopes too. */
  mounts?: readonly FastifyPluginAsync[];
}

// A prompt is a few kilobytes; pictures come by upload, not inside JSON.
const bodyLimitBytes = 1024 * 1024;
// Node's own default; fastify itself would wait for ever for a slow request.
const requestTimeoutMs = 300_000;

/** Builds the application; it neither listens nor starts jobs. */
export async function buildApp(options: AppOptions): Promise<FastifyInstance> {
  const { services } = options;
  const isProxy = createProxyCheck(services.config.trustedProxies);
  const errorOptions = { passThrough: services.config.passthrough };
  const app = fastify({
    loggerInstance: options.logger,
    logController: new LogController({ disableRequestLogging: true }),
    childLoggerFactory: toRequestLogger,
    schemaController,
    bodyLimit: bodyLimitBytes,
    // Without a proxy the address is the socket's own, which costs nothing to read.
    trustProxy: services.config.trustedProxies.length > 0 && isProxy,
    requestTimeout: requestTimeoutMs,
    rewriteUrl: ({ url = "/" }) => toRouteUrl(url),
    genReqId: () => `req_${randomUUID()}`,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply, errorOptions),
    clientErrorHandler: answerClientError,
    // Node would answer 400 without a body; our guard says what is missing.
    http: { requireHostHeader: false },
  });
  answerExpectations(app.server);
  limitConnections(app.server, { perAddress: services.config.connectionsPerAddress, isProxy });
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, errorOptions));
  app.setNotFoundHandler(async (request, reply) => {
    const { studio } = services;
    if (studio !== null && isOfNoRoom(request))
      return await sendStudioPage(request, reply.code(404), { services, studio });
    sendError(toUnknownRoute(request, app.routeScopes), request, reply, errorOptions);
    return reply;
  });
  acceptJsonOnly(app);
  const observer = options.observer ?? noObserver;
  protectAnswers(app);
  traceRequests(app, observer.tracing);
  auditRequests(app, observer);
  collectScopes(app);
  await addGuards(app, options);
  reportAnswers(app, options.logger, observer);
  endConnections(app, services);
  replaceModelAliases(app, services.config.modelAliases);
  await registerRoutes(app, options);
  for (const mount of options.mounts ?? []) await app.register(mount);
  await app.ready();
  return app;
}

async function registerRoutes(
  app: FastifyInstance,
  { services, authenticate }: AppOptions,
): Promise<void> {
  const describeApi = collectRoutes(app, {
    version: services.version,
    publicUrl: services.config.publicUrl,
  });
  await app.register(imageRoutes(services));
  await app.register(imageToolRoutes(services));
  await app.register(videoRoutes(services));
  await app.register(chatRoutes(services));
  await app.register(compatGenerationRoutes(services));
  await app.register(pingRoutes());
  await app.register(musicRoutes(services));
  await app.register(speechRoutes(services));
  await app.register(referenceFileRoutes(services));
  await app.register(uploadLinkRoutes(services));
  await app.register(uploadPageRoutes(services));
  await app.register(jobRoutes(services));
  const streams = new OpenStreams({ authenticate, perKey: services.config.streamsPerKey });
  await app.register(jobEventRoutes(services, streams));
  await app.register(eventRoutes(services, streams));
  await app.register(webhookRoutes(services));
  await app.register(createJobRoutes(services));
  await app.register(estimateRoutes(services));
  await app.register(batchRoutes(services));
  await app.register(fileBatchRoutes(services));
  await app.register(modelRoutes(services));
  await app.register(creditRoutes(services));
  await app.register(accountRoutes(services));
  await app.register(ledgerRoutes(services));
  await app.register(keyRoutes(services));
  await app.register(signInRoutes(services, authenticate));
  await app.register(auditRoutes(services));
  await app.register(historyRoutes(services));
  if (services.config.passthrough) await app.register(tokenRoutes(services));
  await app.register(libraryRoutes(services));
  await app.register(assetRoutes(services));
  await app.register(healthRoutes(services, describeApi));
  await app.register(docsRoutes(services));
  await app.register(metricsRoutes(services));
  await app.register(doctorRoutes(services));
  await app.register(logLevelRoutes(services));
  await app.register(gatewayRoutes(services));
  await app.register(homeRoutes(services));
  if (services.studio !== null) await app.register(studioRoutes(services, services.studio));
}

function acceptJsonOnly(app: FastifyInstance): void {
  const parseJson = app.getDefaultJsonParser("error", "error");
  // The form of a foreign page can send text/plain without a preflight; no route needs that type.
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("application/json", { parseAs: "buffer" }, (request, body, done) => {
    try {
      const text = decodeUtf8(Buffer.from(body), request.headers["content-type"]);
      // Clients put the JSON header on bodyless posts too (cancel).
      if (text === "") done(null, undefined);
      else void parseJson(request, text, done);
    } catch (error) {
      done(error as Error, undefined);
    }
  });
}

function endConnections(app: FastifyInstance, services: Services): void {
  const endAll = trackConnections(app.server);
  app.addHook("preClose", (done) => {
    // fastify's close() waits for every answer: waiting requests and event streams would keep it from ending.
    services.draining.abort();
    services.closing.abort();
    endAll();
    done();
  });
}
