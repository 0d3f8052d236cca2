// Tests which failures are taken up again, and which leave at once.

import { GatewayError } from "@jimeng/gateway/api/client";
import { describe, expect, test } from "vitest";

import { NotSentError, recover } from "./recovery.ts";

const refused = new GatewayError("connection_failed", "No gateway answers.", {
  cause: new TypeError("fetch failed", {
    cause: Object.assign(new Error("refused"), { code: "ECONNREFUSED" }),
  }),
  retryable: true,
});
const broken = new GatewayError("connection_failed", "It broke.", { retryable: true });

/** Fails with these errors, one after the other, then succeeds with the number of attempts. */
function failing(errors: Error[]): () => Promise<number> {
  let attempts = 0;
  return async () => {
    attempts += 1;
    const error = errors.shift();
    if (error !== undefined) throw error;
    return attempts;
  };
}

const options = (isFirst = true, signal?: AbortSignal) => ({
  attempts: 3,
  delayMs: 0,
  signal,
  state: { isFirst },
});

describe("recover", () => {
  test("goes on after broken connections and bodies", async () => {
    expect(await recover(failing([broken, new TypeError("terminated")]), options())).toBe(3);
  });

  test("throws the latest failure when the attempts are used up", async () => {
    await expect(recover(failing([broken, broken, broken, broken]), options())).rejects.toBe(
      broken,
    );
  });

  test("throws what is final at once", async () => {
    const final = new GatewayError("content_rejected", "No.", { status: 400 });
    await expect(recover(failing([final]), options())).rejects.toBe(final);
    const stranger = new GatewayError("unexpected_response", "HTML.", { status: 404 });
    await expect(recover(failing([stranger]), options())).rejects.toBe(stranger);
  });

  test("says that nothing was sent where the very first connection is refused, and goes on later", async () => {
    await expect(recover(failing([refused]), options())).rejects.toBeInstanceOf(NotSentError);
    expect(await recover(failing([refused]), options(false))).toBe(2);
    expect(await recover(failing([broken, refused]), options())).toBe(3);
  });

  test("ends with the reason of the caller's signal", async () => {
    const reason = new Error("enough");
    await expect(recover(failing([broken]), options(true, AbortSignal.abort(reason)))).rejects.toBe(
      reason,
    );
    const controller = new AbortController();
    const waiting = recover(failing([broken]), {
      ...options(true, controller.signal),
      delayMs: 60_000,
    });
    setImmediate(() => controller.abort(reason));
    await expect(waiting).rejects.toBe(reason);
  });
});
