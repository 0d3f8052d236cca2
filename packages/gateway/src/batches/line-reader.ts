// The reading of one line, as far as batches depend on it: shapes/ knows the bodies.

import type { ExpectedError } from "../errors.ts";
import type { SubmissionContent } from "../submission/submission.ts";
import type { BatchOptions } from "./batch.ts";

/** A line that was read. */
export interface ReadLine {
  customId: string | null;
  content: SubmissionContent;
  /** Returns an error of the content in the names of the route that the line is for. */
  named(error: ExpectedError): ExpectedError;
}

/** Reads lines. */
export interface LineReader {
  /** Reads a line; throws `invalid_request` and `reference_unusable` in the names of its route for what cannot be had. */
  read(line: unknown, batch: Pick<BatchOptions, "endpoint" | "ownBase">): ReadLine;
}

/** The longest id that a line may give itself. */
export const maxCustomIdLength = 512;

/** Returns the id that a line gives itself; null for one without, and for what is no line. */
export function customIdOf(line: unknown): string | null {
  const isRecord = typeof line === "object" && line !== null;
  const id: unknown = isRecord && "custom_id" in line ? line.custom_id : null;
  return typeof id === "string" && id !== "" && id.length <= maxCustomIdLength ? id : null;
}
