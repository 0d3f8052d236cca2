// Tests what counts as a database that is away, and what is done twice for it.

import { JimengError } from "@jimeng/sdk";
import { describe, expect, test, vi } from "vitest";

import { isDatabaseAway, tryAgain, toDatabaseAway } from "./away.ts";

const withCode = (code: string, message = "no"): Error =>
  Object.assign(new Error(message), { code });

describe("a database that is away", () => {
  test.each([
    withCode("57P01", "terminating connection due to administrator command"),
    withCode("57P03", "the database system is starting up"),
    withCode("08006"),
    withCode("ECONNREFUSED"),
    new Error("Connection terminated unexpectedly"),
    new Error("timeout exceeded when trying to connect"),
  ])("is told by %o", (error) => {
    expect(isDatabaseAway(error)).toBe(true);
  });

  test.each([
    withCode("23505", "duplicate key"),
    withCode("SQLITE_FULL"),
    new Error("undefined is not a function"),
    new JimengError("connection_failed", "the upstream's"),
    "Connection terminated",
  ])("is not told by %o", (error) => {
    expect(isDatabaseAway(error)).toBe(false);
  });

  test("is asked again, and not for ever; another failure is not repeated", async () => {
    const away = withCode("57P01");
    const healed = vi.fn().mockRejectedValueOnce(away).mockResolvedValueOnce("row");
    expect(await tryAgain(healed)).toBe("row");
    const gone = vi.fn().mockRejectedValue(away);
    await expect(tryAgain(gone)).rejects.toBe(away);
    expect(gone).toHaveBeenCalledTimes(8);
    const broken = vi.fn().mockRejectedValue(new Error("defect"));
    await expect(tryAgain(broken)).rejects.toThrow("defect");
    expect(broken).toHaveBeenCalledTimes(1);
  });

  test("is told to callers as overloaded, to be asked again, without its address", () => {
    const error = toDatabaseAway(withCode("ECONNREFUSED", "connect ECONNREFUSED 10.0.0.7:5432"));
    expect(error).toMatchObject({ code: "overloaded", retryable: true });
    expect(error.detail.retryAfterMs).toBe(1000);
    expect(error.message).not.toContain("10.0.0.7");
  });
});
