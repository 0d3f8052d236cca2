// Formats the gateway's log for a terminal: one readable line for each line of JSON.

import { harmless } from "./harmless.ts";

const levels: Record<number, string> = {
  10: "trace",
  20: "debug",
  30: "info",
  40: "warn",
  50: "error",
  60: "fatal",
};
const levelWidth = 5;

/** Returns a line of pino's JSON in readable form: time, level, message, facts, and the stack of an error. */
export function readableLogLine(json: string): string {
  const line = parse(json);
  if (line === undefined) return json;
  const { level, time, msg, err, ...facts } = line;
  const clock = typeof time === "number" ? new Date(time).toLocaleTimeString("sv-SE") : "";
  const word = typeof level === "number" ? (levels[level] ?? String(level)) : "";
  const shown = Object.entries(facts).flatMap(([name, value]) => formatFact(name, value));
  const cause = isObject(err) && typeof err["message"] === "string" ? [`(${err["message"]})`] : [];
  const words = [
    clock,
    word.padEnd(levelWidth),
    typeof msg === "string" ? msg : "",
    ...cause,
    ...shown,
  ];
  const stack = isObject(err) && typeof err["stack"] === "string" ? stackLines(err["stack"]) : [];
  return [words.join(" "), ...stack].map(harmless).join("\n") + "\n";
}

function formatFact(name: string, value: unknown): string[] {
  if (value === undefined || value === null) return [];
  const isPlain = typeof value === "string" && /^[^\s"=]+$/.test(value);
  return [`${name}=${isPlain ? value : JSON.stringify(value)}`];
}

function stackLines(stack: string): string[] {
  return stack
    .split("\n")
    .filter((line) => /^\s+at /.test(line))
    .map((line) => `    ${line.trim()}`);
}

function parse(json: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isObject(value) ? value : undefined;
  } catch {
    // Not a line of the logger; shown unchanged.
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
