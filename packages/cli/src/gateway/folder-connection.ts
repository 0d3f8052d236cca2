// Connects to the gateway of a data folder: the running one, or a new one in this process.

import { setTimeout as sleep } from "node:timers/promises";

import { GatewayClient } from "@jimeng/gateway/api/client";

import type { Context } from "../context.ts";
import { CliError, hasCode, isAway } from "../errors.ts";
import type { Connection, ConnectionOptions, ReconnectLimits } from "./connection.ts";
import { foldersToSearch } from "./folders.ts";
import { findRunningGateway, readGatewayFile } from "./gateway-file.ts";
import type { RunningGateway } from "./gateway-file.ts";
import { fingerprintOf, readConfig, simulatorNote, startServer } from "./server.ts";
import type { Server, ServerSettings } from "./server.ts";
import type { Text } from "../words/words.ts";
import { misspeltSettings } from "./setting-names.ts";

/** The gateway in use. */
interface Link {
  client: GatewayClient;
  /** The folder whose jobs it knows; the next gateway must be on the same one. */
  folder: string;
  url: string;
  isSimulated: boolean;
  /** The fingerprint of its accounts. */
  accounts: string;
  /** True for the gateway of another command, which ends with that command. */
  isTemporary: boolean;
  /** The gateway of this process. */
  own: Server | undefined;
}

// Two commands that start at one moment both want the folder's lock; the slower one sees the other's gateway
// as soon as that listens.
const lockedFolderPatienceMs = 10_000;
const retryMs = 100;

/**
 * Connects to the running gateway of the data folder in force, or starts one; `handsOver` says whether that one ends
 * at once when `jimeng serve` wants its folder, or only with the command.
 */
export async function connectToFolder(
  context: Context,
  options: ConnectionOptions,
  handsOver: boolean,
): Promise<Connection> {
  const { dataDir, forAccounts } = options;
  const settings = { forAccounts, ...(dataDir !== undefined && { dataDir }) };
  const connection = new FolderConnection(context, settings, handsOver);
  await connection.open();
  return connection;
}

class FolderConnection implements Connection {
  readonly #context: Context;
  readonly #settings: Pick<ServerSettings, "dataDir" | "forAccounts">;
  readonly #handsOver: boolean;
  #link: Link | undefined;
  #reconnecting: Promise<void> | undefined;
  /** The end of the gateway of this process, once another one asked for its folder. */
  #handingOver: Promise<void> | undefined;

  constructor(
    context: Context,
    settings: Pick<ServerSettings, "dataDir" | "forAccounts">,
    handsOver: boolean,
  ) {
    this.#context = context;
    this.#settings = settings;
    this.#handsOver = handsOver;
  }

  get client(): GatewayClient {
    return this.#current.client;
  }

  get isOwn(): boolean {
    return this.#current.own !== undefined && this.#handingOver === undefined;
  }

  get isSimulated(): boolean {
    return this.#current.isSimulated;
  }

  readonly isLocal = true;

  // A gateway that was started anew has another admin key.
  isLost(error: unknown): boolean {
    return isAway(error) || hasCode(error, "unauthorized");
  }

  get place(): Text {
    const { url, folder, own } = this.#current;
    return ({ gateway }) => (own === undefined ? gateway.at(url) : gateway.ofFolder(folder));
  }

  /** Finds the first gateway; prints a note when it runs on the simulator. */
  async open(): Promise<void> {
    const config = await readConfig(this.#context.environment, this.#settings);
    const endsAt = performance.now() + lockedFolderPatienceMs;
    while (this.#link === undefined) {
      for (const folder of foldersToSearch(config)) {
        const running = await findRunningGateway(folder);
        if (running === undefined) continue;
        this.#link = toLink(folder, running);
        if (running.isSimulated) {
          this.#context.output.note(({ gateway }) => gateway.onSimulator(running.url));
        }
        return;
      }
      if (await this.#startOwn(performance.now() < endsAt)) await this.#noteOwn();
      else await sleep(retryMs);
    }
  }

  async reconnect(lost: GatewayClient, limits: ReconnectLimits): Promise<void> {
    if (lost !== this.#current.client) return;
    this.#reconnecting ??= this.#findAgain(this.#current, limits).finally(() => {
      this.#reconnecting = undefined;
    });
    await this.#reconnecting;
  }

  async close(): Promise<void> {
    await (this.#handingOver ?? this.#link?.own?.close());
  }

  get #current(): Link {
    if (this.#link === undefined) throw new Error("The connection is not open.");
    return this.#link;
  }

  /**
   * Looks for the next gateway on the same folder. One of this process is started only in place of another command's,
   * which is known to end, and only with the same accounts: a `jimeng serve` that went away is waited for.
   */
  async #findAgain(link: Link, { until, signal }: ReconnectLimits): Promise<void> {
    if (this.#handingOver === undefined) this.#noteLoss(link);
    await this.#handingOver;
    const config = await readConfig(this.#context.environment, this.#settings);
    const mayTakeOver = link.isTemporary && (await fingerprintOf(config)) === link.accounts;
    do {
      await sleep(retryMs, undefined, { signal });
      const running = await findRunningGateway(link.folder);
      if (running !== undefined) {
        this.#link = toLink(link.folder, running);
        return;
      }
      if (mayTakeOver && (await this.#startOwn(true))) return;
    } while (performance.now() < until);
    throw new CliError({
      code: "connection_failed",
      message: ({ gateway }) => gateway.notAnswering(link.url),
    });
  }

  /** Starts a gateway in this process; false when another process has the folder and `mayWait` says so. */
  async #startOwn(mayWait: boolean): Promise<boolean> {
    // Its log would mix with the command's output.
    const quiet = { ...this.#context.environment, LOG_LEVEL: "silent" };
    const settings = { ...this.#settings, host: "127.0.0.1", port: 0 };
    try {
      const own = await startServer(quiet, settings, { onHandOver: () => this.#handOver() });
      const { dataDir } = own.config;
      const running = await readGatewayFile(dataDir);
      this.#link = {
        client: new GatewayClient({ baseUrl: own.url, key: running?.adminKey }),
        folder: dataDir,
        url: own.url,
        isSimulated: own.simulatorUrl !== undefined,
        accounts: running?.accounts ?? "",
        // The next gateway takes the folder over and is not one of a command.
        isTemporary: false,
        own,
      };
      return true;
    } catch (error) {
      if (!mayWait || !hasCode(error, "conflict")) throw error;
      return false;
    }
  }

  /** Releases the folder for a permanent gateway, which continues the jobs. */
  #handOver(): void {
    const own = this.#link?.own;
    if (!this.#handsOver || own === undefined || this.#handingOver !== undefined) return;
    this.#context.output.note(({ gateway }) => gateway.handingOver);
    this.#handingOver = own.close();
  }

  #noteLoss({ url }: Link): void {
    this.#context.output.note(({ gateway }) => gateway.wentAway(url));
  }

  async #noteOwn(): Promise<void> {
    const own = this.#link?.own;
    for (const warning of await misspeltSettings(this.#context.environment)) {
      this.#context.output.warning(warning);
    }
    if (own?.simulatorUrl === undefined) return;
    this.#context.output.note(simulatorNote(own.config));
    for (const warning of own.warnings) this.#context.output.warning(warning);
  }
}

function toLink(folder: string, running: RunningGateway): Link {
  const { url, adminKey, isSimulated, accounts, isTemporary } = running;
  const client = new GatewayClient({ baseUrl: url, key: adminKey });
  return { client, folder, url, isSimulated, accounts, isTemporary, own: undefined };
}
