// Tests the schedule of polls: its table, and properties that hold for any generation.

import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { isHot, nextLookupAt, nextPollAt, nextRequestAt, pollOrder } from "./schedule.ts";
import type { ScheduleItem } from "./schedule.ts";

const begin = 1_000_000;
const poll = 1000;

function item(changes: Partial<ScheduleItem> = {}): ScheduleItem {
  return {
    kind: "image",
    submittedAt: begin,
    forecastMs: 10_000,
    queued: false,
    lastPollAt: null,
    ...changes,
  };
}

/** Lists the polls of one generation, in milliseconds after its start. */
function polls(
  count: number,
  changes: Partial<ScheduleItem> = {},
  pollIntervalMs = poll,
): number[] {
  const at: number[] = [];
  let lastPollAt: number | null = null;
  for (let index = 0; index < count; index++) {
    lastPollAt = nextPollAt(item({ ...changes, lastPollAt }), pollIntervalMs);
    at.push(lastPollAt - begin);
  }
  return at;
}

describe("the schedule of one generation", () => {
  test("an image of 10 s: from 6 s every second, from 9 s every half, from 15 s every second", () => {
    expect(polls(20)).toEqual([
      6000, 7000, 8000, 9000, 9500, 10_000, 10_500, 11_000, 11_500, 12_000, 12_500, 13_000, 13_500,
      14_000, 14_500, 15_500, 16_500, 17_500, 18_500, 19_500,
    ]);
  });

  test("after three times the forecast the wait doubles up to 30 s", () => {
    const after = polls(40).filter((at) => at >= 30_000);
    expect(after).toEqual([
      30_500, 32_000, 35_000, 41_000, 53_000, 77_000, 107_000, 137_000, 167_000, 197_000,
    ]);
  });

  test.each([
    [
      "an image without a forecast is first polled after 1 s, then every second",
      { forecastMs: null },
      [1000, 2000, 3000],
    ],
    ["a long video every 5 s", { kind: "video", forecastMs: 120_000 }, [72_000, 77_000, 82_000]],
    [
      "a short video follows its forecast",
      { kind: "video", forecastMs: 5000 },
      [3000, 4000, 5000, 6000],
    ],
    [
      "a video without a forecast after 1 s, then every 5 s",
      { kind: "video", forecastMs: null },
      [1000, 6000, 11_000],
    ],
    [
      "a queued video every 30 s",
      { kind: "video", forecastMs: 600_000, queued: true },
      [120_000, 150_000, 180_000],
    ],
    [
      "an image that is said to take an hour every 30 s, for it may be ready before",
      { forecastMs: 3_600_000 },
      [30_000, 60_000, 90_000],
    ],
    [
      "a video that is said to take an hour every 30 s from the second minute",
      { kind: "video", forecastMs: 3_600_000 },
      [120_000, 150_000, 180_000],
    ],
    [
      "a short queued video follows its forecast",
      { kind: "video", forecastMs: 8000, queued: true },
      [4800, 8800, 12_800],
    ],
  ] as [string, Partial<ScheduleItem>, number[]][])("%s", (_name, changes, expected) => {
    expect(polls(expected.length, changes)).toEqual(expected);
  });

  test("a poll that came early, with others, shifts the next one but never before its own first", () => {
    expect(nextPollAt(item({ lastPollAt: begin + 1000 }), poll)).toBe(begin + 6000);
    expect(nextPollAt(item({ lastPollAt: begin + 5800 }), poll)).toBe(begin + 6800);
  });

  test("polls go on for ever, strictly forward, never more than 30 s apart after the first", () => {
    const generation = fc.record({
      kind: fc.constantFrom("image" as const, "video" as const),
      forecastMs: fc.option(fc.integer({ min: 1, max: 100_000 }), { nil: null }),
      queued: fc.boolean(),
    });
    fc.assert(
      fc.property(generation, fc.integer({ min: 100, max: 5000 }), (changes, interval) => {
        const at = polls(60, changes, interval);
        for (let index = 1; index < at.length; index++) {
          const gap = at[index]! - at[index - 1]!;
          // Looks are whole milliseconds: half a one may be lost to rounding.
          expect(gap).toBeGreaterThanOrEqual(interval / 2 - 0.5);
          expect(gap).toBeLessThanOrEqual(30_000);
        }
      }),
    );
  });
});

