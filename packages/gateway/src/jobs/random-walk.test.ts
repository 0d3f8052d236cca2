// Tests what the job engine guarantees: whatever is thrown at it, and however often it is killed, each request is paid
// for at most once and every result that the upstream made is delivered.

import fc from "fast-check";
import { expect, test } from "vitest";

import { JimengError } from "@jimeng/sdk";

import { testEngine } from "../testing/database.ts";
import { imageRequest, startError, videoRequest } from "../testing/fake-upstream.ts";
import type { StartBehaviour } from "../testing/fake-upstream.ts";
import { expiredUrl, startHarness } from "../testing/job-harness.ts";

const trouble: Record<string, () => StartBehaviour> = {
  accept: () => ({ kind: "accept" }),
  lost: () => ({ kind: "accept-then-fail", error: startError("timeout", "unknown") }),
  reset: () => ({ kind: "fail", error: startError("connection_failed", "unknown") }),
  edge: () => ({
    kind: "fail",
    error: startError("upstream_unavailable", "unknown", { upstream: { httpStatus: 503 } }),
  }),
  full: () => ({ kind: "fail", error: startError("concurrency_limited", "refused") }),
  unreachable: () => ({ kind: "fail", error: startError("connection_failed", "refused") }),
  hang: () => ({ kind: "hang" }),
};

const lostOnTheWay = new Set(["reset", "edge"]);

const event = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("pass" as const),
      ms: fc.integer({ min: 1, max: 20_000 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("create" as const), video: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ kind: "kill" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "release" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "unreadable history" as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: "dead url" as const }) },
);

// A walk on PostgreSQL takes about as long as ten on SQLite.
const runs = testEngine() === "sqlite" ? 60 : 8;

test("each request is started at most once and every result is delivered", async () => {
  const walk = fc.record({
    behaviours: fc
      .array(fc.constantFrom(...Object.keys(trouble)), { maxLength: 20 })
      // More posts lost in a row than MAX_RETRY_COUNT end one job honestly as outcome_unknown.
      .filter((names) => names.filter((name) => lostOnTheWay.has(name)).length <= 3),
    visibleAfterMs: fc.constantFrom(0, 3000, 25_000),
    events: fc.array(event, { minLength: 3, maxLength: 25 }),
  });
  await fc.assert(
    fc.asyncProperty(walk, async ({ behaviours, visibleAfterMs, events }) => {
      const harness = await startHarness();
      const { upstream, clock, assets } = harness;
      upstream.behaviours = behaviours.map((name) => trouble[name]!());
      upstream.visibleAfterMs = visibleAfterMs;
      upstream.finishAfterMs = 12_000;
      const ids: string[] = [];
      for (const step of events) {
        if (step.kind === "pass") await clock.advance(step.ms);
        if (step.kind === "create") {
          ids.push((await harness.create(step.video ? videoRequest() : imageRequest())).id);
        }
        if (step.kind === "kill") await harness.kill();
        if (step.kind === "release") upstream.release();
        if (step.kind === "unreadable history")
          upstream.pollFailures.push(new JimengError("timeout", "slow"));
        if (step.kind === "dead url") assets.failures.push(expiredUrl());
      }
      // The trouble ends; whatever hangs comes through, and time heals the rest.
      upstream.behaviours = [];
      upstream.release();
      await clock.advance(8 * 60_000);
      for (const id of ids) {
        const job = await harness.job(id);
        expect(job).toMatchObject({ status: "completed", assets: [{ index: 0 }] });
      }
      expect(new Set(upstream.posts).size).toBe(ids.length);
      expect(upstream.charged.length).toBe(ids.length);
      await harness.close();
    }),
    { numRuns: runs },
  );
}, 120_000);
