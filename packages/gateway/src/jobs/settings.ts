// The engine's settings and their defaults.

import type { GenerationKind } from "@jimeng/sdk";

import type { Backoff } from "./backoff.ts";

/** Tunes the engine; each has the setting's name of design 6 in brackets. */
export interface JobSettings {
  /** The shortest time between two history requests of an account (POLL_INTERVAL); default 1000. */
  pollIntervalMs: number;
  /** Times `pollIntervalMs` gives a picture's deadline, however rarely we really poll (MAX_POLL_COUNT); default 900. */
  maxPollCount: number;
  /** A video's deadline (JIMENG_VIDEO_DEADLINE_SECONDS); default 86400. */
  videoDeadlineSeconds: number;
  /** How often a start is repeated after a settled doubt, or a spoilt file fetched again (MAX_RETRY_COUNT); default 3. */
  maxRetryCount: number;
  /** The upper bound of the first wait before trying again (RETRY_DELAY); default 5000. */
  retryDelayMs: number;
  /** How long look-ups must stay empty before a start in doubt is believed lost (JIMENG_SETTLE_SECONDS); default 60. */
  settleSeconds: number;
  /** Sends a start believed lost again under the same submit id, or ends the job as outcome_unknown (JIMENG_ON_DOUBT). */
  onDoubt: "resubmit" | "park";
  /** How many paid posts run at one moment per account; default 3. */
  concurrentStarts: number;
  /** Asks the site's own content check about each reference picture before paying, cn only (JIMENG_CHECK_REFERENCES). */
  checkReferences: boolean;
  /** How many jobs may wait for their start (JIMENG_MAX_QUEUE); default 10000. */
  maxQueue: number;
}

/** The settings' defaults. */
export const defaultJobSettings: JobSettings = {
  pollIntervalMs: 1000,
  maxPollCount: 900,
  videoDeadlineSeconds: 86_400,
  maxRetryCount: 3,
  retryDelayMs: 5000,
  settleSeconds: 60,
  onDoubt: "resubmit",
  concurrentStarts: 3,
  checkReferences: false,
  maxQueue: 10_000,
};

/** Gives how long a generation may take from its start, in milliseconds. */
export function deadlineMs(settings: JobSettings, kind: GenerationKind): number {
  return kind === "image"
    ? settings.maxPollCount * settings.pollIntervalMs
    : settings.videoDeadlineSeconds * 1000;
}

const longestWaitMs = 60_000;

/** Gives the bounds of the wait between two tries of one step. */
export function retryBackoff(settings: JobSettings): Backoff {
  return { firstMs: settings.retryDelayMs, longestMs: longestWaitMs };
}

/** Bounds the wait while the upstream runs as many generations of the account as it allows (ret 1310). */
export const concurrencyBackoff: Backoff = { firstMs: 5000, longestMs: 60_000 };
