// Finds the prompt of a history record: in its items, else in the draft that it was started with.

import * as z from "zod";

import { list, textOrNull } from "../transport/tolerant.ts";

const recordSchema = z.looseObject({
  item_list: list,
  draft_content: textOrNull,
});
const itemSchema = z.looseObject({
  common_attr: z.looseObject({ description: textOrNull }),
});

/** The mark that stands before a prompt once per reference picture (generate.md [C]). */
const referenceMarks = /^(?:##)+/;

/** Reads the prompt of a record (history.md, generate.md [C]); null when it has none. */
export function parseRecordPrompt(value: unknown): string | null {
  const record = recordSchema.safeParse(value);
  if (!record.success) return null;
  for (const item of record.data.item_list ?? []) {
    const prompt = toPrompt(itemSchema.safeParse(item).data?.common_attr.description);
    if (prompt !== null) return prompt;
  }
  return toPrompt(firstPromptIn(parseJson(record.data.draft_content)));
}

function toPrompt(text: unknown): string | null {
  if (typeof text !== "string") return null;
  const prompt = text.replace(referenceMarks, "").trim();
  return prompt === "" ? null : prompt;
}

// Pictures, videos and references have it at different depths of the draft, always under the same name.
function firstPromptIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return undefined;
  if ("prompt" in value && toPrompt(value.prompt) !== null) return value.prompt;
  for (const part of Object.values(value)) {
    const found = firstPromptIn(part);
    if (found !== undefined) return found;
  }
  return undefined;
}

function parseJson(text: string | null | undefined): unknown {
  try {
    return text == null ? undefined : JSON.parse(text);
  } catch {
    // Text that is not a draft has no prompt.
    return undefined;
  }
}
