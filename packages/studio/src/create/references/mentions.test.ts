// Tests how a prompt names references.

import { expect, it } from "vitest";

import type { DraftReference, ReferenceRole } from "../reference.ts";
import {
  completeMention,
  findOpenMention,
  isMentionInVain,
  matchMentions,
  moveMentions,
} from "./mentions.ts";

const reference = (id: string, role: ReferenceRole = "reference"): DraftReference => ({
  id,
  source: `file_${id}`,
  kind: "image",
  name: `${id}.png`,
  role,
  seconds: null,
});
const [fox, hat, sea] = [reference("fox"), reference("hat"), reference("sea")];

it.each<[string, number, { start: number; text: string } | undefined]>([
  ["put @", 5, { start: 4, text: "" }],
  ["put @ha on", 7, { start: 4, text: "ha" }],
  ["put @ha on", 10, undefined],
  ["@狐", 2, { start: 0, text: "狐" }],
  ["nothing", 7, undefined],
])("in %j at %i a mention is open: %j", (prompt, cursor, open) => {
  expect(findOpenMention(prompt, cursor)).toEqual(open);
});

it("offers references by number or a part of the name, and no frames", () => {
  const all = [reference("first", "first"), fox, hat];
  const numbers = (text: string) =>
    matchMentions(all, { start: 0, text }).map(({ number }) => number);
  expect(numbers("")).toEqual([1, 2]);
  expect(numbers("HAT")).toEqual([2]);
  expect(numbers("1")).toEqual([1]);
  expect(numbers("first")).toEqual([]);
});

it("completes a mention and puts the cursor behind it", () => {
  const open = { start: 4, text: "ha" };
  expect(completeMention("put @ha", open, 2)).toEqual({ prompt: "put @2 ", cursor: 7 });
  expect(completeMention("put @ha on", open, 2)).toEqual({ prompt: "put @2 on", cursor: 6 });
});

it("lets mentions follow their references, and leaves out those of references that are gone", () => {
  const prompt = "@1 wears @2 at @3, not @9";
  expect(moveMentions(prompt, [fox, hat, sea], [sea, fox, hat])).toBe("@2 wears @3 at @1, not @9");
  expect(moveMentions("@2 alone", [fox, hat], [fox])).toBe(" alone");
  expect(moveMentions("@12", [fox], [hat, fox])).toBe("@12");
});

it("tells of a mention that an image model reads as words", () => {
  const isInVain = (kind: string, prompt: string) =>
    isMentionInVain({ kind, prompt, references: [fox, hat] });
  expect(isInVain("image", "@2 wears it")).toBe(true);
  expect(isInVain("image", "mail @3 or me@home")).toBe(false);
  expect(isInVain("video", "@2 wears it")).toBe(false);
});
