// Tests the judgement of failed paid starts, case by case.

import { JimengError } from "@jimeng/sdk";
import type { ErrorCode, JimengErrorDetail } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { judgeStartFailure } from "./start-failure.ts";

const settleMs = 60_000;
const judge = (code: ErrorCode, detail: JimengErrorDetail = {}) =>
  judgeStartFailure(new JimengError(code, "x", detail), settleMs);

describe("a failed paid start", () => {
  test.each([
    ["a reset", "connection_failed", { acceptance: "unknown" }],
    ["a timeout", "timeout", { acceptance: "unknown" }],
    ["an unreadable body", "unexpected_response", { acceptance: "unknown" }],
    ["HTTP 500", "upstream_unavailable", { acceptance: "unknown", upstream: { httpStatus: 500 } }],
    ["an error that does not say", "upstream_error", {}],
    [
      "a refused word with an upstream's trace but no acceptance",
      "invalid_request",
      { upstream: { ret: "1000" } },
    ],
  ] as [string, ErrorCode, JimengErrorDetail][])(
    "%s is uncertain for the whole settle time",
    (_name, code, detail) => {
      expect(judge(code, detail)).toEqual({ kind: "uncertain", settleMs });
    },
  );

  test("HTTP 503 is uncertain for ten seconds, or less where the owner says less", () => {
    const detail: JimengErrorDetail = { acceptance: "unknown", upstream: { httpStatus: 503 } };
    expect(judge("upstream_unavailable", detail)).toEqual({ kind: "uncertain", settleMs: 10_000 });
    const error = new JimengError("upstream_unavailable", "x", detail);
    expect(judgeStartFailure(error, 3000)).toEqual({ kind: "uncertain", settleMs: 3000 });
  });

  test("what is no JimengError is uncertain", () => {
    expect(judgeStartFailure(undefined, settleMs)).toEqual({ kind: "uncertain", settleMs });
  });

  test.each(["concurrency_limited", "rate_limited"] as const)("%s keeps its place", (code) => {
    expect(judge(code, { acceptance: "refused" })).toEqual({ kind: "full" });
  });

  test.each(["connection_failed", "timeout", "upstream_unavailable"] as const)(
    "%s, certainly refused, is tried again",
    (code) => {
      expect(judge(code, { acceptance: "refused" })).toEqual({ kind: "unreachable" });
    },
  );

  test.each([
    "content_rejected",
    "insufficient_credits",
    "session_invalid",
    "risk_controlled",
    "upstream_error",
    "model_unavailable",
  ] as const)("%s, certainly refused, is final", (code) => {
    expect(judge(code, { acceptance: "refused" })).toEqual({ kind: "final" });
  });

  test("our own check before sending is final", () => {
    expect(judge("invalid_request")).toEqual({ kind: "final" });
  });
});
