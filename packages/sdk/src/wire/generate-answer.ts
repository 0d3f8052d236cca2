// Owns the answer to a start: the record inside `aigc_data`.
// Refuses to judge acceptance: no record means undefined, the caller knows what that costs.

import * as z from "zod";

import { parseRecord } from "./history.ts";
import type { HistoryRecord } from "./history.ts";

const answerSchema = z.looseObject({
  aigc_data: z.looseObject({ status: z.unknown().optional() }),
});

const initialStatus = 0;

/**
 * Reads the record of a start; undefined when there is none or it has no id. The founding document's short
 * form without a status is accepted too (protocol 5.5).
 */
export function parseStartedRecord(data: unknown): HistoryRecord | undefined {
  const parsed = answerSchema.safeParse(data);
  if (!parsed.success) return undefined;
  const { aigc_data: record } = parsed.data;
  const read = parseRecord({ ...record, status: record.status ?? initialStatus });
  return read === undefined || read.history_record_id === "" ? undefined : read;
}
