// Builds an MCP server for one caller: tools, resources, prompts, and what it says of itself.

import { McpServer } from "@modelcontextprotocol/server";

import type { Face } from "../face.ts";
import { registerPrompts } from "../prompts/prompts.ts";
import { registerResources } from "../resources/resources.ts";
import { registerTools } from "./register-tools.ts";

const hourMs = 3_600_000;

const instructions = `Makes pictures and videos with the owner's own 即梦 Jimeng and Dreamina accounts. Jobs take seconds to hours and go on without you: when a tool answers with "next", call that. A repeated call joins its job and pays nothing; again: true makes another. Never call a tool again because of needs_confirmation without asking the person.`;

/** What a server is built for. */
export interface ServerOptions {
  version: string;
  era: "legacy" | "modern";
  /** The one tool that a request calls: the server lives for that request and has nothing else. */
  onlyTool?: string | undefined;
}

/** Builds the server of one caller. */
export function buildServer(face: Face, { version, era, onlyTool }: ServerOptions): McpServer {
  const unchanging = { ttlMs: hourMs, cacheScope: "private" } as const;
  const server = new McpServer(
    { name: "jimeng", title: "Jimeng", version },
    {
      instructions,
      requestState: { verify: (state, context) => face.spending.codec.verify(state, context) },
      cacheHints: {
        "tools/list": unchanging,
        "prompts/list": unchanging,
        "resources/templates/list": unchanging,
        "server/discover": unchanging,
      },
    },
  );
  registerTools(server, face, { era, onlyTool });
  // Hundreds of calls may wait: what a call cannot use would weigh as much as the call.
  if (onlyTool !== undefined) return server;
  registerResources(server, face);
  registerPrompts(server);
  return server;
}
