// `jimeng mcp config`: prints the block that a host wants in its settings to start `jimeng mcp`.

import type { Command } from "commander";

import { hostConfigs, hostNames } from "@jimeng/mcp/hosts";
import type { HostName } from "@jimeng/mcp/hosts";

import type { Context } from "../../context.ts";
import { withMcpOptions } from "./options.ts";
import type { McpOptions } from "./options.ts";

/** Adds `jimeng mcp config <host>`. */
export function addConfigCommand(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group.command("config").description(help.mcp.config);
  withMcpOptions(command, context)
    .addArgument(command.createArgument("<host>", help.mcp.host).choices(hostNames))
    .action((host: HostName) => {
      const options = command.optsWithGlobals<McpOptions>();
      const { place, block } = hostConfigs[host]({
        command: process.execPath,
        arguments: [process.argv[1] ?? "jimeng", "mcp", ...toWords(options)],
        // The key itself is nobody's to print.
        environment: options.url === undefined ? {} : { JIMENG_API_KEY: "YOUR-GATEWAY-KEY" },
      });
      context.output.note((words) => words.mcp.putInto(place));
      context.output.help(`${block}\n`, true);
    });
}

function toWords({ url, dataDir, saveTo, allowDir = [] }: McpOptions): string[] {
  const pairs: [string, string | undefined][] = [
    ["--url", url],
    ["--data-dir", dataDir],
    ["--save-to", saveTo],
    ...allowDir.map((folder): [string, string] => ["--allow-dir", folder]),
  ];
  return pairs.flatMap(([name, value]) => (value === undefined ? [] : [name, value]));
}
