// When to look at a generation again, as pure functions of time. The schedule is design 4's: little before 0.6 of the
// forecast, dense around it, ever rarer after three times it.

import type { GenerationKind } from "@jimeng/sdk";

/** What the schedule needs to know of one generation. Times are Unix milliseconds. */
export interface CadenceItem {
  kind: GenerationKind;
  submittedAt: number;
  /** The upstream's own estimate of queueing and making together; null when it gave none. */
  forecastMs: number | null;
  /** Tells that it stands in the upstream's queue (`queue_status` 1, history.md [C]). */
  queued: boolean;
  lastLookAt: number | null;
}

const firstLookRatio = 0.6;
const hotFromRatio = 0.9;
const hotUntilRatio = 1.5;
const steadyUntilRatio = 3;
const firstLookWithoutForecastMs = 1000;
const longestIntervalMs = 30_000;
const latestFirstLookMs: Record<GenerationKind, number> = { image: 30_000, video: 120_000 };
const videoIntervalMs = 5000;
// A short video (the simulator's take seconds) would be noticed late at the usual 5 s: follow its forecast.
const videoIntervalRatio = 0.2;
const queuedIntervalMs = 30_000;
const queuedIntervalRatio = 0.5;
// Stand in for a missing forecast; observed spans (history.md): images 23-60 s, videos from two minutes.
const usualMs: Record<GenerationKind, number> = { image: 40_000, video: 180_000 };

interface Segment {
  from: number;
  intervalMs: number;
}

/** Gives the moment of the next look at one generation; `pollIntervalMs` is the account's, doubled while limited. */
export function nextLookAt(item: CadenceItem, pollIntervalMs: number): number {
  return Math.round(exactLookAt(item, pollIntervalMs));
}

function exactLookAt(item: CadenceItem, pollIntervalMs: number): number {
  const { segments, steadyUntil } = scheduleOf(item, pollIntervalMs);
  const first = segments[0]?.from ?? item.submittedAt;
  const last = item.lastLookAt;
  if (last === null) return first;
  for (const [index, { from, intervalMs }] of segments.entries()) {
    const at = Math.max(from, last + intervalMs);
    if (at < (segments[index + 1]?.from ?? steadyUntil)) return at;
  }
  // Past three times the forecast the wait grows with the time already waited: it doubles look by look.
  const base = segments.at(-1)?.intervalMs ?? pollIntervalMs;
  const waited = Math.max(0, last - steadyUntil);
  return Math.max(steadyUntil, last + Math.max(base, Math.min(longestIntervalMs, waited + base)));
}

/** Tells whether a picture may be ready at any moment: from 0.9 to 1.5 times its forecast. */
export function isHot(item: CadenceItem, at: number): boolean {
  if (item.kind !== "image" || item.forecastMs === null) return false;
  const ratio = (at - item.submittedAt) / item.forecastMs;
  return ratio >= hotFromRatio && ratio < hotUntilRatio;
}

/**
 * Gives the moment of an account's next request when something is due at `dueAt`: not before one poll interval
 * (half of it while a picture is hot) after the last request.
 */
export function nextRequestAt(
  dueAt: number,
  items: Iterable<CadenceItem>,
  lastRequestAt: number | null,
  pollIntervalMs: number,
): number {
  if (lastRequestAt === null) return dueAt;
  const soonest = Math.max(dueAt, lastRequestAt + pollIntervalMs / 2);
  const regular = Math.max(dueAt, lastRequestAt + pollIntervalMs);
  if (soonest === regular) return regular;
  for (const item of items) if (isHot(item, soonest)) return soonest;
  return regular;
}

function scheduleOf(
  item: CadenceItem,
  pollIntervalMs: number,
): { segments: Segment[]; steadyUntil: number } {
  const { submittedAt, forecastMs } = item;
  const spanMs = forecastMs ?? usualMs[item.kind];
  const steadyUntil = submittedAt + steadyUntilRatio * spanMs;
  const first =
    submittedAt + (forecastMs === null ? firstLookWithoutForecastMs : firstLookRatio * forecastMs);
  const segments: Segment[] = [];
  // A forecast may be wrong by an hour: seldom looks before it cost little, and end in time what is ready early.
  const seldomFrom = submittedAt + latestFirstLookMs[item.kind];
  if (first > seldomFrom) segments.push({ from: seldomFrom, intervalMs: longestIntervalMs });
  if (item.kind === "video") {
    segments.push({ from: first, intervalMs: videoInterval(item, pollIntervalMs) });
    return { segments, steadyUntil };
  }
  segments.push({ from: first, intervalMs: pollIntervalMs });
  if (forecastMs !== null) {
    segments.push(
      { from: submittedAt + hotFromRatio * forecastMs, intervalMs: pollIntervalMs / 2 },
      { from: submittedAt + hotUntilRatio * forecastMs, intervalMs: pollIntervalMs },
    );
  }
  return { segments, steadyUntil };
}

function videoInterval({ forecastMs, queued }: CadenceItem, pollIntervalMs: number): number {
  const generating =
    forecastMs === null
      ? videoIntervalMs
      : Math.min(videoIntervalMs, Math.max(pollIntervalMs, videoIntervalRatio * forecastMs));
  if (!queued) return generating;
  const inQueue = forecastMs === null ? queuedIntervalMs : queuedIntervalRatio * forecastMs;
  return Math.max(generating, Math.min(queuedIntervalMs, inQueue));
}

// Design 4: look-ups of a start in doubt, in milliseconds after the doubt began; the last is the settle time.
const doubtLooksMs = [1000, 2000, 4000, 8000, 15_000, 30_000];
// When the look-up at the settle time itself could not be made, or was one of too few.
const doubtRetryMs = 2000;

/** What the look-up schedule needs to know of one start in doubt. */
export interface DoubtItem {
  uncertainSince: number;
  resolveBy: number;
  lastLookAt: number | null;
}

/** Gives the moment of the next look-up of a start in doubt; past moments mean at once. */
export function nextDoubtLookAt({ uncertainSince, resolveBy, lastLookAt }: DoubtItem): number {
  const looks = [
    ...doubtLooksMs.map((after) => uncertainSince + after).filter((at) => at < resolveBy),
    resolveBy,
  ];
  const last = lastLookAt ?? Number.NEGATIVE_INFINITY;
  return looks.find((at) => at > last) ?? last + doubtRetryMs;
}
