// How soon `jimeng mcp` lists its tools, with a gateway that runs and without one, and how large the list is.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Figure, atMost, median } from "../figures.ts";
import { sessions, startGateway, startSimulator, withFolder } from "../programs.ts";

const command = fileURLToPath(new URL("../../packages/cli/bin/jimeng.mjs", import.meta.url));
// The first run fills the compile cache.
const runs = 5;
const bytesInKilobyte = 1000;

const messages = [
  {
    jsonrpc: "2.0",
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-11-25",
      capabilities: {},
      clientInfo: { name: "bench", version: "1" },
    },
  },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
];

interface ListedTool {
  name: string;
  description: string;
  inputSchema: unknown;
}

/** Measures the start of `jimeng mcp`. */
export async function measureStart(): Promise<Figure[]> {
  const simulator = await startSimulator([]);
  try {
    const alone: number[] = [];
    for (let run = 0; run <= runs; run++) {
      const { tookMs } = await withFolder((folder) => listTools(folder, simulator.url));
      if (run > 0) alone.push(tookMs);
    }
    const { beside, tools } = await withFolder(async (folder) => {
      const gateway = await startGateway(folder, simulator.url);
      const beside: number[] = [];
      let tools: ListedTool[] = [];
      for (let run = 0; run <= runs; run++) {
        const listed = await listTools(folder, simulator.url);
        if (run > 0) beside.push(listed.tookMs);
        tools = listed.tools;
      }
      await gateway.stop();
      return { beside, tools };
    });
    const forModel = tools.map(({ name, description, inputSchema }) => ({
      name,
      description,
      inputSchema,
    }));
    const kilobytes = (value: unknown): number =>
      Buffer.byteLength(JSON.stringify(value)) / bytesInKilobyte;
    return [
      atMost("jimeng mcp → tools/list, beside a gateway", median(beside), 600, "ms"),
      atMost("jimeng mcp → tools/list, with a gateway of its own", median(alone), 1200, "ms"),
      atMost("tools/list", kilobytes({ tools }), 20, "kB"),
      atMost("the part of it that models read", kilobytes(forModel), 10, "kB"),
    ];
  } finally {
    await simulator.stop();
  }
}

async function listTools(
  folder: string,
  simulatorUrl: string,
): Promise<{ tookMs: number; tools: ListedTool[] }> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [command, "mcp", "--data-dir", folder], {
    stdio: ["pipe", "pipe", "ignore"],
    env: {
      PATH: process.env["PATH"],
      HOME: process.env["HOME"],
      JIMENG_BASE_URL: simulatorUrl,
      JIMENG_SESSIONS: sessions(1),
      JIMENG_SECRET_KEY: "bench-only-no-secret",
    },
  });
  for (const message of messages) child.stdin.write(`${JSON.stringify(message)}\n`);
  let text = "";
  for await (const chunk of child.stdout) {
    text += String(chunk);
    const line = text.split("\n").find((candidate) => candidate.includes('"id":2'));
    if (line === undefined || !text.endsWith("\n")) continue;
    const tookMs = performance.now() - startedAt;
    const ended = once(child, "exit");
    child.stdin.end();
    await ended;
    const { result } = JSON.parse(line) as { result: { tools: ListedTool[] } };
    return { tookMs, tools: result.tools };
  }
  throw new Error("jimeng mcp ended without a list of tools");
}
