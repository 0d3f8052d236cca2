// The choice whom a command talks to: the address given, the gateway that runs, or one of its own.

import { setTimeout as sleep } from "node:timers/promises";

import { GatewayClient } from "@jimeng/gateway/api";

import type { Context, Environment } from "../context.ts";
import { CliError, hasCode } from "../errors.ts";
import { foldersToSearch } from "./folders.ts";
import { findRunningGateway, readGatewayFile } from "./gateway-file.ts";
import { readConfig, simulatorNote, startServer } from "./server.ts";
import type { Server } from "./server.ts";

/** The options that choose the gateway. */
export interface ConnectionOptions {
  /** A gateway's address; its key comes from JIMENG_API_KEY. */
  url?: string;
  dataDir?: string;
}

/** A way to a gateway. */
export interface Connection {
  /** The client of the gateway in use; ask for it anew for every call, `replace` changes it. */
  readonly client: GatewayClient;
  /** Tells whether the gateway runs in this process and ends with it. */
  readonly isOwn: boolean;
  /** Tells whether the gateway is known to run on the built-in simulator, where nothing real is paid. */
  readonly isSimulated: boolean;
  /** Tells whether another gateway on the same folder can take over; not where an address was given. */
  readonly isReplaceable: boolean;
  /** Finds or starts another gateway in place of one that was lost; once for all that lost the same. */
  replace(lost: GatewayClient): Promise<void>;
  /** Stops the gateway of this process, if there is one. */
  close(): Promise<void>;
}

// Two commands that start at one moment race for the folder's lock; the slower one sees the other's gateway
// as soon as that listens.
const lockedFolderPatienceMs = 10_000;
const lockedFolderRetryMs = 100;

/** Connects as the options and the environment say; starts a gateway in this process when none answers. */
export async function connect(context: Context, options: ConnectionOptions): Promise<Connection> {
  const url = options.url ?? context.environment["JIMENG_URL"];
  if (url !== undefined && url !== "") return connectTo(url, context.environment);

  let link = await findOrStart(context, options, true);
  let replacing: Promise<void> | undefined;

  return {
    get client() {
      return link.client;
    },
    get isOwn() {
      return link.server !== undefined;
    },
    get isSimulated() {
      return link.isSimulated;
    },
    isReplaceable: true,
    async replace(lost) {
      if (link.client !== lost) return;
      replacing ??= findOrStart(context, options, false)
        .then((next) => {
          link = next;
        })
        .finally(() => {
          replacing = undefined;
        });
      await replacing;
    },
    close: async () => link.server?.close(),
  };
}

/** Connects for one short piece of work and closes again. */
export async function withClient<Result>(
  context: Context,
  options: ConnectionOptions,
  work: (client: GatewayClient) => Promise<Result>,
): Promise<Result> {
  const connection = await connect(context, options);
  try {
    return await work(connection.client);
  } finally {
    await connection.close();
  }
}

interface Link {
  client: GatewayClient;
  server: Server | undefined;
  isSimulated: boolean;
}

function connectTo(url: string, environment: Environment): Connection {
  if (!/^https?:$/.test(URL.canParse(url) ? new URL(url).protocol : "")) {
    throw new CliError({
      code: "invalid_request",
      message: "the gateway's address is not an http or https URL",
      fix: "Give --url or JIMENG_URL an address such as http://127.0.0.1:5100.",
    });
  }
  const client = new GatewayClient({
    baseUrl: url,
    key: environment["JIMENG_API_KEY"] || undefined,
  });
  return {
    client,
    isOwn: false,
    isSimulated: false,
    isReplaceable: false,
    replace: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

async function findOrStart(
  context: Context,
  options: ConnectionOptions,
  isFirst: boolean,
): Promise<Link> {
  const { environment } = context;
  const settings = options.dataDir === undefined ? {} : { dataDir: options.dataDir };
  const config = await readConfig(environment, settings);
  const patienceEndsAt = performance.now() + lockedFolderPatienceMs;
  for (;;) {
    for (const folder of foldersToSearch(config)) {
      const running = await findRunningGateway(folder);
      if (running) {
        if (isFirst && running.isSimulated) {
          context.output.note(
            `the gateway at ${running.url} is on the simulator, nothing real is paid`,
          );
        }
        return {
          client: new GatewayClient({ baseUrl: running.url, key: running.adminKey }),
          server: undefined,
          isSimulated: running.isSimulated,
        };
      }
    }
    try {
      return await startOwn(context, settings, isFirst);
    } catch (error) {
      if (!hasCode(error, "conflict") || performance.now() > patienceEndsAt) throw error;
      await sleep(lockedFolderRetryMs);
    }
  }
}

async function startOwn(
  context: Context,
  settings: { dataDir?: string },
  isFirst: boolean,
): Promise<Link> {
  // Its log would mix with what the command says.
  const quiet = { ...context.environment, LOG_LEVEL: "silent" };
  const server = await startServer(quiet, { ...settings, host: "127.0.0.1", port: 0 });
  if (isFirst && server.simulatorUrl !== undefined) {
    context.output.note(simulatorNote(server.config));
    for (const warning of server.warnings) context.output.warning(warning);
  }
  const running = await readGatewayFile(server.config.dataDir);
  return {
    client: new GatewayClient({ baseUrl: server.url, key: running?.adminKey }),
    server,
    isSimulated: server.simulatorUrl !== undefined,
  };
}
