// `jimeng mcp`: serves MCP over standard streams, and prints the block that a host wants in its settings.

import path from "node:path";

import type { GatewayAccess } from "@jimeng/mcp";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { connect } from "../../gateway/connect.ts";
import type { Connection } from "../../gateway/connection.ts";
import { readConfig } from "../../gateway/server.ts";
import { listenForInterrupts } from "../../terminal/interrupt.ts";
import { refuseUnknownSubcommands } from "../subcommands.ts";
import { addConfigCommand } from "./config.ts";
import { withMcpOptions } from "./options.ts";
import type { McpOptions } from "./options.ts";

/** Adds `jimeng mcp` and `jimeng mcp config <host>`. */
export function addMcpCommand(program: Command, context: Context): void {
  const { help } = context.words;
  const command = withMcpOptions(program.command("mcp").description(help.mcp.description), context);
  command.action(async (options: McpOptions) => await serve(context, options));
  addConfigCommand(command, context);
  refuseUnknownSubcommands(command);
}

async function serve(context: Context, options: McpOptions): Promise<void> {
  const { environment, currentFolder } = context;
  const [{ serveOverStdio }, { gatewayVersion }, config, connection] = await Promise.all([
    import("@jimeng/mcp"),
    import("@jimeng/gateway"),
    readConfig(environment, {}),
    connect(context, options, { handsOver: true }),
  ]);
  const interrupts = listenForInterrupts();
  const toPath = (folder: string): string => path.resolve(currentFolder, folder);
  try {
    await serveOverStdio({
      gateway: toAccess(connection),
      version: gatewayVersion,
      limits: config.mcp,
      folders: {
        allowed: (options.allowDir ?? []).map(toPath),
        saveTo: options.saveTo === undefined ? null : toPath(options.saveTo),
      },
      input: process.stdin,
      output: process.stdout,
      signal: interrupts.signal,
      onError: (error) => context.output.note(error.message),
    });
  } finally {
    interrupts.release();
    await connection.close();
  }
}

const reconnectMs = 30_000;

/** Returns the way to the gateway of a connection, which is found again where it went away. */
function toAccess(connection: Connection): GatewayAccess {
  return {
    get client() {
      return connection.client;
    },
    async recover(lost, error, signal) {
      if (!connection.isLost(error)) return false;
      await connection.reconnect(lost, { until: performance.now() + reconnectMs, signal });
      return true;
    },
  };
}
