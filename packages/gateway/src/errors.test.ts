// Tests that the gateway's own errors are instances of the sdk's class.

import { JimengError, toErrorRecord } from "@jimeng/sdk";
import { describe, expect, it } from "vitest";

import { ServiceError } from "./errors.ts";

describe("an error of the gateway", () => {
  it("is recognised like every other and keeps its facts", () => {
    const error = new ServiceError("conflict", "No.", { fix: "Wait.", cause: new Error("why") });
    expect(JimengError.isInstance(error)).toBe(true);
    expect(toErrorRecord(error)).toEqual({ code: "conflict", message: "No.", fix: "Wait." });
  });

  it("is retryable where the gateway is only busy, or where the sdk says so", () => {
    const codes = ["overloaded", "upstream_unavailable", "conflict", "internal"] as const;
    expect(codes.map((code) => new ServiceError(code, "No.").retryable)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });

  it("needs a code that has a row in the table", () => {
    // @ts-expect-error: the table has no such row.
    expect(new ServiceError("no_such_code", "No.").retryable).toBe(false);
    // @ts-expect-error: the sdk never throws it.
    expect(new JimengError("conflict", "No.").retryable).toBe(false);
  });
});
