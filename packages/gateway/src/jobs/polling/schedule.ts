// Computes when to poll a generation again, as pure functions of time: seldom before 0.6 of the upstream's forecast, often around
// it, ever more seldom after three times it.

import { maxHistoryIds } from "@jimeng/sdk";
import type { GenerationKind } from "@jimeng/sdk";

/** What the schedule needs to know of one generation. Times are Unix milliseconds. */
export interface ScheduleItem {
  kind: GenerationKind;
  submittedAt: number;
  /** The upstream's own estimate of queueing and generating together, in milliseconds; null when it gave none. */
  forecastMs: number | null;
  /** True while it waits in the upstream's queue (`queue_status` 1, docs/upstream/history.md). */
  queued: boolean;
  lastPollAt: number | null;
}

const firstPollRatio = 0.6;
const hotFromRatio = 0.9;
const hotUntilRatio = 1.5;
const steadyUntilRatio = 3;
/** How late after its expectation a picture may be, in poll intervals, without missing a request for many. */
const lateness = 0.1;
const firstPollWithoutForecastMs = 1000;
const maxIntervalMs = 30_000;
const latestFirstPollMs: Record<GenerationKind, number> = {
  image: 30_000,
  video: 120_000,
  audio: 30_000,
};
const videoIntervalMs = 5000;
// A short video (the simulator's take seconds) would be noticed late at the usual 5 s: follow its forecast.
const videoIntervalRatio = 0.2;
const queuedIntervalMs = 30_000;
const queuedIntervalRatio = 0.5;
// Used where there is no forecast. Observed (docs/upstream/history.md, Timing): images 23-60 s, videos from two minutes;
// of music nobody has published a time.
const usualMs: Record<GenerationKind, number> = { image: 40_000, video: 180_000, audio: 60_000 };

interface Segment {
  from: number;
  intervalMs: number;
}

/** Returns the time of the next poll of one generation; `pollIntervalMs` is the account's, doubled while limited. */
export function nextPollAt(item: ScheduleItem, pollIntervalMs: number): number {
  return Math.round(exactPollAt(item, pollIntervalMs));
}

function exactPollAt(item: ScheduleItem, pollIntervalMs: number): number {
  const { segments, steadyUntil } = scheduleOf(item, pollIntervalMs);
  const first = segments[0]?.from ?? item.submittedAt;
  const last = item.lastPollAt;
  if (last === null) return first;
  for (const [index, { from, intervalMs }] of segments.entries()) {
    const at = Math.max(from, last + intervalMs);
    if (at < (segments[index + 1]?.from ?? steadyUntil)) return at;
  }
  // Past three times the forecast the wait grows with the time already waited: it doubles poll by poll.
  const base = segments.at(-1)?.intervalMs ?? pollIntervalMs;
  const waited = Math.max(0, last - steadyUntil);
  return Math.max(steadyUntil, last + Math.max(base, Math.min(maxIntervalMs, waited + base)));
}

/** Returns true while a picture may be ready at any moment: from 0.9 to 1.5 times its forecast. */
export function isHot(item: ScheduleItem, at: number): boolean {
  if (item.kind !== "image" || item.forecastMs === null) return false;
  const ratio = (at - item.submittedAt) / item.forecastMs;
  return ratio >= hotFromRatio && ratio < hotUntilRatio;
}

/** When an account's last two history requests were sent; null where there were none. */
export interface RequestTimes {
  last: number | null;
  beforeLast: number | null;
}

/**
 * Returns the time of an account's next request when something is due at `dueAt`. Requests are one poll interval apart,
 * and while a picture is hot half of it: never more than two within one interval. With more hot pictures than one
 * request holds, the next may follow the last one at once, and waits until a request is full of pictures that are
 * expected, at most half an interval after the first of them.
 */
