// Tests that the charts show what happened between two readings.

import { expect, test } from "vitest";

import { parseMetrics, toPoint } from "./metrics.ts";

const reading = (ok: number, faults: number, seconds: number): string => `# HELP x
jimeng_http_requests_total{method="GET",route="/v1/jobs",status="200"} ${ok}
jimeng_http_requests_total{method="POST",route="/v1/jobs",status="503"} ${faults}
jimeng_http_requests_total{method="GET",route="/readyz",status="503"} 900
jimeng_http_request_duration_seconds_sum{route="/v1/jobs"} ${seconds}
jimeng_http_request_duration_seconds_count{route="/v1/jobs"} ${ok + faults}
jimeng_queue_jobs{kind="image",status="queued"} 2
jimeng_queue_jobs{kind="video",status="in_progress"} 1
jimeng_account_credits{account="a \\"b\\""} 66.5
jimeng_build_info{version="0.1.0"} 1
`;

test("lines become samples with their labels", () => {
  const samples = parseMetrics(reading(1, 0, 1));
  expect(samples).toHaveLength(9);
  expect(samples).toContainEqual({
    name: "jimeng_account_credits",
    labels: { account: String.raw`a \"b\"` },
    value: 66.5,
  });
});

test("two readings become shares and means, without probes", () => {
  const [before, now] = [reading(10, 0, 1), reading(19, 1, 6)].map(parseMetrics);
  expect(toPoint(before ?? [], now ?? [], 7)).toEqual({
    at: 7,
    success: 0.9,
    latency: 0.5,
    queue: 3,
    credits: 66.5,
  });
});

test("where nothing happened nothing is told, and a restart counts from zero", () => {
  const same = parseMetrics(reading(5, 0, 1));
  expect(toPoint(same, same, 7)).toMatchObject({ success: null, latency: null });
  const after = parseMetrics(reading(2, 0, 1));
  expect(toPoint(same, after, 7)).toMatchObject({ success: 1 });
  expect(toPoint([], [], 7)).toEqual({
    at: 7,
    success: null,
    latency: null,
    queue: null,
    credits: null,
  });
});
