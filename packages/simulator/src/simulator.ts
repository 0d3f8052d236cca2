// The start and the stop of a simulator, and the functions by which tests look inside it. Every role of the upstream
// is one server on one port.

import { fastify } from "fastify";
import type { FastifyInstance } from "fastify";

import type { AccountSetting, Credits } from "./accounts.ts";
import { registerEndpoint } from "./endpoint.ts";
import type { FaultSetting } from "./faults/fault.ts";
import type { ActiveFault } from "./faults/faults.ts";
import { registerTransportFaults } from "./faults/transport.ts";
import type { SimulatorLogger, SimulatorOptions } from "./options.ts";
import { progressOf } from "./records/progress.ts";
import type { Progress } from "./records/progress.ts";
import type { AcceptedStart } from "./records/records.ts";
import type { Region } from "./regions.ts";
import type { RequestLogEntry } from "./request-log.ts";
import { algoProxyEndpoint, auditJobEndpoint, materialAuditEndpoint } from "./routes/audits.ts";
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
const longestPathPart = 500;
/** The path that a relay puts before the upstream's own, such as `/dreamina/us`. */
const relayPrefix = /^\/[^?]*?(\/(?:mweb|commerce|passport)\/)/;
const allRecords = 1_000_000;

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
  userCreditEndpoint,
  creditHistoryEndpoint,
  creditReceiveEndpoint,
  subscriptionEndpoint,
  accountInfoEndpoint,
];

/** One record as the control route shows it; wall times in milliseconds, null while still to come. */
export interface RecordSummary {
  history_id: string;
  submit_id: string;
  kind: "image" | "video";
  account: string;
  model: string;
  status: Progress["status"];
  /** What its acceptance forecast, queueing and making together. */
  forecast_seconds: number;
  accepted_at: number | null;
  visible_at: number | null;
  completed_at: number | null;
}

/** One account as the control route shows it. */
export interface AccountSummary {
  account: string;
  region: Region | null;
  expired: boolean;
  credits: Credits;
}

/** The functions that read and set what the simulator is doing; each has an HTTP route of its own. */
export interface SimulatorControl {
  /** Lists the accepted starts, one entry each. */
  acceptedStarts(): AcceptedStart[];
  /** Lists the requests that arrived, of one endpoint or since a wall time when given. */
  requests(filter?: { endpoint?: string; since?: number }): RequestLogEntry[];
  /** Lists the records, the oldest first. */
  records(): RecordSummary[];
  accounts(): AccountSummary[];
  /** Creates or changes an account and returns its fingerprint. */
  setAccount(setting: AccountSetting): string;
  /** Gives the simulated time and how far it is ahead, in milliseconds. */
  clock(): { now: number; offset_ms: number };
  /** Moves the simulated clock forward by milliseconds. */
  advance(milliseconds: number): void;
  /** Adds a fault and returns its id. */
  addFault(fault: FaultSetting): number;
  /** Removes one fault, or all without an id. */
  removeFault(id?: number): void;
  /** Lists the faults with the number of requests each has hit. */
  faults(): ActiveFault[];
  /** Sets how many generations of one model may run at once for an account; null for no limit. */
  setParallelLimit(limit: number | null): void;
  /** Forgets accounts, records, accepted starts, requests and faults. */
  reset(): void;
}

/** A running simulator. */
export interface Simulator extends SimulatorControl {
  /** The base URL for every role of the upstream. */
  url: string;
  /** Why pictures and videos are blank although drawn ones are wanted, in one line; null where that is not so. */
  whyBlank: string | null;
  /** Stops listening, ends open connections and closes the store. */
  close(): Promise<void>;
}

function summarise(world: World): RecordSummary[] {
  const now = world.clock.now();
  const records = world.records.list({ limit: allRecords }).toReversed();
  return records.map((record) => {
    const progress = progressOf(record, now);
    return {
      history_id: record.historyId,
      submit_id: record.submitId,
      kind: record.plan.kind,
      account: record.account,
      model: record.plan.modelKey,
      status: progress.status,
      forecast_seconds: record.forecastQueueSeconds + record.forecastSeconds,
      accepted_at: world.clock.wallTimeOf(record.createdAt),
      visible_at: world.clock.wallTimeOf(record.visibleAt),
      completed_at:
        progress.finishedAt === null ? null : world.clock.wallTimeOf(progress.finishedAt),
    };
  });
}

function createControl(world: World): SimulatorControl {
  return {
    acceptedStarts: () => world.records.acceptedStarts(),
    requests: (filter) => world.log.list(filter),
    records: () => summarise(world),
    accounts: () => {
      world.records.settle();
      return world.accounts.list().map((account) => ({
        account: account.fingerprint,
        region: account.region,
        expired: account.expired,
        credits: world.accounts.balance(account),
      }));
    },
    setAccount: (setting) => world.accounts.configure(setting),
    clock: () => ({ now: world.clock.now(), offset_ms: world.clock.offsetMs }),
    advance: (milliseconds) => world.advance(milliseconds),
    addFault: (fault) => world.faults.add(fault),
    removeFault: (id) => world.faults.remove(id),
    faults: () => world.faults.list(),
    setParallelLimit: (limit) => {
      world.parallelLimit = limit;
    },
    reset: () => world.reset(),
  };
}

function createServer(
  world: World,
  control: SimulatorControl,
  logger: SimulatorLogger | undefined,
): FastifyInstance {
  const server = fastify({
    bodyLimit: bodyLimitBytes,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: longestPathPart },
    rewriteUrl: ({ url = "/" }) => url.replace(relayPrefix, "$1"),
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
  // A fault of the simulator itself looks like a gateway fault of the site, so it must be heard of here.
  server.addHook("onError", async (request, _reply, error) => {
    logger?.warn({ path: request.url.split("?")[0], error: error.stack }, "simulator fault");
  });
  registerTransportFaults(server, world);
  for (const endpoint of endpoints) registerEndpoint(server, world, endpoint);
  registerActions(server, world, [...imagexActions, ...vodActions]);
  registerUploadGateway(server, world);
  registerControl(server, control);
  registerDownloads(server, world);
  return server;
}

/** Starts a simulator; it listens when the promise resolves. A busy port or an unusable folder rejects it. */
export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const world = createWorld(options);
  const control = createControl(world);
  const server = createServer(world, control, options.logger);
  try {
    const url = await server.listen({
      host: options.host ?? defaultHost,
      port: options.port ?? 0,
    });
    options.logger?.info({ url, media: world.media }, "simulator is listening");
    if (world.whyBlank !== null) {
      options.logger?.warn({ reason: world.whyBlank }, "pictures and videos are blank");
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
