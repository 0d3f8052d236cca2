// Puts the gateway together (folder, database, accounts, storage, tasks, jobs, HTTP) and takes it apart again.

import { setTimeout as sleep } from "node:timers/promises";

import type { Fetch } from "@jimeng/sdk";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { Logger } from "pino";

import { proofOf } from "./api/client/proof.ts";
import { createAccountCheck } from "./accounts/check.ts";
import type { ConnectableAccount, Connection } from "./accounts/account.ts";
import type { Accounts } from "./accounts/accounts.ts";
import { openAccounts } from "./accounts/open-accounts.ts";
import type { ConfiguredAccounts } from "./accounts/sessions/configured-accounts.ts";
import type { OpenAccounts } from "./accounts/open-accounts.ts";
import { buildApp } from "./http/app.ts";
import { trackAnswers } from "./http/connections.ts";
import { createBatches } from "./batches/batches.ts";
import { createCallerLookup, createKeyAuthenticator, isCredentialNeeded } from "./http/auth.ts";
import { createClaims } from "./accounts/claims.ts";
import type { Config } from "./config/config.ts";
import { accountsFingerprint } from "./config/fingerprint.ts";
import { createConfirmations } from "./accounts/confirmations.ts";
import { createReports } from "./doctor/report.ts";
import { warnOfPlainConnections } from "./doctor/plain-connections.ts";
import { warnOfOpenSecrets } from "./doctor/secret-places.ts";
import { createCreditsService } from "./accounts/credits.ts";
import { toMetricSources } from "./accounts/metering/sources.ts";
import { openDatabase } from "./database/database.ts";
import { isReadOnly } from "./database/read-only.ts";
import type { GatewayDatabase } from "./database/database.ts";
import { readAddressSecret } from "./encryption/secret-keys.ts";
import { makeLocalKey, removeGatewayFile, writeGatewayFile } from "./http/gateway-file.ts";
import { Closing } from "./concurrency.ts";
import { createSteadyClock, systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createEventLog } from "./events/event-log.ts";
import type { EventLog } from "./events/event-log.ts";
import { createAuditLog } from "./telemetry/audit/audit-log.ts";
import type { AuditLog } from "./telemetry/audit/audit-log.ts";
import { openEventReaders } from "./events/readers.ts";
import type { EventTail } from "./events/tail.ts";
import { createFiles } from "./references/files.ts";
import { createUploadLinks } from "./keys/upload-links.ts";
import type { Files } from "./references/files.ts";
import { createJobs } from "./jobs/index.ts";
import type { Jobs } from "./jobs/job.ts";
import { createPreviews } from "./library/previews/previews.ts";
import { WrongKeys, countWrongKeys } from "./http/walls/wrong-keys.ts";
import { createSignIns } from "./keys/sign-ins.ts";
import { createKeys } from "./keys/keys.ts";
import type { Keys } from "./keys/keys.ts";
import { createLedger } from "./keys/ledger.ts";
import { createKeyUse } from "./keys/key-use.ts";
import type { OnFailpoint } from "./jobs/index.ts";
import { createLibrary } from "./library/library.ts";
import type { Library } from "./library/library.ts";
import type { Observer } from "./observer.ts";
import { createLogger } from "./logging.ts";
import { createVoices } from "./accounts/voices.ts";
import { createModelCatalogue } from "./accounts/model-catalogue.ts";
import type { Disk, MeasureFreeSpace } from "./storage/disk.ts";
import { openDisk } from "./storage/open-disk.ts";
import { openStorage as openAssetStorage } from "./storage/open-storage.ts";
import type { OpenedStorage } from "./storage/open-storage.ts";
import { lockOwner } from "./database/owner-lock.ts";
import { fileIdsIn } from "./references/file-handles.ts";
import { createReferences } from "./references/references.ts";
import type { References } from "./references/references.ts";
import { createGuardedAgent } from "./storage/url-guard.ts";
import { shareEventHints } from "./tasks/event-hints.ts";
import { createTelemetry } from "./telemetry/telemetry.ts";
import type { Telemetry } from "./telemetry/telemetry.ts";
import { createLineReader } from "./shapes/batches/line.ts";
import { openTasks } from "./tasks/open-tasks.ts";
import type { TaskKinds, Tasks } from "./tasks/tasks.ts";
import { openWebhooks } from "./webhooks/open-webhooks.ts";
import type { Webhooks } from "./webhooks/webhooks.ts";
import { listen } from "./http/listen.ts";
import { urlsBelow } from "./http/services.ts";
import type { Services } from "./http/services.ts";
import { openStudio } from "./http/routes/service/studio-files.ts";

/** The gateway's own version. */
export const gatewayVersion = "0.1.0";

