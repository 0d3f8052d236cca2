// Splits a prompt at its `@` mentions of references.

import { JimengError } from "../errors.ts";

/** The kind of a reference. */
export type ReferenceKind = "image" | "video" | "audio";

/** A piece of a prompt: text, or the position of a reference (from 0). */
export type PromptPart = { text: string } | { reference: number };

const kindWords: Readonly<Record<string, ReferenceKind>> = {
  图片: "image",
  图: "image",
  image: "image",
  视频: "video",
  video: "video",
  音频: "audio",
  audio: "audio",
};

const mentionPattern = /@(图片|图|image|视频|video|音频|audio)?\s?(\d{1,2})/gi;

/**
 * Splits a prompt at its mentions: `@2` is the second reference, `@视频1` or `@video1` the first video among
 * them. References that are not mentioned come first, in their order, as the site's own editor puts them.
 * Throws `invalid_request` (param `prompt`) for a mention of something that was not given.
 */
export function splitMentions(prompt: string, kinds: readonly ReferenceKind[]): PromptPart[] {
  const parts: PromptPart[] = [];
  let end = 0;
  for (const match of prompt.matchAll(mentionPattern)) {
    pushText(parts, prompt.slice(end, match.index));
    parts.push({ reference: resolve(match[0], match[1], Number(match[2]), kinds) });
    end = match.index + match[0].length;
  }
  pushText(parts, prompt.slice(end));
  const mentioned = new Set(parts.flatMap((part) => ("reference" in part ? [part.reference] : [])));
  const notMentioned = kinds.flatMap((_kind, index) =>
    mentioned.has(index) ? [] : [{ reference: index }],
  );
  return [...notMentioned, ...parts];
}

function pushText(parts: PromptPart[], text: string): void {
  if (text !== "") parts.push({ text });
}

function resolve(
  mention: string,
  word: string | undefined,
  number: number,
  kinds: readonly ReferenceKind[],
): number {
  const kind = word === undefined ? undefined : kindWords[word.toLowerCase()];
  const candidates = kinds.flatMap((each, index) =>
    kind === undefined || each === kind ? [index] : [],
  );
  const index = candidates[number - 1];
  if (index === undefined) {
    throw new JimengError(
      "invalid_request",
      `The prompt mentions ${mention}, but ${candidates.length} such references were given.`,
      {
        param: "prompt",
        fix: "Give the reference, or correct the number; numbers begin at 1.",
      },
    );
  }
  return index;
}
