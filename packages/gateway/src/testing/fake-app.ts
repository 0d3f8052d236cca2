// Building the HTTP application over a fake engine. Imported by tests only.

import { mkdirSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { JimengError, models } from "@jimeng/sdk";
import type { Region } from "@jimeng/sdk";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { Logger } from "pino";

import type { ExpectedError } from "../errors.ts";
import { buildApp } from "../http/app.ts";
import { openFolderStore } from "../storage/asset-store-folder.ts";
import { assetKey, createAssets } from "../storage/assets.ts";
import { openConversions } from "../storage/conversions/open-conversions.ts";
import type { Services } from "../http/services.ts";
import { createCallerLookup, createKeyAuthenticator, isCredentialNeeded } from "../http/auth.ts";
import { WrongKeys, countWrongKeys } from "../http/walls/wrong-keys.ts";
import { createSignIns } from "../keys/sign-ins.ts";
import { createKeys } from "../keys/keys.ts";
import type { Keys } from "../keys/keys.ts";
import { createLedger } from "../keys/ledger.ts";
import { createAuditLog } from "../telemetry/audit/audit-log.ts";
import { createKeyUse } from "../keys/key-use.ts";
import { createBatches } from "../batches/batches.ts";
import type { Batches } from "../batches/batches.ts";
import { createLineReader } from "../shapes/batches/line.ts";
import { proofOf } from "../api/client/proof.ts";
import { loadConfig } from "../config/config.ts";
import type { Config } from "../config/config.ts";
import { openDatabase } from "../database/database.ts";
import { systemClock } from "../clock.ts";
import { createEventLog } from "../events/event-log.ts";
import type { EventLog } from "../events/event-log.ts";
import { createEventTail } from "../events/tail.ts";
import type { GatewayDatabase } from "../database/database.ts";
import { createFiles } from "../references/files.ts";
import { createUploadLinks } from "../keys/upload-links.ts";
import type { Files } from "../references/files.ts";
import { createCreditsService } from "../accounts/credits.ts";
import { healthyState } from "../accounts/health/state.ts";
import { createAccountCheck } from "../accounts/check.ts";
import { createVoices } from "../accounts/voices.ts";
import { unknownAccount } from "../accounts/errors.ts";
import { createConfirmations } from "../accounts/confirmations.ts";
import { FakeAccountClient } from "./fake-account-client.ts";
import { FakeDisk } from "./fake-disk.ts";
import { FakeUpstream } from "./fake-upstream.ts";
import { FakeJobs } from "./fake-jobs.ts";
import type { Asset } from "../jobs/job.ts";
import { ManualClock } from "./manual-clock.ts";
import { createLogger } from "../logging.ts";
import { fileIdsIn } from "../references/file-handles.ts";
import { createLibrary } from "../library/library.ts";
import { createReferences } from "../references/references.ts";
import { createUrls } from "../shapes/urls.ts";
import { createWebhooks } from "../webhooks/webhooks.ts";
import { createGuardedAgent } from "../storage/url-guard.ts";

/** An application over a fake engine, with what a test wants to look at. */
export interface FakeApp {
  app: FastifyInstance;
  jobs: FakeJobs;
  keys: Keys;
  events: EventLog;
  database: GatewayDatabase;
  batches: Batches;
  files: Files;
  disk: FakeDisk;
  dataDir: string;
  config: Config;
  adminKey: string;
  assetSecret: Buffer;
  /** The sessions that callers brought. */
  adopted: string[];
  /** Makes every creating call fail before a job is stored. */
  refuse: (error: ExpectedError) => void;
  /** Stores a file's bytes under an asset. */
  writeFile: (asset: Asset, bytes: Uint8Array) => void;
  close: () => Promise<void>;
}

/** What a test may replace. */
export interface FakeAppOptions {
  logger?: Logger;
  mounts?: FastifyPluginAsync[];
  heartbeatMs?: number;
  /** The clock of the confirmations of sessions. */
  clock?: ManualClock;
  /** The client of the one configured account, "mine"; by default none is configured. */
  account?: FakeAccountClient;
  /** Gives the client that confirms a caller's session; by default every session is alive. */
  clientOf?: (session: string) => FakeAccountClient;
}

/** Builds the application with these environment variables. */
export async function buildFakeApp(
  env: Record<string, string> = {},
  options: FakeAppOptions = {},
): Promise<FakeApp> {
  const config = loadConfig({ LOG_LEVEL: "silent", ...env });
  const folder = await mkdtemp(join(tmpdir(), "jimeng-http-"));
  const store = openFolderStore({ root: folder });
  const pathOf = (asset: Asset): string => join(folder, assetKey(asset));
  const jobs = new FakeJobs();
  const database = await openDatabase({ dataDir: join(folder, "data") });
  const now = () => options.clock?.now() ?? 1_700_000_010_000;
  const keys = await createKeys({ database, clock: { now } });
  const signIns = createSignIns({ database, clock: { now } });
  const allowPrivate = config.allowPrivateReferences;
  // No test asks a real name server: every name leads into a private network.
  const guarded = createGuardedAgent({
    allowPrivate,
    resolve: (_hostname, done) => done(null, [{ address: "10.0.0.1", family: 4 }]),
  });
  const disk = new FakeDisk();
  const files = createFiles({
    disk,
    database,
    store: openFolderStore({ root: join(folder, "data") }),
    logger: createLogger("silent"),
    dataDir: join(folder, "data"),
    clock: new ManualClock(),
    uploadMegabytes: config.uploadMegabytes,
    referenceLimits: config.referenceLimits,
  });
  const library = createLibrary({
    database,
    assets: { discard: () => Promise.resolve() },
    tasks: { schedule: () => undefined },
    clock: new ManualClock(),
    logger: createLogger("silent"),
    retention: config.retention,
    filesIn: fileIdsIn,
    hintEvents: () => undefined,
    onChanged: () => undefined,
  });
  const adopted: string[] = [];
  const closing = new AbortController();
  const adminKey = "obviously-fake-admin-key";
  const assetSecret = Buffer.from("obviously-fake-asset-secret");
  let refusal: ExpectedError | undefined;
  const toAccount = (name: string, region: Region) => ({
    name,
    region,
    fingerprint: "0".repeat(16),
    adopted: name !== "mine",
  });
  const accounts: Services["accounts"] = {
    adopt: (session) => {
      adopted.push(session);
      return Promise.resolve(toAccount(`adopted-${adopted.length}`, "cn"));
    },
    get: (name) =>
      name === "mine" || name.startsWith("adopted-") ? toAccount(name, "us") : undefined,
    list: () => (options.account === undefined ? [] : [toAccount("mine", "us")]),
    connection: (name) =>
      options.account !== undefined && name === "mine"
        ? {
            upstream: new FakeUpstream(new ManualClock()),
            client: options.account,
            allowLoopbackDownloads: false,
          }
        : undefined,
    load: () => Promise.resolve(),
    forget: () => undefined,
    forSession: () => ({
      account: toAccount("visitor", "cn"),
      client: new FakeAccountClient(),
    }),
    health: () => ({ state: "ok" }),
    healthFacts: () => ({ ...healthyState, refusedModels: [] }),
    blockedBy: () => undefined,
    inFlight: () => Promise.resolve(new Map()),
    noteFailure: () => undefined,
    noteSuccess: () => undefined,
    assertUsable: (_request, name) => {
      if (refusal !== undefined) throw refusal;
      if (name === undefined || name === "mine" || name.startsWith("adopted-")) return;
      throw new JimengError("not_found", "No such account.", {
        what: "account",
        param: "account",
        fix: "Name another.",
      });
    },
  };
  const events = createEventLog({ database, clock: { now }, logger: createLogger("silent") });
  const eventTail = createEventTail({
    log: events,
    clock: systemClock,
    logger: createLogger("silent"),
  });
  const references = createReferences({
    files,
    dispatcher: guarded,
    allowPrivate,
    uploadMegabytes: config.uploadMegabytes,
    maxReferences: config.maxReferences,
    now: () => 1_700_000_010_000,
  });
  const submission = {
    config,
    jobs,
    accounts,
    assets: createAssets({ store, dataDir: folder, logger: createLogger("silent") }),
    disk,
    references,
    models: {
      list: () => models,
      settled: () => Promise.resolve(),
      known: () => models,
      changes: () => [],
    },
    now: () => 1_700_000_010_000,
    closing,
    draining: new AbortController(),
    isReadOnly: () => Promise.resolve(false),
  };
  const batches = createBatches({
    database,
    // A test asks for each pass itself.
    tasks: { schedule: () => undefined, scheduleHere: () => undefined, cluster: null },
    services: submission,
    clock: new ManualClock(1_700_000_010_000),
    logger: createLogger("silent"),
    maxQueue: config.jobs.maxQueue,
    lines: createLineReader({ aliases: config.modelAliases, now: submission.now }),
    callerOf: createCallerLookup({ config, keys, now: submission.now }),
  });
  const webhooks = createWebhooks({
    database,
    events,
    jobs,
    tasks: { schedule: () => undefined },
    secretKeys: { current: "obviously-fake-secret-key", previous: [] },
    dispatcher: createGuardedAgent({ allowPrivate: config.allowPrivateWebhooks }),
    allowPrivate: config.allowPrivateWebhooks,
    userAgent: "jimeng-test",
    clock: new ManualClock(),
    logger: createLogger("silent"),
    urls: () => createUrls("http://fake", null),
  });
  const app = await buildApp({
    services: {
      webhooks,
      ...submission,
      batches,
      events,
      eventTail,
      keys,
      library: {
        ...library,
        // The fake engine keeps its assets in memory.
        async trash(ids) {
          for (const id of ids) Object.assign((await jobs.asset(id)) ?? {}, { trashedAt: 1 });
          return [...ids];
        },
      },
      keyUse: createKeyUse(database, { now }),
      signIns,
      uploadLinks: createUploadLinks(database, { now }),
      ledger: createLedger(database),
      auditLog: createAuditLog({
        database,
        clock: systemClock,
        logger: createLogger("silent"),
        days: 90,
      }),
      storedAccounts: {
        store: () => Promise.reject(new JimengError("session_invalid", "No site knows it.")),
        remove: (name) => Promise.reject(unknownAccount(name)),
      },
      confirmations: createConfirmations({
        clock: options.clock ?? new ManualClock(),
        clientOf: options.clientOf ?? (() => new FakeAccountClient()),
      }),
      voices: createVoices(options.clock ?? new ManualClock()),
      credits: createCreditsService({
        accounts: {
          noteFailure: () => undefined,
          noteSuccess: () => undefined,
          noteBalance: () => undefined,
          blockedBy: () => undefined,
        },
        claims: { record: () => Promise.resolve(1) },
        now: () => 1_700_000_010_000,
      }),
      checkAccounts:
        options.account === undefined
          ? () => Promise.resolve([])
          : createAccountCheck({ ...accounts, noteChecked: () => undefined }),
      ...openConversions({
        store,
        dataDir: folder,
        sharesDataDir: false,
        cacheMegabytes: config.conversionCacheMegabytes,
        dispatcher: guarded,
        logger: createLogger("silent"),
        now: () => Date.now(),
      }),
      files,
      get assetSecret() {
        return isCredentialNeeded({ config, keys }) ? assetSecret : null;
      },
      heartbeatMs: options.heartbeatMs ?? 10_000,
      studio: null,
      version: "0.0.0-test",
      isWorking: () => true,
      logging: { level: config.logLevel },
      scrape: () => Promise.resolve({ contentType: "text/plain", text: "" }),
      configuredAccounts: {
        reload: () => Promise.resolve({ added: [], renewed: [], removed: [], kept: [] }),
      },
      examine: () => Promise.resolve({ object: "doctor", status: "ok", checks: [] }),
      prove: (nonce) => proofOf("obviously-fake-proof-key", "http://fake", nonce),
      handOver: null,
    },
    authenticate: countWrongKeys(
      createKeyAuthenticator(config, adminKey, { keys, signIns, now }),
      new WrongKeys({ now }),
    ),
    logger: options.logger ?? createLogger("silent"),
    mounts: options.mounts,
  });
  return {
    app,
    jobs,
    keys,
    events,
    database,
    batches,
    files,
    disk,
    dataDir: join(folder, "data"),
    config,
    adminKey,
    assetSecret,
    adopted,
    refuse: (error) => {
      refusal = error;
    },
    writeFile: (asset, bytes) => {
      const stored = [...jobs.rows.values()].flatMap(({ assets }) => assets);
      // A test may hold a copy, or an asset whose job is not stored yet.
      for (const one of [asset, ...stored.filter(({ id }) => id === asset.id)]) {
        one.bytes = bytes.byteLength;
        mkdirSync(dirname(pathOf(one)), { recursive: true });
        writeFileSync(pathOf(one), bytes);
      }
    },
    close: async () => {
      await app.close();
      eventTail.close();
      await webhooks.close();
      await guarded.close();
      await database.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
