// Tests the reading and writing of W3C contexts.

import { expect, test } from "vitest";

import { parseTraceparent, spanIdOf, toTraceparent } from "./traceparent.ts";

const traceId = "4bf92f3577b34da6a3ce929d0e0e4736";
const spanId = "00f067aa0ba902b7";

test("a context is read and written", () => {
  const text = `00-${traceId}-${spanId}-01`;
  const context = parseTraceparent(text);
  expect(context).toEqual({ traceId, spanId, traceFlags: 1, isRemote: true });
  expect(context && toTraceparent(context)).toBe(text);
});

test("flags and parts of later versions are left out", () => {
  expect(parseTraceparent(`00-${traceId}-${spanId}-fe`)?.traceFlags).toBe(0);
  expect(parseTraceparent(`01-${traceId}-${spanId}-01-more`)?.spanId).toBe(spanId);
});

test.each([
  undefined,
  null,
  "",
  "hello",
  `00-${traceId}-${spanId}`,
  `ff-${traceId}-${spanId}-01`,
  `00-${traceId}-${spanId}-01-more`,
  `00-${traceId.toUpperCase()}-${spanId}-01`,
  `00-${"0".repeat(32)}-${spanId}-01`,
  `00-${traceId}-${"0".repeat(16)}-01`,
])("%s is no context", (text) => {
  expect(parseTraceparent(text)).toBeUndefined();
});

test("the span of a job has one id wherever it is asked for", () => {
  expect(spanIdOf("job_one")).toMatch(/^[0-9a-f]{16}$/);
  expect(spanIdOf("job_one")).toBe(spanIdOf("job_one"));
  expect(spanIdOf("job_one")).not.toBe(spanIdOf("job_two"));
});