/** What a gateway works with. */
export interface GatewayOptions {
  config: Config;
  /** Receives every line; default pino on standard output at the config's level. */
  logger?: Logger;
  clock?: Clock;
  /** Further fastify plugins (MCP, studio); each of their routes declares `config: { scope }`. */
  mounts?: readonly FastifyPluginAsync[];
  /** The folder of the built studio, the page that browsers get at `/`; without it they get a plain one. */
  studioFolder?: string;
  /** Replaces the measuring of the free space on a folder's disk. */
  measureFreeSpace?: MeasureFreeSpace;
  /** Reads the settings of the accounts again, for `configuredAccounts`; without it they stay as they are. */
  readSessions?: () => Config["sessions"];
  /** Replaces the HTTP client for calls to the upstream (not for downloads). */
  upstreamFetch?: Fetch;
  /** Replaces the sdk's client of an account altogether, e.g. by a scripted one. */
  connect?: (account: ConnectableAccount) => Connection;
  /** The time between two heartbeats of an event stream, in milliseconds; default 10000. */
  heartbeatMs?: number;
  /** Told what happens, for metrics, traces and audit; by default nobody is. */
  observer?: Observer;
  /**
   * Makes the gateway temporary, as that of a command is: it tells so in gateway.json, and calls this when a gateway
   * for the same accounts wants its data folder. The owner then closes it.
   */
  onHandOver?: () => void;
  /** Called where a sudden death would leave a job half way, for tests; by default nothing happens there. */
  onFailpoint?: OnFailpoint;
}

/** A gateway on its data folder. */
export interface Gateway {
  /** Starts serving and working. Throws `conflict` in one line when the port is taken. */
  listen(): Promise<{ url: string }>;
  /** Where it serves; throws before `listen`. */
  readonly url: string;
  /** Where metrics are served on a port of their own; null where there is none, and before `listen`. */
  readonly metricsUrl: string | null;
  /** Its log, whose level may be changed at any time. */
  readonly logging: Pick<Logger, "level" | "warn" | "error">;
  /** The credential of this machine's user; gateway.json carries it. */
  readonly adminKey: string;
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  readonly configuredAccounts: Pick<ConfiguredAccounts, "reload">;
  /**
   * Says that it is not ready, then accepts no connection any more, ends streams of events, and waits until callers
   * have their answers, as long as the settings say. Jobs go on meanwhile. Call before `close`, which does not wait.
   */
  drain(): Promise<void>;
  /** Stops taking work, finishes the steps that run, ends streams, frees the folder; may be called again. */
  close(): Promise<void>;
  readonly app: FastifyInstance;
}

const defaultHeartbeatMs = 10_000;

/**
 * Opens the data folder and builds the gateway; nothing is served and no job advances before `listen`. Throws
 * `conflict` when another process owns the folder, `invalid_request` when it cannot be used.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const closing = new Closing();
  try {
    const logger = options.logger ?? createLogger(options.config.logLevel);
    const telemetry = await openTelemetry({ ...options, logger }, closing);
    const observed = { ...options, logger, observer: telemetry.observer };
    const foundation = await openFoundation(observed, closing);
    const auditLog = openAuditLog(foundation, closing);
    telemetry.add(auditLog.observer);
    const storage = await openStorage(foundation, closing);
    const work = await openWork(observed, { ...foundation, ...storage }, closing);
    return await openHttp(
      observed,
      { ...foundation, ...storage, ...work, telemetry, auditLog },
      closing,
    );
  } catch (error) {
    await closing.run();
    throw error;
  }
}

/** The options with a logger, and with the observer of the gateway's own telemetry. */
type ObservedOptions = GatewayOptions & { logger: Logger; observer: Observer };

async function openTelemetry(
  { config, observer, logger }: GatewayOptions & { logger: Logger },
  closing: Closing,
): Promise<Telemetry> {
  const { tracesEndpoint: endpoint } = config;
  const traces = endpoint === null ? null : { endpoint, version: gatewayVersion, logger };
  const telemetry = await createTelemetry(observer, traces);
  closing.add(() => telemetry.close());
  return telemetry;
}

interface Foundation extends OpenAccounts {
  config: Config;
  logger: Logger;
  clock: Clock;
  database: GatewayDatabase;
  events: EventLog;
  keys: Keys;
  disk: Disk;
}

async function openFoundation(options: ObservedOptions, closing: Closing): Promise<Foundation> {
  const { config, logger } = options;
  const clock = options.clock ?? createSteadyClock();
  if (config.databaseUrl === null) {
    // Several nodes may share a folder, but not the embedded database in it.
    const lock = await lockOwner(config);
    closing.add(() => lock.release());
  }
  const database = await openDatabase(config);
  closing.add(() => database.close());
  const events = createEventLog({ database, clock, logger });
  closing.add(() => events.flush());
  const open = await openAccounts({ ...options, clock, database, events, closing });
  const keys = await createKeys({ database, clock });
  await warnOfOpenSecrets(config, logger);
  warnOfPlainConnections(config, logger);
  const disk = openDisk({ config, logger, clock, measure: options.measureFreeSpace });
  return { config, logger, clock, database, events, ...open, keys, disk };
}

