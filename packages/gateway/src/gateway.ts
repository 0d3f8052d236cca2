// Putting the gateway together: folder, database, accounts, jobs, HTTP; and taking it apart again.

import { hkdfSync, randomBytes } from "node:crypto";
import type { AddressInfo } from "node:net";

import { JimengError } from "@jimeng/sdk";
import type { Fetch } from "@jimeng/sdk";
import type { FastifyInstance, FastifyPluginAsync } from "fastify";
import type { Logger } from "pino";

import { ServiceError } from "./errors.ts";
import { proofOf } from "./api/gateway.ts";
import { createAccountCheck } from "./accounts/check.ts";
import { createAccounts } from "./accounts/registry.ts";
import type { Accounts, ConnectableAccount, Connection } from "./accounts/registry.ts";
import { buildApp } from "./http/app.ts";
import { createAssets } from "./storage/assets.ts";
import { createAuthenticator, needsCredential } from "./http/auth.ts";
import { createClaims } from "./accounts/claims.ts";
import type { Cluster, ClusterParts } from "./tasks/cluster.ts";
import type { Config } from "./config/config.ts";
import { createCreditDesk } from "./accounts/credits.ts";
import { openDatabase } from "./database/database.ts";
import { readOrMakeSecret } from "./encryption.ts";
import { removeGatewayFile, writeGatewayFile } from "./http/gateway-file.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { createFiles } from "./references/files.ts";
import { createJobs } from "./jobs/index.ts";
import type { Jobs } from "./jobs/job.ts";
import type { OnJobPoint } from "./jobs/failpoints.ts";
import { createLogger } from "./logging.ts";
import { createModelCatalogue } from "./accounts/model-catalogue.ts";
import { openAssetStore } from "./storage/open-asset-store.ts";
import { lockOwner } from "./database/owner-lock.ts";
import { createReferences } from "./references/references.ts";
import { createConnector } from "./accounts/upstream-connections.ts";
import { createGuardedAgent } from "./storage/url-guard.ts";

/** The gateway's own version. */
export const gatewayVersion = "0.1.0";

/** What a gateway is made of. */
export interface GatewayOptions {
  config: Config;
  /** Gets every line; default pino on standard output at the config's level. */
  logger?: Logger;
  clock?: Clock;
  /** Further fastify plugins (MCP, studio); each of their routes declares `config: { scope }`. */
  mounts?: readonly FastifyPluginAsync[];
  /** Replaces the HTTP client for calls to the upstream (not for downloads). */
  upstreamFetch?: Fetch;
  /** Replaces the sdk's client of an account altogether, e.g. by a scripted one. */
  connect?: (account: ConnectableAccount) => Connection;
  /** The time between two heartbeats of an event stream, in milliseconds; default 10000. */
  heartbeatMs?: number;
  /** Hears of the moments at which a sudden death leaves a job half way; default nobody. */
  onPoint?: OnJobPoint;
}

/** A gateway on its data folder. */
export interface Gateway {
  /** Starts serving and working. Throws `conflict` in one line when the port is taken. */
  listen(): Promise<{ url: string }>;
  /** Where it serves; throws before `listen`. */
  readonly url: string;
  /** The credential of this machine's user; gateway.json carries it. */
  readonly adminKey: string;
  readonly jobs: Jobs;
  readonly accounts: Accounts;
  /** Stops taking work, finishes the steps in hand, ends streams, frees the folder; may be called again. */
  close(): Promise<void>;
  readonly app: FastifyInstance;
}

const defaultHeartbeatMs = 10_000;
const localKeyBytes = 24;
const assetSecretBytes = 32;

/**
 * Opens the data folder and builds the gateway; nothing is served and no job advances before `listen`. Throws
 * `conflict` when another process owns the folder, `invalid_request` when it cannot be used.
 */