export function nextRequestAt(
  dueAt: number,
  items: Iterable<ScheduleItem>,
  { last, beforeLast }: RequestTimes,
  pollIntervalMs: number,
): number {
  if (last === null) return dueAt;
  const earliest = Math.max(dueAt, beforeLast === null ? 0 : beforeLast + pollIntervalMs);
  const regular = Math.max(earliest, last + pollIntervalMs);
  const half = Math.max(earliest, last + pollIntervalMs / 2);
  const hot: ScheduleItem[] = [];
  for (const item of items) if (isHot(item, half)) hot.push(item);
  if (hot.length === 0) return regular;
  if (hot.length <= maxHistoryIds) {
    // What the last request had no room for does not wait.
    const isLeftOver = (item: ScheduleItem): boolean =>
      expectedAt(item) <= earliest && (item.lastPollAt ?? 0) <= last - pollIntervalMs / 2;
    return hot.some(isLeftOver) ? earliest : half;
  }
  return Math.min(regular, Math.max(earliest, fullRequestAt(hot, pollIntervalMs)));
}

function fullRequestAt(hot: readonly ScheduleItem[], pollIntervalMs: number): number {
  const times = hot
    .map((item) => Math.max(expectedAt(item), (item.lastPollAt ?? 0) + pollIntervalMs / 2))
    .toSorted((one, other) => one - other);
  const first = times[0] ?? 0;
  // A picture that comes a little later than expected would cost another request.
  const full = (times[maxHistoryIds - 1] ?? first) + lateness * pollIntervalMs;
  return Math.min(full, first + pollIntervalMs / 2);
}

/** Returns when a picture with a forecast is expected; the submission's time for anything else. */
function expectedAt({ kind, submittedAt, forecastMs }: ScheduleItem): number {
  return kind === "image" && forecastMs !== null ? submittedAt + forecastMs : submittedAt;
}

/**
 * Returns by what generations that are due share one request, smallest first: of pictures with a forecast those that
 * were expected longest ago and not polled since, for another poll shows most likely nothing new; `dueAt` for the rest.
 */
export function pollOrder(item: ScheduleItem, dueAt: number): number {
  if (item.kind !== "image" || item.forecastMs === null) return dueAt;
  return Math.max(expectedAt(item), item.lastPollAt ?? 0);
}

function scheduleOf(
  item: ScheduleItem,
  pollIntervalMs: number,
): { segments: Segment[]; steadyUntil: number } {
  const { submittedAt, forecastMs } = item;
  const spanMs = forecastMs ?? usualMs[item.kind];
  const steadyUntil = submittedAt + steadyUntilRatio * spanMs;
  const first =
    submittedAt + (forecastMs === null ? firstPollWithoutForecastMs : firstPollRatio * forecastMs);
  const segments: Segment[] = [];
  // A forecast may be wrong by an hour: a few polls before it cost little and notice in time what is ready early.
  const seldomFrom = submittedAt + latestFirstPollMs[item.kind];
  if (first > seldomFrom) segments.push({ from: seldomFrom, intervalMs: maxIntervalMs });
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

function videoInterval({ forecastMs, queued }: ScheduleItem, pollIntervalMs: number): number {
  const generating =
    forecastMs === null
      ? videoIntervalMs
      : Math.min(videoIntervalMs, Math.max(pollIntervalMs, videoIntervalRatio * forecastMs));
  if (!queued) return generating;
  const inQueue = forecastMs === null ? queuedIntervalMs : queuedIntervalRatio * forecastMs;
  return Math.max(generating, Math.min(queuedIntervalMs, inQueue));
}

// Look-ups of an uncertain start, in milliseconds after it became uncertain; the last is at the settle time.
const lookupsMs = [1000, 2000, 4000, 8000, 15_000, 30_000];
// When the look-up at the settle time itself could not be made, or was one of too few.
const lookupRetryMs = 2000;

/** What the look-up schedule needs to know of one uncertain start. */
export interface UncertainItem {
  uncertainSince: number;
  resolveBy: number;
  lastPollAt: number | null;
}

/** Returns the time of the next look-up of an uncertain start; past times mean at once. */
export function nextLookupAt({ uncertainSince, resolveBy, lastPollAt }: UncertainItem): number {
  const lookups = [
    ...lookupsMs.map((after) => uncertainSince + after).filter((at) => at < resolveBy),
    resolveBy,
  ];
  const last = lastPollAt ?? Number.NEGATIVE_INFINITY;
  return lookups.find((at) => at > last) ?? last + lookupRetryMs;
}