function openAuditLog({ config, ...parts }: Foundation, closing: Closing): AuditLog {
  const auditLog = createAuditLog({ ...parts, days: config.auditDays });
  closing.add(() => auditLog.close());
  return auditLog;
}

interface Storage extends Omit<OpenedStorage, "close"> {
  files: Files;
  references: References;
}

async function openStorage(
  { config, logger, clock, database, connector, disk }: Foundation,
  closing: Closing,
): Promise<Storage> {
  const { dataDir, uploadMegabytes, maxReferences, referenceLimits } = config;
  const allowPrivate = config.allowPrivateReferences;
  const sharesDataDir = config.databaseUrl !== null;
  const userAgent = config.upstream.userAgent ?? `jimeng-gateway/${gatewayVersion}`;
  const storage = await openAssetStorage({
    place: config.assets,
    dataDir,
    sharesDataDir,
    conversionCacheMegabytes: config.conversionCacheMegabytes,
    disk,
    dispatcher: connector.downloadDispatcher,
    userAgent,
    logger,
    now: () => clock.now(),
  });
  closing.add(() => storage.close());
  const files = createFiles({
    database,
    store: storage.store,
    disk,
    logger,
    dataDir,
    sharesDataDir,
    clock,
    uploadMegabytes,
    referenceLimits,
    onSweepFailure: (error) => logger.error({ err: error }, "Failed to remove expired references"),
  });
  closing.add(() => files.close());
  // Callers' URLs never go by HTTPS_PROXY and NO_PROXY: those are for the upstream's hosts.
  const guarded = createGuardedAgent({ allowPrivate, proxy: config.referenceProxy ?? undefined });
  closing.add(() => guarded.close());
  const references = createReferences({
    files,
    dispatcher: guarded,
    allowPrivate,
    userAgent,
    uploadMegabytes,
    maxReferences,
    now: () => clock.now(),
  });
  return { ...storage, files, references };
}

interface Work {
  jobs: Jobs;
  tasks: Tasks;
  library: Library;
  eventTail: EventTail;
  /** Begins to advance jobs, and to run the other kinds of tasks. */
  startWork(others: TaskKinds): Promise<void>;
}

async function openWork(
  { observer, onFailpoint }: ObservedOptions,
  { config, ...parts }: Foundation & Storage,
  closing: Closing,
): Promise<Work> {
  const { database, clock, logger, events } = parts;
  const tasks = await openTasks({ database, clock, logger, observer });
  closing.add(() => tasks.close());
  const hints = shareEventHints(events, tasks.cluster, systemClock);
  closing.add(() => hints.close());
  const readers = openEventReaders({ ...parts, limits: config.events });
  closing.add(() => readers.close());
  const hintEvents = () => events.hint();
  const settings = config.jobs;
  const previews = createPreviews({ ...parts, onChanged: (jobId) => jobs.assetsChanged(jobId) });
  closing.add(() => previews.close());
  const library = createLibrary({
    ...parts,
    tasks,
    retention: config.retention,
    filesIn: fileIdsIn,
    hintEvents,
    onChanged: (jobId) => jobs.assetsChanged(jobId),
  });
  const jobs = createJobs({
    ...parts,
    tasks,
    settings,
    observer,
    hintEvents,
    onFailpoint,
    onAssetsStored: () => {
      library.assetsStored();
      previews.wake();
    },
  });
  closing.add(() => jobs.stop());
  return {
    jobs,
    tasks,
    library,
    eventTail: readers.tail,
    async startWork(others) {
      await jobs.start();
      await tasks.start({ advance: jobs.advance, library: library.task, ...others });
      readers.start();
      library.start();
      previews.start();
    },
  };
}

type Parts = Foundation & Storage & Work & { telemetry: Telemetry; auditLog: AuditLog };

