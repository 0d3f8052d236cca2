// Parses the answer to a start: the record inside `aigc_data`, or a refusal.

import * as z from "zod";

import type { JimengError } from "../../errors.ts";
import { findRefusal } from "../failures/failures.ts";
import { parseRecord } from "../history/history.ts";
import type { HistoryRecord } from "../history/history.ts";
import { text } from "../transport/tolerant.ts";

const answerSchema = z.looseObject({
  aigc_data: z.looseObject({ status: z.unknown().optional() }),
});

const refusalSchema = z.looseObject({
  aigc_data: z.null().optional(),
  fail_code: text,
  fail_starling_key: text,
  fail_starling_message: text,
});

const initialStatus = 0;

/**
 * Reads a refusal out of an answer that succeeded by its `ret`: no record, and fields of failure that a table knows
 * (generate.md: they are empty when a start was accepted). Returns undefined for everything else, which is in doubt.
 */
export function parseStartRefusal(data: unknown, logid: string | null): JimengError | undefined {
  const parsed = refusalSchema.safeParse(data);
  if (!parsed.success) return undefined;
  return findRefusal({
    failCode: parsed.data.fail_code,
    failKey: parsed.data.fail_starling_key,
    failMessage: parsed.data.fail_starling_message,
    logid: logid ?? undefined,
  });
}

/**
 * Reads the record of a start; undefined when there is none or it has no id. A short form without a status is
 * accepted too (generate.md).
 */
export function parseStartedRecord(data: unknown): HistoryRecord | undefined {
  const parsed = answerSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const { aigc_data: record } = parsed.data;
  const read = parseRecord({ ...record, status: record.status ?? initialStatus });
  return read === undefined || read.history_record_id === "" ? undefined : read;
}
