// Reads the field `metadata` of every body that makes jobs: the caller's own facts, kept with the jobs.

import type { Warning } from "@jimeng/sdk";

const maxEntries = 16;
const maxNameLength = 64;
const maxValueLength = 512;

/** The facts that are kept, and what is told of the others. */
export interface ReadMetadata {
  metadata: Record<string, string>;
  warnings: Warning[];
}

/** Reads what a body says of itself: up to 16 texts, numbers or flags. The rest is left out with a warning. */
export function readMetadata(body: unknown): ReadMetadata {
  const given = toRecord(isRecord(body) ? body["metadata"] : undefined);
  if (given === undefined) return { metadata: {}, warnings: [] };
  const entries = Object.entries(given).filter(([, value]) => value !== null);
  const kept = entries.filter(isKept).slice(0, maxEntries);
  const metadata = Object.fromEntries(kept.map(([name, value]) => [name, String(value)]));
  if (kept.length === entries.length) return { metadata, warnings: [] };
  const message = `"metadata" keeps at most ${maxEntries} texts of ${maxValueLength} characters; the rest was left out.`;
  return { metadata, warnings: [{ code: "parameter_ignored", param: "metadata", message }] };
}

function isKept([name, value]: [string, unknown]): boolean {
  const isPlain =
    typeof value === "string" || typeof value === "number" || typeof value === "boolean";
  const isShort = name.length > 0 && name.length <= maxNameLength;
  return isPlain && isShort && String(value).length <= maxValueLength;
}

/** Returns the object that a body gives, also as the text that a form sends. */
function toRecord(value: unknown): Record<string, unknown> | undefined {
  if (isRecord(value)) return value;
  if (typeof value !== "string" || !value.trimStart().startsWith("{")) return undefined;
  try {
    const parsed: unknown = JSON.parse(value);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
