// Estimates the percentage shown for a job from the upstream's forecast: the upstream reports no progress of its own.

import type { Job } from "./job.ts";

const whileSubmitting = 1;
const atStart = 2;
const atForecast = 88;
const whileGenerating = 95;
const whileSaving = 96;
const whenDone = 100;

// Observed: images take 23 to 60 s, videos two minutes and more.
const usualSeconds = { image: 40, video: 180, audio: 60 };

/** The properties of a job that its progress is estimated from. */
type Progressing = Pick<
  Job,
  "kind" | "status" | "progress" | "forecast" | "operation" | "outputs" | "startedAt"
>;

/**
 * Estimates the progress, 0 to 100: a straight line to 88 at the forecast, then ever slower towards 95, which
 * is passed only by saving. Never falls below what the row already says, whatever a new forecast claims.
 */
export function progressAt(job: Progressing, now: number): number {
  return Math.max(job.progress, estimate(job, now));
}

function estimate(job: Progressing, now: number): number {
  if (job.status === "completed") return whenDone;
  if (job.status !== "in_progress") return 0;
  if (job.outputs !== null) return whileSaving;
  if (job.operation === null) return whileSubmitting;
  const elapsedMs = Math.max(0, now - (job.startedAt ?? now));
  const ratio = elapsedMs / forecastMs(job);
  const value =
    ratio <= 1
      ? atStart + (atForecast - atStart) * ratio
      : whileGenerating - (whileGenerating - atForecast) / ratio;
  return Math.floor(value);
}

function forecastMs(job: Progressing): number {
  const { forecast } = job;
  const seconds = forecast === null ? 0 : forecast.queueSeconds + forecast.generateSeconds;
  return (seconds > 0 ? seconds : usualSeconds[job.kind]) * 1000;
}
