// How a prompt names references: `@2` is the second one. It is completed while one types, and follows its reference to
// another place.

import type { DraftReference } from "../reference.ts";

/** A reference that a prompt can name. */
export interface Mentionable {
  /** Its number in the prompt, from 1. */
  number: number;
  reference: DraftReference;
}

/** What is typed of a mention: where its `@` stands, and the text behind it up to the cursor. */
export interface OpenMention {
  start: number;
  text: string;
}

const openPattern = /@([^\s@]{0,40})$/u;
const mentionPattern = /@(\d{1,2})(?!\d)/g;

/** Lists the references that a prompt can name; frames of a video have a place and no number. */
export function listMentionable(references: readonly DraftReference[]): Mentionable[] {
  return references
    .filter(({ role }) => role === "reference")
    .map((reference, at) => ({ number: at + 1, reference }));
}

/** Tells whether a prompt names a reference where that means nothing: image models read `@1` as words. */
export function isMentionInVain({
  kind,
  prompt,
  references,
}: {
  kind: string;
  prompt: string;
  references: readonly DraftReference[];
}): boolean {
  const most = listMentionable(references).length;
  return (
    kind === "image" &&
    [...prompt.matchAll(mentionPattern)].some(([, digits]) => Number(digits) <= most)
  );
}

/** Returns the mention that ends at the cursor; undefined where none does. */
export function findOpenMention(prompt: string, cursor: number): OpenMention | undefined {
  const match = openPattern.exec(prompt.slice(0, cursor));
  return match === null ? undefined : { start: match.index, text: match[1] ?? "" };
}

/** Lists the references that the typed text may mean: by number or by a part of the name. */
export function matchMentions(
  references: readonly DraftReference[],
  { text }: OpenMention,
): Mentionable[] {
  const wanted = text.toLowerCase();
  return listMentionable(references).filter(
    ({ number, reference }) =>
      String(number).startsWith(wanted) || reference.name.toLowerCase().includes(wanted),
  );
}

/** Returns the prompt with the mention completed, and where the cursor stands then. */
export function completeMention(
  prompt: string,
  { start, text }: OpenMention,
  number: number,
): { prompt: string; cursor: number } {
  const rest = prompt.slice(start + 1 + text.length);
  const named = `@${number}${/^\s/.test(rest) ? "" : " "}`;
  return { prompt: prompt.slice(0, start) + named + rest, cursor: start + named.length };
}

/** Returns the prompt with every mention at the new place of its reference; one of a reference that is gone is left out. */
export function moveMentions(
  prompt: string,
  before: readonly DraftReference[],
  after: readonly DraftReference[],
): string {
  const numbers = new Map(
    listMentionable(after).map(({ number, reference }) => [reference.id, number]),
  );
  const known = listMentionable(before);
  return prompt.replaceAll(mentionPattern, (mention, digits: string) => {
    const named = known[Number(digits) - 1];
    if (named === undefined) return mention;
    const { id } = named.reference;
    const number = numbers.get(id);
    if (number !== undefined) return `@${number}`;
    // One that became a frame may become a reference again.
    return after.some((reference) => reference.id === id) ? mention : "";
  });
}
