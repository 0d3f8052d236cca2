// Tests when a result counts as one that a host has seen.

import { afterEach, beforeEach, expect, test, vi } from "vitest";

import type { Face } from "../face.ts";
import { LatestCalls } from "./latest-calls.ts";
import { noteDelivery } from "./note-delivery.ts";

const seen: string[] = [];
let closing: AbortController;
let face: Pick<Face, "gateway" | "calls" | "closing">;
beforeEach(() => {
  vi.useFakeTimers();
  seen.length = 0;
  closing = new AbortController();
  const jobs = { retrieve: (id: string) => Promise.resolve(seen.push(id)) };
  face = {
    calls: new LatestCalls(),
    closing: closing.signal,
    gateway: { client: { jobs } as never, recover: () => Promise.resolve(false) },
  };
});
afterEach(() => {
  vi.useRealTimers();
});

const one = [{ id: "job_1" }];

test("a result counts as seen two seconds after it was sent", () => {
  noteDelivery(face, one, face.calls.begin(one));
  vi.advanceTimersByTime(1999);
  expect(seen).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(seen).toEqual(["job_1"]);
});

test("it counts for nothing where the host ended meanwhile", () => {
  noteDelivery(face, one, face.calls.begin(one));
  closing.abort();
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([]);
});

test("the answer to a call that the host repeated counts for nothing, that to the last one does", () => {
  const first = face.calls.begin(one);
  const second = face.calls.begin(one);
  noteDelivery(face, one, first);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual([]);
  noteDelivery(face, one, second);
  vi.advanceTimersByTime(5000);
  expect(seen).toEqual(["job_1"]);
});

test("remembers the latest calls of a bounded number of jobs", () => {
  const call = face.calls.begin(one);
  face.calls.begin(Array.from({ length: 5000 }, (_, index) => ({ id: `other_${index}` })));
  expect(face.calls.isLatest("job_1", call)).toBe(false);
});