async function openHttp(options: GatewayOptions, parts: Parts, closing: Closing): Promise<Gateway> {
  const { config, logger, jobs, accounts, files } = parts;
  const adminKey = makeLocalKey("admin");
  const proofKey = makeLocalKey("proof");
  let url: string | undefined;
  const webhooks = await openWebhooks({
    ...parts,
    observer: options.observer,
    userAgent: `jimeng-gateway/${gatewayVersion}`,
    urls: () => urlsBelow(config.publicUrl ?? url ?? "", services),
  });
  closing.add(() => webhooks.close());
  const prove = (nonce: string) => proofOf(proofKey, url ?? "", nonce);
  const examine = createReports({ ...options, ...parts }, () => url);
  const services: Services = await toServices(options, { ...parts, webhooks }, { prove, examine });
  const app = await buildApp({
    services,
    authenticate: countWrongKeys(
      createKeyAuthenticator(config, adminKey, {
        keys: parts.keys,
        signIns: services.signIns,
        now: () => parts.clock.now(),
      }),
      new WrongKeys(parts.clock),
    ),
    logger,
    mounts: options.mounts,
    observer: options.observer,
  });
  closing.add(() => app.close());
  const drainServer = trackAnswers(app.server);
  return {
    app,
    jobs,
    accounts,
    configuredAccounts: parts.configuredAccounts,
    adminKey,
    logging: logger,
    get url() {
      if (url === undefined) throw new Error("The gateway does not listen yet.");
      return url;
    },
    get metricsUrl() {
      return parts.telemetry.url;
    },
    async listen() {
      // The gateway of a command lives beside others that have the same settings.
      const metricsPort = options.onHandOver === undefined ? config.metricsPort : null;
      await parts.telemetry.listen({ host: config.host, port: metricsPort, logger });
      url = await listen(app, config);
      closing.add(() => removeGatewayFile(config.dataDir, adminKey));
      await writeGatewayFile(config.dataDir, {
        url,
        admin_key: adminKey,
        proof_key: proofKey,
        pid: process.pid,
        version: gatewayVersion,
        mode: config.mode,
        accounts: accountsFingerprint(config),
        temporary: options.onHandOver !== undefined,
      });
      await files.start();
      parts.accounts.watchHealth();
      await parts.storedAccounts.start();
      await parts.visitors.start();
      await parts.startWork({ batch: services.batches.task, deliver: webhooks.task });
      await webhooks.start();
      await services.batches.start();
      parts.liveModels.start();
      parts.auditLog.start();
      parts.sessionEnds.start();
      return { url };
    },
    async drain() {
      services.draining.abort();
      await sleep(config.stopDelaySeconds * 1000);
      await drainServer(config.drainSeconds * 1000);
    },
    close: () => closing.run(),
  };
}

async function toServices(
  { heartbeatMs = defaultHeartbeatMs, onHandOver, onFailpoint, studioFolder }: GatewayOptions,
  parts: Parts & { webhooks: Webhooks },
  asked: Pick<Services, "prove" | "examine">,
): Promise<Services> {
  const { config, clock, database, accounts, keys, jobs, library } = parts;
  const { files, references, disk } = parts;
  const now = () => clock.now();
  const assetSecret = await readAddressSecret(config);
  const credits = createCreditsService({
    accounts,
    claims: createClaims(database),
    now,
    note: (event) => parts.events.note(event),
  });
  parts.telemetry.use(toMetricSources(parts, credits, gatewayVersion));
  const models = createModelCatalogue({
    accounts,
    registry: parts.liveRegistry,
    refresh: parts.liveModels,
  });
  const closing = new AbortController();
  const { assets, logger, tasks } = parts;
  const submission = { config, jobs, accounts, assets, disk, references, models, now, closing };
  return {
    ...submission,
    storedAccounts: parts.storedAccounts,
    configuredAccounts: parts.configuredAccounts,
    conversions: parts.conversions,
    posters: parts.posters,
    batches: createBatches({
      database,
      tasks,
      services: submission,
      clock,
      logger,
      maxQueue: config.jobs.maxQueue,
      lines: createLineReader({ aliases: config.modelAliases, now }),
      callerOf: createCallerLookup({ config, keys, now }),
      onFailpoint,
    }),
    keys,
    library,
    keyUse: createKeyUse(database, clock),
    signIns: createSignIns({ database, clock }),
    ledger: createLedger(database),
    auditLog: parts.auditLog,
    files,
    uploadLinks: createUploadLinks(database, clock),
    events: parts.events,
    eventTail: parts.eventTail,
    webhooks: parts.webhooks,
    confirmations: createConfirmations({
      clock,
      clientOf: (session) => accounts.forSession(session).client,
    }),
    credits,
    scrape: (accept) => parts.telemetry.scrape(accept),
    checkAccounts: createAccountCheck(accounts),
    voices: createVoices(clock),
    get assetSecret() {
      return isCredentialNeeded({ config, keys }) ? assetSecret : null;
    },
    draining: new AbortController(),
    isReadOnly: () => isReadOnly(database),
    heartbeatMs,
    // Visitors with sessions of their own are programs: the studio has no place to put a session.
    studio: studioFolder === undefined || config.passthrough ? null : openStudio(studioFolder),
    version: gatewayVersion,
    isWorking: () => parts.tasks.isRunning(),
    logging: parts.logger,
    ...asked,
    handOver:
      onHandOver === undefined
        ? null
        : { accounts: accountsFingerprint(config), accept: onHandOver },
  };
}
