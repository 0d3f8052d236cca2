// One tool: its name, what it takes, and how a call of it is run.

import type {
  CallToolResult,
  InputRequiredResult,
  ServerContext,
  ToolAnnotations,
} from "@modelcontextprotocol/server";
import type * as z from "zod";

import type { Face } from "../face.ts";
import type { OutputSchema } from "../results/output-schema.ts";

/** What a tool answers. */
export type ToolResult = CallToolResult | InputRequiredResult;

/** One call of a tool. */
export interface ToolCall {
  face: Face;
  context: ServerContext;
  /** Aborted when the host gave the call up. */
  signal: AbortSignal;
  /** Whether a person can be asked through the host: by a form, and by a page that the host opens. */
  canAsk: { form: boolean; url: boolean };
  /** The tool's name, for answers that name the next call. */
  tool: string;
  /** The arguments as the host sent them. */
  sentArguments: Record<string, unknown>;
}

/** A tool whose arguments were checked before it runs. */
export interface Tool<Arguments extends z.ZodType = z.ZodType> {
  name: string;
  title: string;
  description: string;
  arguments: Arguments;
  annotations: ToolAnnotations;
  output?: OutputSchema;
  /** What hosts with MCP Apps need to know. */
  meta?: object;
  /** True where it needs the files of this machine. */
  isLocal?: boolean;
  run(input: z.output<Arguments>, call: ToolCall): Promise<ToolResult>;
}

/** Returns the tool as it is; its arguments then have their type in `run`. */
export function defineTool<Arguments extends z.ZodType>(tool: Tool<Arguments>): Tool {
  return tool;
}

/** A tool that only reads. */
export const readOnly: ToolAnnotations = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: false,
};

/** A tool that may pay; a repeated call joins the job of the first. */
export const generating: ToolAnnotations = {
  readOnlyHint: false,
  destructiveHint: false,
  idempotentHint: true,
  openWorldHint: true,
};
