// The blocks that hosts take: those of `jimeng mcp config`, started as they stand by the CLI of the MCP inspector, and those
// of both READMEs.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

import { hostConfigs, hostNames } from "@jimeng/mcp/hosts";
import type { HostName } from "@jimeng/mcp/hosts";
import { expect, test } from "vitest";

import { root, runCommand, scratchFolder } from "../e2e/processes.ts";
import { startMcpGateway } from "./gateway.ts";

/** A program and its arguments. */
type Words = string[];

/** Runs a program to its end. */
async function run([program = "", ...words]: Words, home: string): Promise<string> {
  const environment = { PATH: process.env["PATH"], HOME: home, LOG_LEVEL: "silent" };
  const child = spawn(program, words, { env: environment, cwd: home });
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => void (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => void (errors += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once("close", resolve));
  expect(code, errors).toBe(0);
  return output;
}

/** Runs the CLI of the MCP inspector and returns what it prints. */
async function inspect(words: Words, home: string): Promise<any> {
  const manifest = createRequire(import.meta.url).resolve(
    "@modelcontextprotocol/inspector/package.json",
  );
  const inspector = join(dirname(manifest), "clients/launcher/build/index.js");
  return JSON.parse(await run([process.execPath, inspector, "--cli", ...words], home));
}

interface JsonServer {
  command: string;
  args: Words;
}

const jsonWords = (text: string, key: string): Words => {
  const { command, args } = (JSON.parse(text) as Record<string, { jimeng: JsonServer }>)[key]!
    .jimeng;
  return [command, ...args];
};

/** Reads the command out of a block as its host does. */
const readers: Record<HostName, (block: string, home: string) => Words | Promise<Words>> = {
  "claude-code": async (block, home) => {
    const script = `claude() { while [ "$1" != -- ]; do shift; done; shift; printf '%s\\n' "$@"; }\n${block}`;
    return (await run(["/bin/sh", "-c", script], home)).trim().split("\n");
  },
  "claude-desktop": (block) => jsonWords(block, "mcpServers"),
  cursor: (block) => jsonWords(block, "mcpServers"),
  vscode: (block) => jsonWords(block, "servers"),
  cline: (block) => jsonWords(block, "mcpServers"),
  codex: (block) => {
    const read = (name: string): string =>
      new RegExp(String.raw`^${name} = (.*)$`, "m").exec(block)![1]!;
    expect(block).toMatch(/^\[mcp_servers\.jimeng\]$/m);
    return [JSON.parse(read("command")) as string, ...(JSON.parse(read("args")) as Words)];
  },
};

test(
  "every host's block starts the same command, and it lists its tools",
  { timeout: 60_000 },
  async () => {
    const home = scratchFolder();
    try {
      const folder = join(home.path, "a folder");
      const words = await Promise.all(
        hostNames.map(async (name) => {
          const printed = await runCommand(["mcp", "config", name, "--data-dir", folder]);
          expect(printed.code, printed.output).toBe(0);
          return await readers[name](printed.stdout, home.path);
        }),
      );
      for (const each of words) expect(each).toEqual(words[0]);
      const listed = await inspect([...words[0]!, "--method", "tools/list"], home.path);
      expect(listed.tools.map(({ name }: { name: string }) => name)).toContain("generate_image");
    } finally {
      home.remove();
    }
  },
);

test("the MCP inspector makes a picture over HTTP", { timeout: 60_000 }, async () => {
  const gateway = await startMcpGateway();
  const home = scratchFolder();
  try {
    const answer = await inspect(
      [
        ...[`${gateway.url}/mcp`, "--transport", "http"],
        ...["--header", `Authorization: Bearer ${gateway.key}`],
        ...["--method", "tools/call", "--tool-name", "generate_image"],
        ...[
          "--tool-arg",
          "prompt=an inspected lighthouse",
          "model=jimeng-5.0-flash",
          "resolution=2k",
        ],
      ],
      home.path,
    );
    expect(answer.structuredContent).toMatchObject({ status: "completed" });
    expect(answer.content.map(({ type }: { type: string }) => type)).toEqual([
      ...["text", "image", "resource_link"],
    ]);
  } finally {
    home.remove();
    await gateway.close();
  }
});

const titles: Record<HostName, string> = {
  "claude-code": "Claude Code",
  "claude-desktop": "Claude Desktop",
  cursor: "Cursor",
  vscode: "VS Code",
  cline: "Cline",
  codex: "Codex",
};

test.each(["README.md", "README.zh-CN.md"])("the blocks of %s are those of the command", (file) => {
  const readme = readFileSync(join(root, file), "utf8");
  const installed = { command: "jimeng", arguments: ["mcp"], environment: {} };
  for (const name of hostNames) {
    const { place, block } = hostConfigs[name](installed);
    const line = new RegExp(`^${titles[name]}  +(.*)$`, "m").exec(readme)?.[1] ?? "";
    if (name === "claude-code") {
      expect(line).toBe(block);
    } else if (name === "codex") {
      expect(line).toContain(place);
      for (const part of block.split("\n")) expect(line).toContain(part);
    } else {
      const [named = "", json = ""] = line.split(/ {2,}/);
      expect(place).toContain(named);
      expect(JSON.parse(json)).toEqual(JSON.parse(block));
    }
  }
});
