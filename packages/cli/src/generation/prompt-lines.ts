// Makes the lines of a batch of pictures out of a file of prompts.

import type { BatchLineInput } from "@jimeng/gateway/api";

import { buildImageBody } from "./requests.ts";
import type { ImageOptions } from "./requests.ts";

/**
 * Yields a line for each line of the file: a text is a prompt, an object has fields of its own beside those of the
 * options. Blank lines stay, so that the gateway counts as the file does.
 */
export async function* toPromptLines(
  file: Blob,
  options: ImageOptions,
): AsyncGenerator<BatchLineInput> {
  // The batch has the ceiling; the lines are answered as their batch is.
  const { background: _background, ...shared } = buildImageBody("", {
    ...options,
    maxCredits: undefined,
  });
  for await (const text of linesOf(file)) yield toLine(text.trim(), shared);
}

function toLine(text: string, shared: object): BatchLineInput {
  if (text === "") return "";
  if (!text.startsWith("{")) return toRequest({ ...shared, prompt: text });
  try {
    const { custom_id: customId, ...own } = JSON.parse(text) as Record<string, unknown>;
    return toRequest({ ...shared, ...own }, typeof customId === "string" ? customId : undefined);
  } catch {
    // The gateway says with its number what is wrong with it.
    return text;
  }
}

function toRequest(body: object, customId?: string): BatchLineInput {
  const line = { method: "POST" as const, url: "/v1/images/generations", body };
  return customId === undefined ? line : { custom_id: customId, ...line };
}

async function* linesOf(file: Blob): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of file.stream()) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
  if (rest !== "") yield rest;
}
