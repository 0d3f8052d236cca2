// The engine's settings and their defaults.

import type { GenerationKind } from "@jimeng/sdk";

import type { Backoff } from "./backoff.ts";
import type { SettlementTimes } from "./settlement/schedule.ts";

/** The engine's settings, each with the name of its environment variable in brackets. */
export interface JobSettings {
  /** Shortest time between two history requests of an account (POLL_INTERVAL); default 1000. */
  pollIntervalMs: number;
  /** A picture's deadline as a multiple of `pollIntervalMs`, however rarely it is polled (MAX_POLL_COUNT); default 900. */
  maxPollCount: number;
  /** A video's deadline (JIMENG_VIDEO_DEADLINE_SECONDS); default 86400. */
  videoDeadlineSeconds: number;
  /** How often a start is sent again that was not found, or a damaged file fetched again (MAX_RETRY_COUNT); default 3. */
  maxRetryCount: number;
  /** Upper bound of the first wait before a retry (RETRY_DELAY); default 5000. */
  retryDelayMs: number;
  /** How long look-ups must stay empty before an uncertain start counts as not found (JIMENG_SETTLE_SECONDS); default 60. */
  settleSeconds: number;
  /** Whether a start that was not found is sent again, or the job ends as outcome_unknown (JIMENG_ON_DOUBT). */
  onDoubt: "resubmit" | "park";
  /** How many paid posts run at one moment per account (JIMENG_CONCURRENT_STARTS); default 3. */
  concurrentStarts: number;
  /** How many paid posts an account makes a minute, evenly spread (JIMENG_STARTS_PER_MINUTE); null without a limit. */
  startsPerMinute: number | null;
  /**
   * Whether the site's free check sees the references before a start is paid (JIMENG_PREFLIGHT): `auto` those of omni
   * references, `always` all, and each picture's upload on cn; default auto.
   */
  preflight: "off" | "auto" | "always";
  /** Least time between two pages of an account's credit history; default 21 s, a second more than promised. */
  creditPageGapMs: number;
  /** How long after its end a job without any movement of credits counts as not charged; default a day. */
  settlementWindowMs: number;
  /** How many jobs may wait for their start (JIMENG_MAX_QUEUE); default 10000. */
  maxQueue: number;
}

/** The defaults of the settings. */
export const defaultJobSettings: JobSettings = {
  pollIntervalMs: 1000,
  maxPollCount: 900,
  videoDeadlineSeconds: 86_400,
  maxRetryCount: 3,
  retryDelayMs: 5000,
  settleSeconds: 60,
  onDoubt: "resubmit",
  concurrentStarts: 3,
  startsPerMinute: null,
  preflight: "auto",
  creditPageGapMs: 21_000,
  settlementWindowMs: 86_400_000,
  maxQueue: 10_000,
};

/** Returns how long a generation may take from its start, in milliseconds. */
export function deadlineMs(settings: JobSettings, kind: GenerationKind): number {
  return kind === "image"
    ? settings.maxPollCount * settings.pollIntervalMs
    : settings.videoDeadlineSeconds * 1000;
}

/** Returns the times of settlement. */
export function settlementTimes(settings: JobSettings): SettlementTimes {
  return {
    pageGapMs: settings.creditPageGapMs,
    windowMs: settings.settlementWindowMs,
    longestRunMs: Math.max(deadlineMs(settings, "image"), deadlineMs(settings, "video")),
  };
}

const maxWaitMs = 60_000;

/** Returns the bounds of the wait between two attempts of one step. */
export function retryBackoff(settings: JobSettings): Backoff {
  return { firstMs: settings.retryDelayMs, maxMs: maxWaitMs };
}

/** The bounds of the wait while the upstream runs as many generations of the account as it allows (ret 1310). */
export const concurrencyBackoff: Backoff = { firstMs: 5000, maxMs: 60_000 };
