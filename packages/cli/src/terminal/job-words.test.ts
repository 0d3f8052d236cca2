// Tests that a person can tell from the words whether money was spent.

import { describe, expect, test } from "vitest";

import { costWords, moneyWords, remainingSeconds, stateWords } from "./job-words.ts";
import type { WordedJob } from "./job-words.ts";
import { english } from "../words/english.ts";

const fresh: WordedJob = {
  status: "queued",
  phase: null,
  progress: 0,
  cancel_requested: false,
  queue: null,
  error: null,
  cost: { estimated: null, charged: null, refunded: null },
  upstream: { submit_id: null, history_id: null },
};
const submitted = { submit_id: "s", history_id: null };
const started = { submit_id: "s", history_id: "1" };
const cost = (
  charged: number | null,
  refunded: number | null = null,
  estimated: number | null = null,
) => ({
  estimated,
  charged,
  refunded,
});

describe("money words", () => {
  test.each<[string, Partial<WordedJob>, string]>([
    ["a job that waits", {}, "nothing spent yet"],
    ["a job cancelled before its start", { status: "cancelled" }, "nothing spent"],
    ["a job being generated", { status: "in_progress", upstream: started }, "credits spent"],
    [
      "a job being generated at a known price",
      { status: "in_progress", upstream: started, cost: cost(null, null, 4) },
      "about 4 credits spent",
    ],
    [
      "a completed job",
      { status: "completed", upstream: started, cost: cost(4) },
      "4 credits spent",
    ],
    [
      "a completed job of one credit",
      { status: "completed", upstream: started, cost: cost(1) },
      "1 credit spent",
    ],
    [
      "a completed job without a price",
      { status: "completed", upstream: started },
      "credits spent",
    ],
    [
      "a completed job that is not settled yet",
      { status: "completed", upstream: started, cost: { ...cost(null), state: "not_settled" } },
      "cost not settled yet",
    ],
    [
      "a completed job that is not settled yet, at a known price",
      {
        status: "completed",
        upstream: started,
        cost: { ...cost(null, null, 8), state: "not_settled" },
      },
      "about 8 credits, not settled yet",
    ],
    [
      "a completed job that was free",
      { status: "completed", upstream: started, cost: { ...cost(0), state: "not_charged" } },
      "nothing spent",
    ],
    [
      "a completed job that the credit history never told of",
      { status: "completed", upstream: started, cost: { ...cost(null), state: "unknown" } },
      "not known whether credits were spent",
    ],
    [
      "a refused start",
      { status: "failed", upstream: submitted, error: { charged: "no" } },
      "nothing spent",
    ],
    [
      "a failure after the charge",
      { status: "failed", upstream: started, error: { charged: "yes" } },
      "credits spent",
    ],
    [
      "a refunded failure",
      { status: "failed", upstream: started, error: { charged: "refunded" }, cost: cost(4, 4) },
      "4 credits refunded",
    ],
    [
      "an unknown outcome",
      { status: "failed", upstream: submitted, error: { charged: "unknown" } },
      "not known whether credits were spent",
    ],
    [
      "a start in doubt",
      { status: "in_progress", upstream: submitted },
      "not known whether credits were spent",
    ],
    ["a job back in the queue", { upstream: submitted }, "nothing spent yet"],
    [
      "a cancelled job that was given back",
      {
        status: "cancelled",
        upstream: started,
        error: { charged: "refunded" },
        cost: cost(4, 4),
      },
      "4 credits refunded",
    ],
    [
      "a cancelled job of which nothing is known",
      { status: "cancelled", upstream: submitted, error: { charged: "unknown" } },
      "not known whether credits were spent",
    ],
    [
      "a job given up at its deadline",
      { status: "failed", upstream: started, error: { charged: "unknown" } },
      "not known whether credits were spent",
    ],
  ])("for %s", (_, change, words) => {
    expect(moneyWords({ ...fresh, ...change }, english)).toBe(words);
  });
});

describe("cost words", () => {
  test.each<[WordedJob["cost"]["state"], number | null, number | null, string]>([
    ["charged", 8, null, "8 credits charged"],
    ["charged", 8, 8, "8 credits charged, 8 of them refunded"],
    ["not_charged", 0, null, "not charged"],
    ["not_settled", null, null, "not settled yet: the site lists charges minutes late"],
    ["unknown", null, null, "unknown: the account's credit history did not tell within a day"],
    [undefined, null, null, "unknown: the account's credit history did not tell within a day"],
  ])("of %s, %s and %s back", (state, charged, refunded, words) => {
    const job = { ...fresh, cost: { ...cost(charged, refunded), state } };
    expect(costWords(job, english)).toBe(words);
  });
});

describe("the remaining time", () => {
  const job = { status: "in_progress", progress: 40, started_at: 1000, queue: null } as const;

  test("is the site's forecast, else follows from the progress", () => {
    expect(remainingSeconds({ ...job, queue: { eta_seconds: 90 } }, 1020)).toBe(90);
    expect(remainingSeconds(job, 1020)).toBe(30);
    expect(remainingSeconds({ ...job, queue: { eta_seconds: null } }, 1020)).toBeNull();
  });

  test("is not told where it would be a guess", () => {
    for (const change of [
      { progress: 2 },
      { progress: 97 },
      { started_at: null },
      { status: "queued" } as const,
    ]) {
      expect(remainingSeconds({ ...job, ...change }, 1020)).toBeNull();
    }
  });
});

describe("state words", () => {
  test("say the status, and the phase of a job under way", () => {
    expect(stateWords(fresh, english)).toBe("queued");
    expect(stateWords({ ...fresh, status: "in_progress", phase: "saving" }, english)).toBe(
      "saving",
    );
    expect(stateWords({ ...fresh, status: "in_progress" }, english)).toBe("in progress");
  });

  test("say why the disk keeps a job from going on", () => {
    const waiting = {
      reason: "disk_full",
      message: "The gateway's disk is full.",
      fix: "Free it.",
    };
    expect(stateWords({ ...fresh, waiting }, english)).toBe(
      "queued, waiting for the disk: The gateway's disk is full.",
    );
    expect(
      stateWords({ ...fresh, status: "in_progress", phase: "saving", waiting }, english),
    ).toMatch(/^saving, waiting for the disk: /);
  });

  test("say that it is being cancelled", () => {
    const words = stateWords(
      {
        ...fresh,
        status: "in_progress",
        phase: "generating",
        cancel_requested: true,
      },
      english,
    );
    expect(words).toBe("cancelling");
  });

  test("say the place in the upstream's queue", () => {
    const queue = { position: 3, length: 12 };
    expect(
      stateWords({ ...fresh, status: "in_progress", phase: "generating", queue }, english),
    ).toBe("waiting upstream, place 3 of 12");
  });
});
