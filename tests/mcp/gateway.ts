// A gateway with MCP over a quick simulator, in the process of the test.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PassThrough } from "node:stream";

import { createGateway, createLogger, loadConfig } from "@jimeng/gateway";
import { GatewayClient } from "@jimeng/gateway/api/client";
import { serveOverStdio } from "@jimeng/mcp";
import { createSimulator } from "@jimeng/simulator";
import type { Simulator } from "@jimeng/simulator";

import { createMcpMount } from "../../packages/cli/src/gateway/mcp-mount.ts";
import { pipes } from "./stream-transport.ts";

/** A fake credential that may stand in no answer, and in no log. */
export const canary = "mcp0canary0session0mcp0canary0ses";

/** A gateway, and the ways to it. */
export interface McpGateway {
  url: string;
  key: string;
  client: GatewayClient;
  simulator: Simulator;
  folder: string;
  /** Serves one stdio host; ends with its input. */
  openStdio(options?: StdioChoices): StdioServer;
  /** Everything that was logged. */
  logs(): string;
  /** Everything that stdio servers wrote. */
  traffic(): string;
  close(): Promise<void>;
}

/** What the owner allows the servers of a test. */
export interface StdioChoices {
  limits?: { perCall: number; perDay: number };
  allowed?: string[];
  saveTo?: string | null;
  /** The gateway key of its process; default: the first. */
  key?: string;
}

/** A server for one host. */
export interface StdioServer {
  toServer: PassThrough;
  toHost: PassThrough;
  ended: Promise<void>;
  /** Ends the server as a kill does: nothing more is read or written. */
  kill(): void;
}

/** Starts a gateway whose pictures take so long. */
export async function startMcpGateway(
  settings: Record<string, string> = {},
  { imageMs = 300, videoMs = 600 }: { imageMs?: number; videoMs?: number } = {},
): Promise<McpGateway> {
  const folder = await mkdtemp(join(tmpdir(), "jimeng-mcp-"));
  const simulator = await createSimulator({
    media: "blank",
    timing: { imageMs, videoMs, visibleAfterMs: 20, jitter: false },
  });
  const key = "mcp-test-key-0000";
  const config = loadConfig({
    JIMENG_DATA_DIR: folder,
    JIMENG_CN_BASE_URL: simulator.url,
    JIMENG_SESSIONS: `test=${canary}`,
    JIMENG_API_KEYS: `one=${key},two=${key}2`,
    JIMENG_MCP_AUTO_CREDITS: "1000",
    JIMENG_MCP_DAILY_CREDITS: "100000",
    POLL_INTERVAL: "100",
    PORT: "0",
    ...settings,
  });
  let logged = "";
  let traffic = "";
  const logger = createLogger("debug", { write: (line: string) => void (logged += line) });
  const mounts = [createMcpMount(config, "0.0.0-test")];
  const gateway = await createGateway({ config, logger, mounts });
  const { url } = await gateway.listen();
  const client = new GatewayClient({ baseUrl: url, key });
  return {
    url,
    key,
    client,
    simulator,
    folder,
    logs: () => logged,
    traffic: () => traffic,
    openStdio(choices = {}) {
      const by =
        choices.key === undefined ? client : new GatewayClient({ baseUrl: url, key: choices.key });
      const server = openStdio(by, choices);
      server.toHost.on("data", (chunk: Buffer | string) => void (traffic += chunk.toString()));
      return server;
    },
    async close() {
      await gateway.close();
      await simulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function openStdio(
  client: GatewayClient,
  { limits = { perCall: 1000, perDay: 100_000 }, allowed = [], saveTo = null }: StdioChoices,
): StdioServer {
  const { toServer, toHost } = pipes();
  const stop = new AbortController();
  const ended = serveOverStdio({
    gateway: { client, recover: () => Promise.resolve(false) },
    version: "0.0.0-test",
    limits,
    folders: { allowed, saveTo },
    input: toServer,
    output: toHost,
    signal: stop.signal,
    onError: () => undefined,
  });
  return { toServer, toHost, ended, kill: () => stop.abort() };
}
