// Tests that every kind of error ends in a clear failure with the exit code of the one table.

import { GatewayError, errorTable } from "@jimeng/gateway/api";
import type { JobObject } from "@jimeng/gateway/api";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";

import { CliError, failureOfJob, hasCode, isNobodyThere, toFailure } from "./errors.ts";

describe("failures", () => {
  test("take code, fix, job and charge from a gateway's error", () => {
    const error = new GatewayError("insufficient_credits", "not enough credits", {
      fix: "Buy credits.",
      charged: "no",
      jobId: "job_1",
    });
    expect(toFailure(error)).toMatchObject({
      code: "insufficient_credits",
      message: "not enough credits",
      fix: "Buy credits.",
      charged: "no",
      jobId: "job_1",
      exitCode: 4,
    });
  });

  test("give every code of the table its own exit code", () => {
    for (const [code, row] of Object.entries(errorTable)) {
      expect(toFailure(Object.assign(new Error("x"), { code })).exitCode).toBe(row.exitCode);
    }
  });

  test("read the facts of an sdk error from its detail", () => {
    const error = Object.assign(new Error("PORT is wrong"), {
      code: "invalid_request",
      detail: { param: "PORT", fix: "Use a number." },
    });
    expect(toFailure(error)).toMatchObject({ param: "PORT", fix: "Use a number.", exitCode: 2 });
  });

  test("end with 1 where the machine said no, and with 70 where nobody foresaw it", () => {
    expect(
      toFailure(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" })).exitCode,
    ).toBe(1);
    expect(toFailure(new TypeError("undefined is not a function"))).toMatchObject({
      code: "internal",
      exitCode: 70,
    });
    expect(toFailure("text").exitCode).toBe(70);
  });

  test("say in plain words that a port is taken", () => {
    const error = Object.assign(new Error("listen EADDRINUSE"), {
      code: "EADDRINUSE",
      syscall: "listen",
      address: "127.0.0.1",
      port: 5100,
    });
    expect(toFailure(error)).toMatchObject({
      code: "conflict",
      message: "port 5100 on 127.0.0.1 is already in use",
      exitCode: 2,
    });
  });

  test("turn commander's complaints into wrong input without its prefix", () => {
    expect(
      toFailure(new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'")),
    ).toMatchObject({ message: "unknown option '--x'", exitCode: 2 });
  });

  test("keep the exit code that a command chose", () => {
    expect(
      toFailure(new CliError({ code: "EADDRINUSE", message: "busy", exitCode: 1 })).exitCode,
    ).toBe(1);
  });
});

describe("the failure of a job", () => {
  const job = { id: "job_1", status: "failed", error: null } as unknown as JobObject;

  test("names the job, and knows OpenAI's word for refused content", () => {
    const error = {
      message: "refused",
      type: "invalid_request_error",
      param: null,
      code: "content_policy_violation",
      retryable: false,
      charged: "no" as const,
      job_id: null,
      request_id: null,
      upstream: null,
      fix: "Reword it.",
    };
    expect(failureOfJob({ ...job, error })).toMatchObject({
      code: "content_rejected",
      jobId: "job_1",
      charged: "no",
      fix: "Reword it.",
      exitCode: 5,
    });
  });

  test("says so when the job was cancelled", () => {
    expect(failureOfJob({ ...job, status: "cancelled" })).toMatchObject({
      code: "cancelled",
      exitCode: 2,
    });
  });
});

describe("questions about an error", () => {
  test("find a refused connection below the wrappings", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const wrapped = new GatewayError("connection_failed", "no gateway", {
      cause: new TypeError("fetch failed", { cause: refused }),
    });
    expect(isNobodyThere(wrapped)).toBe(true);
    expect(isNobodyThere(new GatewayError("connection_failed", "cut"))).toBe(false);
    expect(hasCode(wrapped, "connection_failed")).toBe(true);
    expect(hasCode(wrapped, "conflict")).toBe(false);
  });
});
