// Putting the parts together in one process: settings, simulator where it is meant, gateway.

import type { Config, Gateway } from "@jimeng/gateway";
import type { Simulator } from "@jimeng/simulator";

import type { Environment } from "../context.ts";
import { CliError, hasCode } from "../errors.ts";
import {
  isSimulated,
  prepareDataFolder,
  simulatorFolder,
  simulatorUpstreamFolder,
} from "./folders.ts";
import { findRunningGateway } from "./gateway-file.ts";
import { rememberPort, rememberedPort } from "./simulator-port.ts";

/** The settings that a command line may replace. */
export interface ServerSettings {
  host?: string;
  port?: number;
  dataDir?: string;
}

/** A gateway in this process, with its simulator where there is one. */
export interface Server {
  url: string;
  config: Config;
  /** The configured accounts; callers' own of pass-through are nobody else's business. */
  accounts: { name: string; region: string }[];
  simulatorUrl: string | undefined;
  /** What the owner should know about the simulator, one line each. */
  warnings: string[];
  close(): Promise<void>;
}

// Simulator mode has one account, whose session is made up: a real one never reaches the simulator.
const simulatedSession = "simulated-session-of-nobody";

// A connection on which nothing was asked yet (a browser's or undici's spare one) counts as busy in Node and
// would hold the close up for a minute.
const closeGraceMs = 250;

/** Says why the simulator is used, and that it costs nothing. */
export function simulatorNote(config: Pick<Config, "simulate">): string {
  const reason = config.simulate ? "JIMENG_SIMULATE is on" : "no account is configured";
  return `${reason}: this is the built-in simulator, nothing real is made or paid`;
}

/** Lists what is not as usual with a simulator, one line each. */
export function simulatorWarnings({ whyBlank }: Simulator): string[] {
  return whyBlank === null ? [] : [`the simulator's pictures and videos are blank: ${whyBlank}`];
}

/** Reads the settings; `invalid_request` in one line when one is wrong. */
export async function readConfig(
  environment: Environment,
  settings: ServerSettings,
): Promise<Config> {
  const { loadConfig } = await import("@jimeng/gateway");
  return loadConfig(environment, settings);
}

/**
 * Starts a gateway on the data folder in force. Throws `conflict` when another process serves that folder,
 * `invalid_request` for a bad setting or folder, and Node's own error for a busy port.
 */
export async function startServer(
  environment: Environment,
  settings: ServerSettings,
): Promise<Server> {
  const config = await readConfig(environment, settings);
  if (!isSimulated(config)) {
    // Nodes of one PostgreSQL may share a folder; only the embedded database has one owner.
    if (config.databaseUrl === null) await refuseSecondOwner(config.dataDir);
    else await prepareDataFolder(config.dataDir);
    const gateway = await startGateway(config);
    return {
      url: gateway.url,
      config,
      accounts: configuredAccounts(gateway),
      simulatorUrl: undefined,
      warnings: [],
      close: () => closeGateway(gateway),
    };
  }
  const folder = simulatorFolder(config.dataDir);
  await refuseSecondOwner(folder);
  const upstreamFolder = simulatorUpstreamFolder(config.dataDir);
  const simulator = await startSimulator(upstreamFolder);
  try {
    const server = await startOnSimulator(environment, { ...settings, dataDir: folder }, simulator);
    await rememberPort(upstreamFolder, simulator.url);
    return server;
  } catch (error) {
    await simulator.close();
    throw error;
  }
}

async function startOnSimulator(
  environment: Environment,
  settings: ServerSettings,
  simulator: Simulator,
): Promise<Server> {
  const { loadConfig } = await import("@jimeng/gateway");
  // A proxy for the real site has no business between two servers of one process.
  const withoutProxy = { ...environment, HTTPS_PROXY: undefined, https_proxy: undefined };
  const config = loadConfig(withoutProxy, {
    ...settings,
    simulator: { url: simulator.url, session: simulatedSession },
  });
  const gateway = await startGateway(config);
  return {
    url: gateway.url,
    config,
    accounts: configuredAccounts(gateway),
    simulatorUrl: simulator.url,
    warnings: simulatorWarnings(simulator),
    async close() {
      await closeGateway(gateway);
      await simulator.close();
    },
  };
}

async function startGateway(config: Config): Promise<Gateway> {
  const { createGateway } = await import("@jimeng/gateway");
  const gateway = await createGateway({ config });
  try {
    await gateway.listen();
    return gateway;
  } catch (error) {
    await gateway.close();
    throw error;
  }
}

/** Closes in good order; what clients still hold open after a moment is cut off. */
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

async function startSimulator(dataDir: string): Promise<Simulator> {
  await prepareDataFolder(dataDir);
  const { createSimulator } = await import("@jimeng/simulator");
  const port = await rememberedPort(dataDir);
  try {
    return await createSimulator({ dataDir, port });
  } catch (error) {
    if (port === 0 || !hasCode(error, "EADDRINUSE")) throw error;
    return createSimulator({ dataDir });
  }
}

/** Says no before anything is opened; the gateway's own lock decides where two start at one moment. */
async function refuseSecondOwner(folder: string): Promise<void> {
  await prepareDataFolder(folder);
  const running = await findRunningGateway(folder);
  if (running === undefined) return;
  throw new CliError({
    code: "conflict",
    message: `a gateway already serves the data folder ${folder} at ${running.url}`,
    fix: "Use that one, stop it first, or name another folder with JIMENG_DATA_DIR or --data-dir.",
  });
}
