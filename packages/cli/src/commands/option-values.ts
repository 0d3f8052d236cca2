// The way from one option's word to its value, for commander, which names the option in front of the message.

import { InvalidArgumentError } from "commander";

import type { FrameOption } from "../generation/requests.ts";

const largestPort = 65_535;

/** The largest seed: 32 bits without a sign. */
export const largestSeed = 0xffff_ffff;

/** Makes a reader of whole numbers within bounds. */
export function wholeNumber(smallest: number, largest: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < smallest || value > largest) {
      throw new InvalidArgumentError(`It takes a whole number from ${smallest} to ${largest}.`);
    }
    return value;
  };
}

/** Collects an option that may be given several times. */
export function collect(word: string, before: string[] | undefined): string[] {
  return [...(before ?? []), word];
}

/** Collects `--frame file[:seconds[:prompt]]`. */
export function collectFrame(word: string, before: FrameOption[] | undefined): FrameOption[] {
  const [, image = "", seconds, prompt] =
    /^(.+?)(?::(\d+(?:\.\d+)?)(?::(.*))?)?$/s.exec(word) ?? [];
  if (image === "") throw new InvalidArgumentError("It takes a file, e.g. a.png:3:she turns.");
  const frame: FrameOption = { image };
  if (seconds !== undefined) frame.seconds = Number(seconds);
  if (prompt !== undefined && prompt !== "") frame.prompt = prompt;
  return [...(before ?? []), frame];
}

/** Reads a number of seconds such as `2.5`. */
export function positiveSeconds(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value) || value < 0) {
    throw new InvalidArgumentError("It takes a number of seconds, e.g. 2.5.");
  }
  return value;
}

/** Reads a TCP port; 0 takes a free one. */
export const portNumber = wholeNumber(0, largestPort);

/** Reads a date such as `2026-11-01` as Unix seconds. */
export function moment(text: string): number {
  const at = Date.parse(text);
  if (Number.isNaN(at)) throw new InvalidArgumentError("It takes a date such as 2026-11-01.");
  return Math.floor(at / 1000);
}
