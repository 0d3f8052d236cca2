// Parses the values of options.

import { CliError } from "../errors.ts";
import type { FrameOption } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";

const maxPort = 65_535;

/** The largest seed: 32 bits without a sign. */
export const maxSeed = 0xffff_ffff;

/** The largest ceiling of credits: more than any account holds. */
export const maxCredits = 1_000_000;

/** Returns a reader of whole numbers within bounds, for this option. */
export function wholeNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^(\d+|-[1-9]\d*)$/.test(text) && value >= min && value <= max) return value;
    throw invalid(option, text, (usage) => usage.wholeNumber(min, max));
  };
}

/** Returns a reader of numbers such as `0.5` within bounds, for this option. */
export function decimalNumber(option: string, min: number, max: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d*\.?\d+$/.test(text) && value >= min && value <= max) return value;
    throw invalid(option, text, (usage) => usage.number(min, max));
  };
}

/** Reads `--size` as width and height in pixels. */
export function pixels(text: string): { width: number; height: number } {
  const [, width, height] = /^(\d{1,5})x(\d{1,5})$/i.exec(text) ?? [];
  if (width === undefined) throw invalid("--size", text, (usage) => usage.pixels);
  return { width: Number(width), height: Number(height) };
}

/** Returns a reader of numbers of seconds such as `2.5`, for this option. */
export function positiveSeconds(option: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && value >= 0) return value;
    throw invalid(option, text, (usage) => usage.seconds);
  };
}

/** Reads `--port`; 0 takes a free one. */
export const portNumber = wholeNumber("--port", 0, maxPort);

/** Reads the position of an event, kept as text. */
export function eventPosition(text: string): string {
  return String(wholeNumber("--after", 0, Number.MAX_SAFE_INTEGER)(text));
}

/** Returns a reader of dates such as `2026-11-01`, as Unix seconds, for this option. */
export function dateOf(option: string): (text: string) => number {
  return (text) => {
    const at = Date.parse(text);
    if (Number.isNaN(at)) throw invalid(option, text, (usage) => usage.date);
    return Math.floor(at / 1000);
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
  if (image === "") throw invalid("--frame", word, (usage) => usage.frame);
  const frame: FrameOption = { image };
  if (seconds !== undefined) frame.seconds = Number(seconds);
  if (prompt !== undefined && prompt !== "") frame.prompt = prompt;
  return [...(before ?? []), frame];
}

function invalid(
  option: string,
  value: string,
  reason: (usage: Words["usage"]) => string,
): CliError {
  return new CliError({
    code: "invalid_request",
    param: option,
    message: ({ usage }) => usage.invalid(option, value, reason(usage)),
    fix: ({ usage }) => usage.fix,
  });
}
