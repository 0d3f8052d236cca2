// Tests one poller on a clock that stands still: what it gives up, and what it keeps when its listener fails.

import { JimengError } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { noTracing } from "../../observer.ts";
import { FakeUpstream, imageRequest } from "../../testing/fake-upstream.ts";
import { silentLogger } from "../../testing/job-harness.ts";
import { ManualClock } from "../../testing/manual-clock.ts";
import type { PollItem, PollListener } from "./poll-item.ts";
import { Poller } from "./poller.ts";

const minuteMs = 60_000;

function make({ isConfigured = true }: { isConfigured?: boolean } = {}) {
  const clock = new ManualClock(0);
  const upstream = new FakeUpstream(clock);
  const calls: [string, number][] = [];
  let failures = 0;
  const note = (name: string) => () => {
    calls.push([name, clock.now()]);
    return failures-- > 0 ? Promise.reject(new Error("the database is away")) : Promise.resolve();
  };
  const listener: PollListener = {
    onSeen: (item) => Promise.resolve(item),
    onStartNotFound: note("not_found"),
    onOverdue: note("overdue"),
    onUnreachable: note("unreachable"),
    onEnd: () => {},
    onSuccess: () => {},
    onFailure: () => {},
  };
  const poller = new Poller({
    account: "main",
    upstream: () => (isConfigured ? upstream : undefined),
    listener,
    tracing: noTracing,
    isOurs: () => true,
    clock,
    logger: silentLogger,
    pollIntervalMs: 1000,
    signal: new AbortController().signal,
  });
  const operation = upstream.plant(imageRequest(), "submit_1");
  const item: PollItem = {
    jobId: "job_1",
    traceparent: null,
    version: 1,
    submitId: "submit_1",
    kind: "image",
    operation,
    submittedAt: 0,
    upstreamForecastMs: 10_000,
    family: "image",
    queued: false,
    uncertainSince: null,
    resolveBy: null,
    notBefore: 0,
    lastSeen: null,
    emptyPolls: 0,
    incompletePolls: { shown: 0, polls: 0, since: 0 },
    cancelSentAt: null,
    deadlineAt: 15 * minuteMs,
  };
  return { clock, upstream, poller, item, calls, fail: (times: number) => void (failures = times) };
}

const away = () => new JimengError("upstream_unavailable", "the read failed");

describe("a poller", () => {
  test("gives up at the deadline what its last poll showed unfinished", async () => {
    const { clock, poller, item, calls } = make();
    poller.track(item);
    await clock.advance(60 * minuteMs);
    expect(calls).toEqual([["overdue", 15 * minuteMs]]);
  });

  test("gives up five minutes after the deadline what it cannot poll", async () => {
    const { clock, upstream, poller, item, calls } = make();
    upstream.pollFailures = Array.from({ length: 1000 }, away);
    poller.track(item);
    await clock.advance(60 * minuteMs);
    expect(calls).toEqual([["unreachable", 20 * minuteMs]]);
  });

  test("gives up what belongs to an account that is not configured, an uncertain start too", async () => {
    const { clock, poller, item, calls } = make({ isConfigured: false });
    poller.track({ ...item, operation: null, uncertainSince: 0, resolveBy: minuteMs });
    await clock.advance(60 * minuteMs);
    expect(calls).toEqual([["unreachable", 20 * minuteMs]]);
  });

  test("gives the upstream five minutes after it slept beyond the deadline", async () => {
    const { clock, upstream, poller, item, calls } = make();
    upstream.pollFailures = [away(), away()];
    poller.track(item);
    clock.sleep(60 * minuteMs);
    await clock.advance(minuteMs);
    expect(calls.map(([name]) => name)).toEqual(["overdue"]);
    expect(upstream.polls).toHaveLength(3);
  });

  test("calls its listener again where that failed", async () => {
    const { clock, poller, item, calls, fail } = make();
    fail(1);
    poller.track({
      ...item,
      operation: null,
      uncertainSince: 0,
      resolveBy: minuteMs,
      submitId: "x",
    });
    await clock.advance(2 * minuteMs);
    expect(calls.map(([name]) => name)).toEqual(["not_found", "not_found"]);
    const [first, second] = calls.map(([, at]) => at);
    expect(second! - first!).toBe(2000);
  });

  test("asks its listener every five seconds to give up what could not be given up", async () => {
    const { clock, poller, item, calls, fail } = make({ isConfigured: false });
    fail(2);
    poller.track(item);
    await clock.advance(60 * minuteMs);
    expect(calls.map(([, at]) => at - 20 * minuteMs)).toEqual([0, 5000, 10_000]);
  });
});
