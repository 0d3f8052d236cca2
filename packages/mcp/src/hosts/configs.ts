// The block that each host wants in its settings to start `jimeng mcp`.

/** The hosts that a block is printed for. */
export const hostNames = [
  "claude-code",
  "claude-desktop",
  "cursor",
  "vscode",
  "cline",
  "codex",
] as const;

/** One of the hosts. */
export type HostName = (typeof hostNames)[number];

/** How the host starts the server. */
export interface HostCommand {
  command: string;
  arguments: readonly string[];
  environment: Readonly<Record<string, string>>;
}

/** Where the block goes, and the block. */
export interface HostConfig {
  /** The file or command that takes it. */
  place: string;
  block: string;
}

function json(
  key: string,
  { command, arguments: words, environment }: HostCommand,
  more: object = {},
): string {
  const env = Object.keys(environment).length === 0 ? {} : { env: environment };
  return JSON.stringify({ [key]: { jimeng: { ...more, command, args: words, ...env } } }, null, 2);
}

const quote = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** The blocks by host. */
export const hostConfigs: Readonly<Record<HostName, (host: HostCommand) => HostConfig>> = {
  "claude-code": ({ command, arguments: words, environment }) => {
    const variables = Object.entries(environment).flatMap(([name, value]) => [
      "--env",
      `${name}=${value}`,
    ]);
    return {
      place: "run this in a terminal",
      block: [
        "claude",
        "mcp",
        "add",
        "--scope",
        "user",
        "jimeng",
        ...variables,
        "--",
        command,
        ...words,
      ]
        .map(quote)
        .join(" "),
    };
  },
  "claude-desktop": (host) => ({
    place: "claude_desktop_config.json (Settings, Developer, Edit Config)",
    block: json("mcpServers", host),
  }),
  cursor: (host) => ({ place: "~/.cursor/mcp.json", block: json("mcpServers", host) }),
  vscode: (host) => ({
    place: ".vscode/mcp.json, or MCP: Open User Configuration",
    block: json("servers", host, { type: "stdio" }),
  }),
  cline: (host) => ({
    place: "cline_mcp_settings.json (MCP Servers, Configure)",
    block: json("mcpServers", host, { timeout: 60 }),
  }),
  codex: ({ command, arguments: words, environment }) => {
    const toToml = (text: string): string => JSON.stringify(text);
    const variables = Object.entries(environment).map(
      ([name, value]) => `${name} = ${toToml(value)}`,
    );
    return {
      place: "~/.codex/config.toml",
      block: [
        "[mcp_servers.jimeng]",
        `command = ${toToml(command)}`,
        `args = [${words.map(toToml).join(", ")}]`,
        ...(variables.length === 0 ? [] : [`env = { ${variables.join(", ")} }`]),
      ].join("\n"),
    };
  },
};
