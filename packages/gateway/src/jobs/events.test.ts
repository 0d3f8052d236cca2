// Tests telling listeners, and that nobody is kept in memory once he has left.

import { describe, expect, test } from "vitest";

import { JobEvents, stateEvent } from "./events.ts";
import type { Job } from "./job.ts";

const job = { id: "job_1", status: "queued" } as Job;

describe("listeners", () => {
  test("hear the events of their own job until they leave; then nothing is kept of them", () => {
    const events = new JobEvents();
    const heard: string[] = [];
    const leave = events.listen(
      "job_1",
      (event) => heard.push(event.name),
      () => {},
    );
    const leaveToo = events.listen(
      "job_1",
      () => heard.push("too"),
      () => {},
    );
    events.emit({ name: "job.started", job });
    events.emit({ name: "job.started", job: { ...job, id: "job_2" } });
    leaveToo();
    events.emit({ name: "job.progress", job });
    leave();
    leave();
    events.emit({ name: "job.completed", job });
    expect(heard).toEqual(["job.started", "too", "job.progress"]);
    expect(events.hasListeners("job_1")).toBe(false);
    expect(events.size).toBe(0);
  });

  test("are let go when the engine stops, each once", () => {
    const events = new JobEvents();
    let closed = 0;
    const leave = events.listen(
      "job_1",
      () => {},
      () => {
        closed++;
        leave();
      },
    );
    events.close();
    events.close();
    expect(closed).toBe(1);
    expect(events.size).toBe(0);
  });

  test("who come later are told where the job stands", () => {
    const names = (["queued", "in_progress", "completed", "failed", "cancelled"] as const).map(
      (status) => stateEvent({ ...job, status }).name,
    );
    expect(names).toEqual([
      "job.queued",
      "job.progress",
      "job.completed",
      "job.failed",
      "job.cancelled",
    ]);
  });
});
