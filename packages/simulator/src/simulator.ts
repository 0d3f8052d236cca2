// Starts and stops a simulator: one server on one port that plays every role of the upstream.

import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";

import { createControl } from "./control.ts";
import type { SimulatorControl } from "./control.ts";
import { registerEndpoint } from "./endpoint.ts";
import { registerTransportFaults } from "./faults/transport.ts";
import type { SimulatorLogger, SimulatorOptions } from "./options.ts";
import { resultHosts } from "./regions.ts";
import { algoProxyEndpoint, auditJobEndpoint, materialAuditEndpoint } from "./routes/audits.ts";
import { audioConfigEndpoint, feedEndpoint, speechEndpoint } from "./routes/audio.ts";
import { commonConfigEndpoint, videoConfigEndpoint } from "./routes/configs.ts";
import { registerControl } from "./routes/control.ts";
import {
  creditHistoryEndpoint,
  creditReceiveEndpoint,
  subscriptionEndpoint,
  userCreditEndpoint,
} from "./routes/credits.ts";
import { registerDownloads } from "./routes/downloads.ts";
import { generateEndpoint } from "./routes/generate.ts";
import { historyEndpoint } from "./routes/history.ts";
import { imagexActions } from "./routes/imagex.ts";
import {
  cancelEndpoint,
  historyListEndpoint,
  imageByUriEndpoint,
  itemInfoEndpoint,
  localItemListEndpoint,
  queueInfoEndpoint,
} from "./routes/library.ts";
import { accountInfoEndpoint } from "./routes/passport.ts";
import { registerUploadGateway } from "./routes/upload-gateway.ts";
import { uploadTokenEndpoint } from "./routes/upload-token.ts";
import { vodActions } from "./routes/vod.ts";
import { registerActions } from "./routes/volcengine.ts";
import { createWorld } from "./world.ts";
import type { World } from "./world.ts";

const defaultHost = "127.0.0.1";
const bodyLimitBytes = 256 * 1024 * 1024;
const maxPathPartLength = 500;
/** The path that a relay puts before the upstream's own, such as `/dreamina/us`. */
const relayPrefix = /^\/[^?]*?(\/(?:mweb|commerce|passport)\/)/;

const endpoints = [
  generateEndpoint,
  historyEndpoint,
  historyListEndpoint,
  queueInfoEndpoint,
  cancelEndpoint,
  localItemListEndpoint,
  itemInfoEndpoint,
  imageByUriEndpoint,
  uploadTokenEndpoint,
  algoProxyEndpoint,
  auditJobEndpoint,
  materialAuditEndpoint,
  commonConfigEndpoint,
  videoConfigEndpoint,
  audioConfigEndpoint,
  feedEndpoint,
  speechEndpoint,
  userCreditEndpoint,
  creditHistoryEndpoint,
  creditReceiveEndpoint,
  subscriptionEndpoint,
  accountInfoEndpoint,
];

/** A running simulator. */
export interface Simulator extends SimulatorControl {
  /** The base URL for every role of the upstream. */
  url: string;
  /** Why pictures and videos are blank although drawn ones are wanted, in one line; null where that is not so. */
  whyBlank: string | null;
  /** Stops listening, ends open connections and closes the store. */
  close(): Promise<void>;
}

/** Returns a URL's path and query without the host of a result (media-links.ts) or a relay's prefix before them. */
function withoutPrefix(url: string): string {
  const host = url.split("/", 2)[1] ?? "";
  return resultHosts.has(host) ? url.slice(host.length + 1) : url.replace(relayPrefix, "$1");
}

function createServer(
  world: World,
  control: SimulatorControl,
  { host, logger }: { host: string; logger: SimulatorLogger | undefined },
): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: maxPathPartLength },
    rewriteUrl: ({ url = "/" }) => withoutPrefix(url),
  });
  server.setErrorHandler((error, request, reply) => {
    const status = (error as { statusCode?: number }).statusCode ?? 500;
    const message = error instanceof Error ? error.message : "unknown";
    logger?.warn({ path: request.routeOptions.url, error: message }, "request failed");
    return reply.status(status).type("text/plain").send(message);
  });
  // Every body is read as bytes: the upstream judges it, not a framework.
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "buffer" }, (_request, body, done) => {
    done(null, body);
  });
  // A fault of the simulator itself looks like a gateway fault of the site, so it is logged here.
  server.addHook("onError", async (request, _reply, error) => {
    logger?.warn({ path: request.url.split("?")[0], error: error.stack }, "simulator fault");
  });
  registerTransportFaults(server, world);
  for (const endpoint of endpoints) registerEndpoint(server, world, endpoint);
  registerActions(server, world, [...imagexActions, ...vodActions]);
  registerUploadGateway(server, world);
  registerControl(server, control, host);
  registerDownloads(server, world);
  return server;
}

/** Starts a simulator; it listens when the promise resolves. A busy port or an unusable folder rejects it. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const control = createControl(world);
  const { host = defaultHost, port = 0, logger } = options;
  const server = createServer(world, control, { host, logger });
  try {
    const url = await server.listen({ host, port });
    logger?.info({ url, media: world.media }, "simulator is listening");
    if (world.whyBlank !== null) {
      logger?.warn({ reason: world.whyBlank }, "pictures and videos are blank");
    }
    return {
      ...control,
      url,
      whyBlank: world.whyBlank,
      close: async () => {
        await server.close();
        await world.close();
      },
    };
  } catch (error) {
    await world.close();
    throw error;
  }
}
