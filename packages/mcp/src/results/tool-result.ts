// Puts the parts of an answer together, within the limits that hosts have: the text and the structured part together,
// and the whole.

import type { CallToolResult, ContentBlock } from "@modelcontextprotocol/server";

import { harmless, harmlessValue, shortened } from "./harmless.ts";

/** The parts of an answer. */
export interface ResultParts {
  /** What a host that drops everything else must still tell. */
  text: string;
  structured: Record<string, unknown>;
  /** Pictures and links, the most useful first. */
  content?: readonly ContentBlock[];
  isError?: boolean;
}

const maxCharacters = 8000;
const maxBytes = 300_000;

/** Builds the answer; pictures and links that would make it too large are left out, the last ones first. */
export function toToolResult({
  text,
  structured,
  content = [],
  isError,
}: ResultParts): CallToolResult {
  const structuredContent = bounded(harmlessValue(structured));
  const room = maxCharacters - JSON.stringify(structuredContent).length;
  const first = { type: "text" as const, text: shortened(harmless(text), Math.max(200, room)) };
  const result: CallToolResult = {
    content: [first],
    structuredContent,
    ...(isError === true ? { isError } : {}),
  };
  let bytes = Buffer.byteLength(JSON.stringify(result));
  for (const block of content) {
    const size = Buffer.byteLength(JSON.stringify(block));
    if (bytes + size > maxBytes) continue;
    bytes += size;
    result.content.push(block);
  }
  return result;
}

const maxStructured = 5000;

/** Returns the structured part with fewer warnings and list entries where it is too long. */
function bounded(structured: Record<string, unknown>): Record<string, unknown> {
  let current = structured;
  for (const name of ["warnings", "data", "assets"]) {
    for (;;) {
      const list = current[name];
      const isTooLong = JSON.stringify(current).length > maxStructured;
      if (!isTooLong || !Array.isArray(list) || list.length <= 1) break;
      current = { ...current, [name]: list.slice(0, -1), truncated: true };
    }
  }
  return current;
}
