// Tests what follows from polls: one piece of work of a job at a time, and nothing after the stop.

import { describe, expect, test } from "vitest";

import { silentLogger } from "../testing/job-harness.ts";
import { FollowUps } from "./follow-ups.ts";

function make() {
  const stopping = new AbortController();
  const warnings: unknown[] = [];
  const logger = { ...silentLogger, warn: (fields: unknown) => void warnings.push(fields) };
  return { followUps: new FollowUps(logger, stopping.signal), stopping, warnings };
}

describe("follow-ups", () => {
  test("of one job run one after the other, those of another job beside them", async () => {
    const { followUps } = make();
    const ran: string[] = [];
    let finish = () => {};
    followUps.add("job_1", async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      ran.push("first");
    });
    followUps.add("job_1", async () => void ran.push("second"));
    followUps.add("job_2", async () => void ran.push("other"));
    await followUps.finished("job_2");
    expect(ran).toEqual(["other"]);
    expect(followUps.isBusy("job_1")).toBe(true);
    finish();
    await followUps.finished("job_1");
    expect(ran).toEqual(["other", "first", "second"]);
    expect(followUps.isBusy("job_1")).toBe(false);
  });

  test("that fail are logged and hold up nothing", async () => {
    const { followUps, warnings } = make();
    const error = new Error("disk full");
    followUps.add("job_1", () => Promise.reject(error));
    let ran = false;
    followUps.add("job_1", async () => void (ran = true));
    await followUps.finished("job_1");
    expect(ran).toBe(true);
    expect(warnings).toEqual([{ job: "job_1", error }]);
  });

  test("do not begin after the stop, which waits for those that run", async () => {
    const { followUps, stopping } = make();
    const ran: string[] = [];
    let finish = () => {};
    followUps.add("job_1", async () => {
      await new Promise<void>((resolve) => (finish = resolve));
      ran.push("first");
    });
    followUps.add("job_1", async () => void ran.push("second"));
    await new Promise((resolve) => setImmediate(resolve));
    stopping.abort();
    const stopped = followUps.stop();
    finish();
    await stopped;
    expect(ran).toEqual(["first"]);
  });
});
