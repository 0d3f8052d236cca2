// Tests that every kind of error ends in a clear failure with the exit code of the one table.

import { GatewayError, errorTable } from "@jimeng/gateway/api";
import type { JobObject } from "@jimeng/gateway/api";
import { CommanderError } from "commander";
import { describe, expect, test } from "vitest";

import {
  CliError,
  failureOfJob,
  hasCode,
  isGatewayUnreachable,
  toFailure,
  toStartFailure,
} from "./errors.ts";
import { inEnglish } from "./words/words.ts";

describe("failures", () => {
  test("take code, fix and job from a gateway's error, and say nothing of money", () => {
    const error = new GatewayError("insufficient_credits", "not enough credits", {
      fix: "Buy credits.",
      charged: "no",
      jobId: "job_1",
    });
    expect(toFailure(error)).toEqual({
      code: "insufficient_credits",
      message: "not enough credits",
      fix: "Buy credits.",
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
    const failure = toFailure(error);
    expect(failure).toMatchObject({ code: "conflict", exitCode: 2 });
    expect(inEnglish(failure.message)).toBe("port 5100 on 127.0.0.1 is already in use");
  });

  test("turn commander's complaints into wrong input without its prefix", () => {
    const known = toFailure(
      new CommanderError(1, "commander.unknownOption", "error: unknown option '--x'"),
    );
    expect([inEnglish(known.message), known.exitCode]).toEqual(["unknown option --x", 2]);
    const other = toFailure(new CommanderError(1, "commander.other", "error: something else"));
    expect([inEnglish(other.message), other.exitCode]).toEqual(["something else", 2]);
  });

  test("keep the exit code that a command chose", () => {
    expect(
      toFailure(new CliError({ code: "EADDRINUSE", message: "busy", exitCode: 1 })).exitCode,
    ).toBe(1);
  });
});

describe("the failure of a job", () => {
  const job = {
    id: "job_1",
    status: "failed",
    error: null,
    cost: { estimated: null, charged: null, refunded: null },
    upstream: { submit_id: "submit-1", history_id: null, logid: null },
  } as unknown as JobObject;
  const unsure = { message: "late", code: "generation_timeout", charged: "unknown" };

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

  test.each<[string, Partial<JobObject>, string]>([
    ["was never sent", { upstream: { ...job.upstream, submit_id: null } }, "no"],
    ["was charged", { cost: { ...job.cost, charged: 4 }, error: unsure as never }, "yes"],
    ["was charged and given back", { cost: { ...job.cost, charged: 4, refunded: 4 } }, "refunded"],
    ["cost nothing", { cost: { ...job.cost, charged: 0 } }, "no"],
    ["nobody knows", { error: unsure as never }, "unknown"],
    ["was cancelled after it was sent", { status: "cancelled" }, "unknown"],
  ])("tells the money of one that %s", (_, change, charged) => {
    expect(failureOfJob({ ...job, ...change }).charged).toBe(charged);
  });

  test.each<[string, Partial<JobObject["cost"]>, string | undefined]>([
    ["charged", { charged: 4, refunded: 1 }, "4 credits charged, 1 of them refunded"],
    ["not_settled", {}, "not settled yet: `jimeng jobs cost job_1` tells later"],
    ["not_charged", { charged: 0 }, undefined],
  ])("tells the cost that is %s", (state, cost, words) => {
    const failure = failureOfJob({
      ...job,
      error: unsure as never,
      cost: { ...job.cost, ...cost, state: state as JobObject["cost"]["state"] },
    });
    expect(failure.cost && inEnglish(failure.cost)).toBe(words);
  });

  test("says so when the job was cancelled", () => {
    expect(failureOfJob({ ...job, status: "cancelled" })).toMatchObject({
      code: "cancelled",
      exitCode: 2,
    });
  });
});

describe("the failure of a start", () => {
  const refused = new GatewayError("connection_failed", "no gateway", {
    cause: Object.assign(new Error("connect"), { code: "ECONNREFUSED" }),
  });

  test.each<[string, unknown, boolean, string]>([
    ["nobody listens", refused, false, "no"],
    ["nobody listens any more", refused, true, "unknown"],
    ["the connection breaks", new GatewayError("connection_failed", "cut"), false, "unknown"],
    [
      "the gateway says what was charged",
      new GatewayError("upstream_error", "odd", { charged: "yes" }),
      false,
      "yes",
    ],
    ["the command itself refuses", new CliError({ code: "not_found", message: "x" }), false, "no"],
  ])("says what is known of the money when %s", (_, error, wasSent, charged) => {
    expect(toStartFailure(error, wasSent).charged).toBe(charged);
  });
});

describe("questions about an error", () => {
  test("find a refused connection below the wrappings", () => {
    const refused = Object.assign(new Error("connect"), { code: "ECONNREFUSED" });
    const wrapped = new GatewayError("connection_failed", "no gateway", {
      cause: new TypeError("fetch failed", { cause: refused }),
    });
    expect(isGatewayUnreachable(wrapped)).toBe(true);
    for (const code of ["ENOTFOUND", "DEPTH_ZERO_SELF_SIGNED_CERT", "UND_ERR_CONNECT_TIMEOUT"]) {
      expect(isGatewayUnreachable(Object.assign(new Error("connect"), { code })), code).toBe(true);
    }
    expect(
      isGatewayUnreachable(new TypeError("fetch failed", { cause: new Error("bad port") })),
    ).toBe(true);
    expect(isGatewayUnreachable(Object.assign(new Error("read"), { code: "ECONNRESET" }))).toBe(
      false,
    );
    expect(isGatewayUnreachable(new GatewayError("connection_failed", "cut"))).toBe(false);
    expect(hasCode(wrapped, "connection_failed")).toBe(true);
    expect(hasCode(wrapped, "conflict")).toBe(false);
  });
});
