// The options that the MCP server and its block for hosts share.

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { collect } from "../option-values.ts";

/** The options of `jimeng mcp`. */
export interface McpOptions extends ConnectionOptions {
  saveTo?: string;
  allowDir?: string[];
}

/** Adds the options. */
export function withMcpOptions(command: Command, { words }: Context): Command {
  const { mcp } = words.help;
  return withConnectionOptions(
    command
      .option("--save-to <folder>", mcp.saveTo)
      .option("--allow-dir <folder>", mcp.allowDir, collect),
    words,
  );
}