export async function createGateway(options: GatewayOptions): Promise<Gateway> {
  const { config } = options;
  const logger = options.logger ?? createLogger(config.logLevel);
  const clock = options.clock ?? systemClock;
  const undo: (() => unknown)[] = [];
  const closeAll = async (): Promise<void> => {
    for (let step = undo.pop(); step !== undefined; step = undo.pop()) await step();
  };
  try {
    if (config.databaseUrl === null) {
      // Several nodes may share a folder, but not the embedded database in it.
      const lock = await lockOwner(config);
      undo.push(() => lock.release());
    }
    const database = await openDatabase(config);
    undo.push(() => database.close());
    const connector = createConnector(config, logger, options.upstreamFetch);
    undo.push(() => connector.close());
    const accounts = await createAccounts({
      sessions: config.sessions.map((entry) => ({ ...entry, name: entry.name ?? undefined })),
      connect: options.connect ?? ((account) => connector.connect(account)),
      database,
      dataDir: config.dataDir,
      secretKey: config.secretKey ?? undefined,
      clock,
      logger,
    });
    const store = await openAssetStore({ place: config.assets, dataDir: config.dataDir, logger });
    undo.push(() => store.close());
    const assets = createAssets({
      store,
      dataDir: config.dataDir,
      sharesDataDir: config.databaseUrl !== null,
      logger,
      dispatcher: connector.downloadDispatcher,
    });
    undo.push(() => assets.close());
    const files = createFiles({
      database,
      store,
      logger,
      dataDir: config.dataDir,
      sharesDataDir: config.databaseUrl !== null,
      clock,
      maxUploadMegabytes: config.maxUploadMegabytes,
      onSweepFailure: (error) => logger.error({ err: error }, "Old references were not removed."),
    });
    undo.push(() => files.close());
    const allowPrivate = config.allowPrivateReferences;
    const guarded = createGuardedAgent({ allowPrivate });
    undo.push(() => guarded.close());
    const cluster = await joinCluster({ database, clock, logger });
    undo.push(() => cluster?.close());
    const jobs = createJobs({
      database,
      cluster,
      accounts,
      assets,
      files,
      clock,
      logger,
      settings: config.jobs,
      onPoint: options.onPoint,
    });
    undo.push(() => jobs.stop());
    const now = () => clock.now();
    const adminKey = `jimeng-admin-${randomLocalKey()}`;
    const proofKey = `jimeng-proof-${randomLocalKey()}`;
    let url: string | undefined;
    const app = await buildApp({
      services: {
        config,
        jobs,
        accounts,
        assets,
        files,
        references: createReferences({
          files,
          // Behind a proxy the proxy resolves names and connects; addresses written out are judged here all the same.
          dispatcher: connector.downloadDispatcher ?? guarded,
          allowPrivate,
          maxUploadMegabytes: config.maxUploadMegabytes,
          now,
        }),
        credits: createCreditDesk({ accounts, claims: createClaims(database), now }),
        checkAccounts: createAccountCheck(accounts),
        models: createModelCatalogue({ accounts, now, logger }),
        now,
        assetSecret: needsCredential(config) ? await assetSecretOf(config) : null,
        closing: new AbortController(),
        heartbeatMs: options.heartbeatMs ?? defaultHeartbeatMs,
        version: gatewayVersion,
        prove: (nonce) => proofOf(proofKey, url ?? "", nonce),
      },
      authenticate: createAuthenticator(config, adminKey),
      logger,
      mounts: options.mounts,
    });
    undo.push(() => app.close());
    let closed: Promise<void> | undefined;
    return {
      app,
      jobs,
      accounts,
      adminKey,
      get url() {
        if (url === undefined) throw new Error("The gateway does not listen yet.");
        return url;
      },
      async listen() {
        url = await listen(app, config);
        undo.push(() => removeGatewayFile(config.dataDir, adminKey));
        await writeGatewayFile(config.dataDir, {
          url,
          admin_key: adminKey,
          proof_key: proofKey,
          pid: process.pid,
          version: gatewayVersion,
          mode: config.mode,
        });
        await files.start();
        await jobs.start();
        return { url };
      },
      close: () => (closed ??= closeAll()),
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}

function randomLocalKey(): string {
  return randomBytes(localKeyBytes).toString("base64url");
}

async function listen(app: FastifyInstance, config: Config): Promise<string> {
  try {
    await app.listen({ host: config.host, port: config.port });
  } catch (error) {
    throw toListenError(error, config);
  }
  const { port } = app.server.address() as AddressInfo;
  // Nobody can connect to a wildcard; the loopback address is always among what it means.
  const host = config.host === "0.0.0.0" ? "127.0.0.1" : config.host === "::" ? "::1" : config.host;
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}`;
}

function toListenError(error: unknown, config: Config): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const place = `port ${config.port} on ${config.host}`;
  if (code === "EADDRINUSE") {
    return new ServiceError("conflict", `PORT: ${place} is already in use.`, {
      param: "PORT",
      fix: "Stop the program that uses it, or set PORT to another port (0 takes a free one).",
      cause: error,
    });
  }
  if (code === "EACCES" || code === "EADDRNOTAVAIL" || code === "ENOTFOUND") {
    return new JimengError(
      "invalid_request",
      `HOST and PORT: cannot listen on ${place} (${code}).`,
      {
        param: code === "EACCES" ? "PORT" : "HOST",
        fix: "Set HOST to an address of this machine and PORT to one above 1023.",
        cause: error,
      },
    );
  }
  return error;
}

async function assetSecretOf(config: Config): Promise<Buffer> {
  const secret = config.secretKey ?? (await readOrMakeSecret(config.dataDir));
  return Buffer.from(hkdfSync("sha256", secret, "", "jimeng signed file URLs", assetSecretBytes));
}

async function joinCluster(parts: ClusterParts): Promise<Cluster | undefined> {
  if (parts.database.postgres === null) return undefined;
  const { openCluster } = await import("./tasks/cluster.ts");
  return openCluster(parts);
}
