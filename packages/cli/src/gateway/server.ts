// Starts a gateway in this process, with the simulator when the settings ask for it.

import path from "node:path";

import type { Config, Gateway } from "@jimeng/gateway";
import type { Simulator } from "@jimeng/simulator";

import type { Environment } from "../context.ts";
import type { Text } from "../words/words.ts";
import { freeFolder } from "./free-folder.ts";
import { isSimulated, prepareDataFolder, simulatorFolder } from "./folders.ts";
import type { CommandConfig } from "./folders.ts";
import { createMcpMount } from "./mcp-mount.ts";
import { findStudioFolder } from "./studio-folder.ts";
import { rememberPort, startSimulator } from "./simulator.ts";

/** The settings that a command line may replace. */
export interface ServerSettings {
  host?: string;
  port?: number;
  dataDir?: string;
  /** The gateway is for accounts also while none is stored yet: one is about to be. */
  forAccounts?: boolean;
}

/** Options of a server: how it shares its data folder with other gateways, and its log. */
export interface ServerOptions {
  /** Callback of the gateway of a command, for when a permanent gateway wants the folder. */
  onHandOver?: () => void;
  /** Callback of a permanent gateway, for when a command's gateway must leave the folder first. */
  onWait?: (note: Text) => void;
  /** Receiver of every log line; default the standard output. */
  log?: (line: string) => void;
}

/** A gateway in this process, with its simulator where there is one. */
export interface Server {
  url: string;
  config: Config;
  /** The configured accounts; callers' own of pass-through are not listed. */
  accounts: { name: string; region: string }[];
  simulatorUrl: string | undefined;
  logging: Gateway["logging"];
  /** Reads the accounts of the settings again; null on the simulator, which has none of them. */
  reloadAccounts: Gateway["configuredAccounts"]["reload"] | null;
  /** What the owner should know about the simulator, one line each. */
  warnings: Text[];
  /** Lets callers have their answers before `close`, as long as the settings say. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

// Simulator mode has one account with an invented session: a real session never reaches the simulator.
const simulatedSession = "simulated-session-of-nobody";

// Node counts a connection without a request yet (a browser's or undici's spare one) as busy, which would delay the
// close by a minute.
const closeGraceMs = 250;

/** Returns a note that says why the simulator is used, and that it costs nothing. */
export function simulatorNote({ simulate }: Pick<Config, "simulate">): Text {
  return ({ gateway }) => (simulate ? gateway.simulateIsOn : gateway.noAccount);
}

/** Lists the limits of this simulator, one line each. */
export function simulatorWarnings({ whyBlank }: Simulator): Text[] {
  return whyBlank === null ? [] : [({ gateway }) => gateway.blankPictures(whyBlank)];
}

/**
 * Reads the settings, and whether accounts are stored in the data folder. Throws `invalid_request` in one line when a
 * setting is wrong.
 */
export async function readConfig(
  environment: Environment,
  { forAccounts = false, ...settings }: ServerSettings,
): Promise<CommandConfig> {
  const { hasStoredAccounts, loadConfig } = await import("@jimeng/gateway");
  const config = loadConfig(environment, settings);
  const isClear = config.simulate || config.sessions.length > 0 || config.passthrough;
  const isStored = forAccounts || (!isClear && (await hasStoredAccounts(config)));
  return { ...config, hasStoredAccounts: isStored };
}

/** Returns the fingerprint of the accounts that a gateway with these settings works for. */
export async function fingerprintOf(config: CommandConfig): Promise<string> {
  const { accountsFingerprint } = await import("@jimeng/gateway");
  return accountsFingerprint(isSimulated(config) ? { ...config, mode: "simulator" } : config);
}

/**
 * Starts a gateway on the data folder in force. Throws `conflict` when another process serves that folder,
 * `invalid_request` for a bad setting or folder, and Node's own error for a busy port.
 */
export async function startServer(
  environment: Environment,
  settings: ServerSettings,
  options: ServerOptions,
): Promise<Server> {
  const config = await readConfig(environment, settings);
  const { onWait } = options;
  const accounts = await fingerprintOf(config);
  if (isSimulated(config)) {
    const folder = simulatorFolder(config.dataDir);
    return await freeFolder({ folder, accounts, onWait }, (wasHandedOver) =>
      startWithSimulator(environment, { ...settings, dataDir: folder }, options, wasHandedOver),
    );
  }
  const { loadConfig } = await import("@jimeng/gateway");
  const readSessions = () => loadConfig(environment, settings).sessions;
  const start = async () =>
    toServer(await startGateway(config, { ...options, readSessions }), config);
  // Nodes of one PostgreSQL may share a folder; only the embedded database has one owner.
  if (config.databaseUrl === null) {
    return await freeFolder({ folder: config.dataDir, accounts, onWait }, start);
  }
  await prepareDataFolder(config.dataDir);
  return await start();
}

async function startWithSimulator(
  environment: Environment,
  settings: ServerSettings & { dataDir: string },
  options: ServerOptions,
  wasHandedOver: boolean,
): Promise<Server> {
  const { loadConfig } = await import("@jimeng/gateway");
  const upstreamFolder = path.join(settings.dataDir, "upstream");
  const simulator = await startSimulator(upstreamFolder, wasHandedOver);
  try {
    // The proxy for the real site must not be used between two servers of one process.
    const withoutProxy = { ...environment, HTTPS_PROXY: undefined, https_proxy: undefined };
    const { host, port, dataDir } = settings;
    const config = loadConfig(withoutProxy, {
      host,
      port,
      dataDir,
      simulator: { url: simulator.url, session: simulatedSession },
    });
    const gateway = await startGateway(config, options);
    await rememberPort(upstreamFolder, simulator.url);
    return toServer(gateway, config, simulator);
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

function toServer(gateway: Gateway, config: Config, simulator?: Simulator): Server {
  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await closeGateway(gateway);
    await simulator?.close();
  };
  return {
    url: gateway.url,
    config,
    accounts: configuredAccounts(gateway),
    simulatorUrl: simulator?.url,
    logging: gateway.logging,
    reloadAccounts: simulator === undefined ? () => gateway.configuredAccounts.reload() : null,
    warnings: simulator === undefined ? [] : simulatorWarnings(simulator),
    drain: () => gateway.drain(),
    close: () => (closed ??= close()),
  };
}

async function startGateway(
  config: Config,
  options: ServerOptions & { readSessions?: () => Config["sessions"] },
): Promise<Gateway> {
  const { onHandOver, log, readSessions } = options;
  const { createGateway, createLogger, gatewayVersion } = await import("@jimeng/gateway");
  const destination = log === undefined ? undefined : { write: log };
  const logger = createLogger(config.logLevel, destination);
  const gateway = await createGateway({
    config,
    logger,
    onHandOver,
    readSessions,
    studioFolder: findStudioFolder(),
    mounts: [createMcpMount(config, gatewayVersion)],
  });
  try {
    await gateway.listen();
    return gateway;
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/** Closes the server; connections that clients still hold open after a moment are cut off. */
async function closeGateway(gateway: Gateway): Promise<void> {
  const timer = setTimeout(() => gateway.app.server.closeAllConnections(), closeGraceMs);
  try {
    await gateway.close();
  } finally {
    clearTimeout(timer);
  }
}

function configuredAccounts(gateway: Gateway): Server["accounts"] {
  return gateway.accounts
    .list()
    .filter(({ adopted }) => !adopted)
    .map(({ name, region }) => ({ name, region }));
}
