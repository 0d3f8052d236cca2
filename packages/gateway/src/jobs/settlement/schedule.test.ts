// Tests when the credit history is read for a job, and what a reading settles.

import type { ErrorRecord } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import type { GatewayErrorCode } from "../../api/errors.ts";
import { imageRequest } from "../../testing/fake-upstream.ts";
import { newRecord } from "../new-record.ts";
import type { JobRecord } from "../record.ts";
import { defaultJobSettings, settlementTimes } from "../settings.ts";
import { isGivenUp, judgeReading, nextReadAt, settlementOfChange } from "./schedule.ts";

const times = settlementTimes(defaultJobSettings);
const endedAt = 1_700_000_000_000;
const minuteMs = 60_000;
const dayMs = 86_400_000;

function record(changes: Partial<JobRecord> = {}): JobRecord {
  const fresh = newRecord(defaultJobSettings, endedAt - minuteMs, {
    request: imageRequest(),
    warnings: [],
    keyId: null,
  });
  return { ...fresh, submitId: "submit-1", submittedAt: endedAt - minuteMs, ...changes };
}

function errorOf(charged: "no" | "yes" | "refunded" | "unknown"): ErrorRecord<GatewayErrorCode> {
  return { code: "generation_failed", message: "no", charged };
}

describe("the times of reading", () => {
  test("begin a minute after the end, double, and end with the day", () => {
    const ages: number[] = [];
    for (let at = endedAt; at < endedAt + dayMs; at = nextReadAt(endedAt, at, times)) {
      ages.push(Math.round((at - endedAt) / 1000));
    }
    expect(ages).toEqual([0, 63, 126, 252, 504, 1008, 2016, 4032, 8064, 16_128, 32_256, 64_512]);
    expect(nextReadAt(endedAt, endedAt + 64_512_000, times)).toBe(endedAt + dayMs);
  });

  test("go on at the least gap once the day has passed, for an hour", () => {
    const now = endedAt + dayMs + 5;
    expect(nextReadAt(endedAt, now, times)).toBe(now + 21_000);
    expect(isGivenUp(endedAt, endedAt + dayMs + 59 * minuteMs, times)).toBe(false);
    expect(isGivenUp(endedAt, endedAt + dayMs + 60 * minuteMs, times)).toBe(true);
  });
});

describe("the end of a job", () => {
  test("is followed by a reading, whatever the end is", () => {
    for (const status of ["completed", "failed", "cancelled"] as const) {
      const before = record({ status: "in_progress", uncertainStarts: 1 });
      const change = settlementOfChange(before, { status }, endedAt, times);
      expect(change).toEqual({ settleAt: endedAt + 63_000 });
    }
  });

  test("is settled at once where no start was sent, or the upstream refused the only one", () => {
    const unsent = record({ submitId: null, submittedAt: null });
    expect(settlementOfChange(unsent, { status: "cancelled" }, endedAt, times)).toEqual({
      settleAt: null,
      settledAt: endedAt,
    });
    const refused = { status: "failed", error: errorOf("no") } as const;
    expect(settlementOfChange(record(), refused, endedAt, times)).toEqual({
      settleAt: null,
      settledAt: endedAt,
    });
    const earlier = record({ uncertainStarts: 1 });
    expect(settlementOfChange(earlier, refused, endedAt, times)).toEqual({
      settleAt: endedAt + 63_000,
    });
  });

  test("is not read about where the start lies further back than any reading", () => {
    const imported = record({ status: "in_progress", submittedAt: endedAt - 3 * dayMs });
    expect(
      settlementOfChange(
        { ...imported, uncertainStarts: 1 },
        { status: "completed" },
        endedAt,
        times,
      ),
    ).toEqual({});
  });

  test("is forgotten when the job goes on, and untouched by other changes", () => {
    const ended = record({ status: "failed", settleAt: 5, settledAt: null });
    expect(settlementOfChange(ended, { status: "in_progress" }, endedAt, times)).toEqual({
      settleAt: null,
      settledAt: null,
    });
    expect(settlementOfChange(ended, { cost: ended.cost }, endedAt, times)).toEqual({});
  });
});

describe("a reading", () => {
  const completed = record({ status: "completed", completedAt: endedAt });
  const failed = record({ status: "failed", completedAt: endedAt, error: errorOf("unknown") });
  const at = (ageMs: number, movements?: [number | null, number | null], isComplete = true) => ({
    startedAt: endedAt + ageMs,
    isComplete,
    movements: movements && { charged: movements[0], refunded: movements[1] },
  });

  test("that shows nothing means nothing before the day has passed", () => {
    expect(judgeReading(completed, at(12 * 60 * minuteMs), times)).toEqual({});
    expect(judgeReading(failed, at(dayMs - 1), times)).toEqual({});
  });

  test("that shows nothing after the day means not charged, if it reached back to before the start", () => {
    expect(judgeReading(failed, at(dayMs), times)).toEqual({
      settleAt: null,
      settledAt: endedAt + dayMs,
      cost: { estimated: null, charged: 0, refunded: null },
      error: errorOf("no"),
    });
    expect(judgeReading(completed, at(dayMs, undefined, false), times)).toEqual({});
  });

  test("that shows a charge is told at once, and final when it has not changed for ten minutes", () => {
    const first = judgeReading(completed, at(63_000, [8, null]), times);
    expect(first).toEqual({ cost: { estimated: null, charged: 8, refunded: null } });
    const told = { ...completed, ...first };
    expect(judgeReading(told, at(126_000, [8, null]), times)).toEqual({});
    expect(judgeReading(told, at(1_008_000, [8, null]), times)).toMatchObject({
      settledAt: endedAt + 1_008_000,
    });
    expect(judgeReading(told, at(1_008_000, [8, 2]), times)).toEqual({
      cost: { estimated: null, charged: 8, refunded: 2 },
    });
  });

  test("of a failed job waits for the refund until the day has passed", () => {
    const told = { ...failed, ...judgeReading(failed, at(63_000, [8, null]), times) };
    expect(told.error).toMatchObject({ charged: "yes" });
    expect(judgeReading(told, at(4_032_000, [8, null]), times)).toEqual({});
    expect(judgeReading(told, at(8_064_000, [8, 8]), times)).toEqual({
      settleAt: null,
      settledAt: endedAt + 8_064_000,
      cost: { estimated: null, charged: 8, refunded: 8 },
      error: errorOf("refunded"),
    });
    expect(judgeReading(told, at(dayMs, [8, null]), times)).toMatchObject({
      settledAt: endedAt + dayMs,
    });
  });

  test("does not contradict a refund that the upstream promised before the day has passed", () => {
    const promised = { ...failed, error: errorOf("refunded") };
    expect(judgeReading(promised, at(63_000, [8, null]), times)).toEqual({
      cost: { estimated: null, charged: 8, refunded: null },
    });
    expect(judgeReading(promised, at(dayMs, [8, null]), times)).toMatchObject({
      error: { charged: "yes" },
    });
  });

  test("that shows a refund alone waits for its charge", () => {
    expect(judgeReading(failed, at(63_000, [null, 8]), times)).not.toHaveProperty("settledAt");
  });

  test("keeps a charge that an earlier one showed", () => {
    const known = { ...failed, cost: { estimated: null, charged: 8, refunded: null } };
    expect(judgeReading(known, at(dayMs), times)).toEqual({
      settleAt: null,
      settledAt: endedAt + dayMs,
    });
  });
});