describe("an account's requests", () => {
  const after = (last: number | null) => ({ last, beforeLast: null });

  test("keep one poll interval between them, half of it only while a picture is hot", () => {
    const cold = item({ submittedAt: begin + 50_000 });
    expect(nextRequestAt(begin + 100, [cold], after(begin), poll)).toBe(begin + 1000);
    const hot = item({ submittedAt: begin - 9000 });
    expect(nextRequestAt(begin + 100, [cold, hot], after(begin), poll)).toBe(begin + 500);
    expect(nextRequestAt(begin + 700, [cold, hot], after(begin), poll)).toBe(begin + 700);
    expect(nextRequestAt(begin + 5, [cold], after(null), poll)).toBe(begin + 5);
  });

  const anything = fc.record({
    kind: fc.constantFrom("image" as const, "video" as const),
    submittedAt: fc.integer({ min: 0, max: 60_000 }),
    forecastMs: fc.option(fc.integer({ min: 1000, max: 60_000 }), { nil: null }),
    queued: fc.boolean(),
    lastPollAt: fc.constant(null),
  });

  test("are never closer than half an interval while the last one held all that is hot", () => {
    fc.assert(
      fc.property(
        fc.array(anything, { maxLength: 50 }),
        fc.nat(60_000),
        fc.nat(60_000),
        (generations, dueAt, lastAt) => {
          const all = generations.map((each) => ({ ...each, lastPollAt: lastAt }));
          const at = nextRequestAt(dueAt, all, after(lastAt), poll);
          expect(at).toBeGreaterThanOrEqual(dueAt);
          const hot = all.some((one) => isHot(one, at));
          expect(at - lastAt).toBeGreaterThanOrEqual(hot ? poll / 2 : Math.min(poll, at - lastAt));
          if (at - lastAt < poll) expect(hot).toBe(true);
        },
      ),
    );
  });

  test("are never more than two within an interval, however many pictures are hot", () => {
    fc.assert(
      fc.property(
        fc.array(anything, { minLength: 1, maxLength: 200 }),
        fc.array(fc.nat(1500), { minLength: 5, maxLength: 40 }),
        (all, gaps) => {
          const sent: number[] = [];
          let dueAt = 10_000;
          for (const gap of gaps) {
            const times = { last: sent.at(-1) ?? null, beforeLast: sent.at(-2) ?? null };
            sent.push(nextRequestAt(dueAt, all, times, poll));
            dueAt = sent.at(-1)! + gap;
          }
          for (let index = 2; index < sent.length; index++)
            expect(sent[index]! - sent[index - 2]!).toBeGreaterThanOrEqual(poll);
        },
      ),
    );
  });

  describe("with more hot pictures than one holds", () => {
    const submitted = (count: number, from: number, everyMs = 10) =>
      Array.from({ length: count }, (_, index) => item({ submittedAt: from + index * everyMs }));

    test("follow one another at once, two within an interval", () => {
      // 120 pictures that were expected before now.
      const many = submitted(120, begin - 12_000);
      const first = { last: begin, beforeLast: begin - 2000 };
      expect(nextRequestAt(begin, many, first, poll)).toBe(begin);
      const second = { last: begin, beforeLast: begin };
      expect(nextRequestAt(begin, many, second, poll)).toBe(begin + 1000);
    });

    test("the last of them, too, do not wait for half an interval", () => {
      const rest = submitted(50, begin - 12_000);
      const times = { last: begin, beforeLast: begin - 600 };
      expect(nextRequestAt(begin, rest, times, poll)).toBe(begin + 400);
    });

    test("wait until one is full of those that are expected", () => {
      // Expected from 300 ms after now on, one every 5 ms: the fiftieth 245 ms later.
      const many = submitted(120, begin - 10_000 + 300, 5);
      const times = { last: begin - 100, beforeLast: begin - 2000 };
      expect(nextRequestAt(begin, many, times, poll)).toBe(begin + 300 + 245 + 100);
    });

    test("wait no longer than one interval, for pictures may be ready before", () => {
      const many = Array.from({ length: 120 }, () => item({ submittedAt: begin - 9100 }));
      const times = { last: begin - 700, beforeLast: begin - 2000 };
      expect(nextRequestAt(begin, many, times, poll)).toBe(begin + 300);
    });
  });

  test("ask first about what was expected longest ago and not polled since", () => {
    const expected = item({ submittedAt: begin - 11_000 });
    const polled = item({ submittedAt: begin - 12_000, lastPollAt: begin - 400 });
    const early = item({ submittedAt: begin - 5000 });
    const video = item({ kind: "video" });
    const orders = [early, polled, expected].map((one) => pollOrder(one, begin));
    expect(orders).toEqual([begin + 5000, begin - 400, begin - 1000]);
    expect(pollOrder(video, begin - 77)).toBe(begin - 77);
  });
});

describe("look-ups of an uncertain start", () => {
  const uncertain = { uncertainSince: begin, resolveBy: begin + 60_000 };

  test("come at 1, 2, 4, 8, 15, 30 and 60 s", () => {
    const at: number[] = [];
    let lastPollAt: number | null = null;
    for (let index = 0; index < 7; index++) {
      lastPollAt = nextLookupAt({ ...uncertain, lastPollAt });
      at.push(lastPollAt - begin);
    }
    expect(at).toEqual([1000, 2000, 4000, 8000, 15_000, 30_000, 60_000]);
  });

  test("stop at a shorter settle time", () => {
    expect(
      nextLookupAt({
        uncertainSince: begin,
        resolveBy: begin + 10_000,
        lastPollAt: begin + 8000,
      }),
    ).toBe(begin + 10_000);
  });

  test("that came late skip what was missed", () => {
    expect(nextLookupAt({ ...uncertain, lastPollAt: begin + 9000 })).toBe(begin + 15_000);
    expect(nextLookupAt({ ...uncertain, lastPollAt: begin + 61_000 })).toBeGreaterThan(
      begin + 61_000,
    );
  });
});
