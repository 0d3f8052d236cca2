// Registers the tools on a server: checks the arguments of a call, runs it, and answers failures in one shape.

import { CLIENT_CAPABILITIES_META_KEY } from "@modelcontextprotocol/server";
import type {
  ClientCapabilities,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
} from "@modelcontextprotocol/server";
import * as z from "zod";

import type { Face } from "../face.ts";
import { invalid, toFailureFacts, toFailureResult } from "../results/failure.ts";
import { harmless, shortened } from "../results/harmless.ts";
import type { Tool, ToolResult } from "../tools/tool.ts";
import { tools } from "../tools/index.ts";

const maxArgumentsLength = 256 * 1024;
const maxNameLength = 64;

/** Registers the tools that this caller has, or the only one that is called. */
export function registerTools(
  server: McpServer,
  face: Face,
  { era, onlyTool }: { era: "legacy" | "modern"; onlyTool?: string | undefined },
): void {
  // A name that no tool has gets the same answer from a server with all of them.
  const isKnown = tools.some(({ name }) => name === onlyTool);
  for (const tool of tools) {
    if (tool.isLocal === true && face.localFiles === null) continue;
    if (isKnown && tool.name !== onlyTool) continue;
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        annotations: { title: tool.title, ...tool.annotations },
        inputSchema: unchecked(() => toInputSchema(tool)),
        ...(tool.meta === undefined ? {} : { _meta: { ...tool.meta } }),
        ...(tool.output === undefined
          ? {}
          : { outputSchema: unchecked(() => ({ ...tool.output })) }),
      },
      (sent, context) =>
        runTool(tool, face, sent, { context, canAsk: canAsk(server, era, face, context) }),
    );
  }
}

/** Runs one call of a tool; whatever goes wrong is an answer. */
async function runTool(
  tool: Tool,
  face: Face,
  sent: unknown,
  { context, canAsk: asking }: { context: ServerContext; canAsk: { form: boolean; url: boolean } },
): Promise<ToolResult> {
  const { signal } = context.mcpReq;
  try {
    const sentArguments = toArguments(sent);
    const parsed = tool.arguments.safeParse(sentArguments);
    if (!parsed.success) throw toInvalid(tool, parsed.error);
    const call = { face, context, signal, canAsk: asking, tool: tool.name, sentArguments };
    return await tool.run(parsed.data, call);
  } catch (error) {
    // Nobody reads this answer any more.
    if (signal.aborted) throw error;
    return toFailureResult(toFailureFacts(error));
  }
}

function toArguments(sent: unknown): Record<string, unknown> {
  const given = sent ?? {};
  if (typeof given !== "object" || Array.isArray(given)) {
    throw invalid("arguments", "The arguments are no object.", "Send an object.");
  }
  if (JSON.stringify(given).length > maxArgumentsLength) {
    const message = `The arguments are longer than ${maxArgumentsLength} characters.`;
    throw invalid("arguments", message, "Give files as references, not inside the arguments.");
  }
  return given as Record<string, unknown>;
}

function toInvalid(tool: Tool, error: z.ZodError): Error {
  const [issue] = error.issues;
  const names = issue?.code === "unrecognized_keys" ? issue.keys : [];
  if (names.length > 0) {
    const shown = names.slice(0, 5).map((name) => `"${shortened(harmless(name), maxNameLength)}"`);
    const message = `${tool.name} has no argument ${shown.join(", ")}.`;
    return invalid(
      names[0] ?? "arguments",
      message,
      "Leave it out; tools/list tells the arguments.",
    );
  }
  const param = issue?.path.join(".") || "arguments";
  return invalid(
    param,
    `${param}: ${harmless(issue?.message ?? "is not valid")}.`,
    "Correct it and call again.",
  );
}

const inputSchemas = new WeakMap<Tool, Record<string, unknown>>();

/** Returns the JSON schema of a tool's arguments, made once for all servers. */
function toInputSchema(tool: Tool): Record<string, unknown> {
  const known = inputSchemas.get(tool);
  if (known !== undefined) return known;
  const { $schema: _, ...schema } = z.toJSONSchema(tool.arguments, { io: "input" });
  inputSchemas.set(tool, schema);
  return schema;
}

/** Returns a schema that is told and not checked: the tools check their arguments and answer in their own words. */
function unchecked(schema: () => Record<string, unknown>): StandardSchemaWithJSON {
  return {
    "~standard": {
      version: 1,
      vendor: "jimeng",
      validate: (value) => ({ value }),
      jsonSchema: { input: schema, output: schema },
    },
  };
}

/** Tells how a person can be asked. Every 2025 client over stateless HTTP is deaf: nothing can be asked there. */
function canAsk(
  server: McpServer,
  era: "legacy" | "modern",
  { transport }: Face,
  { mcpReq }: ServerContext,
): { form: boolean; url: boolean } {
  if (era === "legacy" && transport === "http") return { form: false, url: false };
  const envelope = mcpReq.envelope as Record<string, unknown> | undefined;
  const capabilities = (
    era === "modern"
      ? envelope?.[CLIENT_CAPABILITIES_META_KEY]
      : server.server.getClientCapabilities()
  ) as ClientCapabilities | undefined;
  const elicitation = capabilities?.elicitation;
  if (elicitation === undefined) return { form: false, url: false };
  // An empty object means forms, as before 2025-11-25.
  const hasUrl = elicitation.url !== undefined;
  return { form: elicitation.form !== undefined || !hasUrl, url: hasUrl };
}
