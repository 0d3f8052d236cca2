// Tests what waiting callers are told when a gateway stops.

import { expect, test } from "vitest";

import type { Job } from "../../jobs/job.ts";
import { toErrorReply } from "../error-reply.ts";
import { toFoundElsewhere, toJobFailure, toStoppedError } from "./job-failures.ts";

const job = { id: "job_1" } as Job;

test("a node of several asks to be repeated, with the job that the repeated request will join", () => {
  const { error, context } = toFoundElsewhere([job]);
  const reply = toErrorReply(error, { ...context, requestId: "req_1" });
  expect(reply.status).toBe(503);
  expect(reply.headers).toMatchObject({
    "x-should-retry": "true",
    "retry-after": "1",
    "x-jimeng-job": "job_1",
  });
  expect(reply.body.error).toMatchObject({ code: "overloaded", job_id: "job_1" });
});

test("a gateway alone asks not to be", () => {
  const { error, context } = toJobFailure(toStoppedError(), [job]);
  const reply = toErrorReply(error, { ...context, requestId: "req_1" });
  expect(reply.status).toBe(422);
  expect(reply.headers["x-should-retry"]).toBe("false");
});
