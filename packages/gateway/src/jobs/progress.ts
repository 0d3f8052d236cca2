// The percentage shown for a job, estimated from the upstream's own forecast (it reports none itself, protocol 5.6
// [C]).

import type { JobRecord } from "./record.ts";

const whileSubmitting = 1;
const atStart = 2;
const atForecast = 88;
const whileGenerating = 95;
const whileSaving = 96;
const whenDone = 100;

// Observed spans (protocol 10): images 23-60 s, videos from two minutes.
const usualSeconds = { image: 40, video: 180 };

/**
 * Estimates the progress, 0 to 100: a straight line to 88 at the forecast, then ever slower towards 95, which
 * is passed only by saving. Never falls below what the row already says, whatever a new forecast claims.
 */
export function progressAt(record: JobRecord, now: number): number {
  return Math.max(record.progress, estimate(record, now));
}

function estimate(record: JobRecord, now: number): number {
  if (record.status === "completed") return whenDone;
  if (record.status !== "in_progress") return 0;
  if (record.outputs !== null) return whileSaving;
  if (record.operation === null) return whileSubmitting;
  const elapsedMs = Math.max(0, now - (record.startedAt ?? now));
  const ratio = elapsedMs / forecastMs(record);
  const value =
    ratio <= 1
      ? atStart + (atForecast - atStart) * ratio
      : whileGenerating - (whileGenerating - atForecast) / ratio;
  return Math.floor(value);
}

function forecastMs(record: JobRecord): number {
  const { forecast } = record;
  const seconds = forecast === null ? 0 : forecast.queueSeconds + forecast.generateSeconds;
  return (seconds > 0 ? seconds : usualSeconds[record.kind]) * 1000;
}
