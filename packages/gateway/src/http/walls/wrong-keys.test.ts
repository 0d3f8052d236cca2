// Tests the brake on wrong keys: it grows, forgets, stays small, and never touches right keys.

import { expect, test } from "vitest";

import { ServiceError } from "../../errors.ts";
import { anonymous } from "../../keys/caller.ts";
import { WrongKeys, countWrongKeys } from "./wrong-keys.ts";

const address = "192.0.2.7";

function make() {
  let now = 1_000_000;
  const clock = { now: () => now };
  const wrongKeys = new WrongKeys(clock);
  return { wrongKeys, advance: (ms: number) => (now += ms) };
}

/** Counts wrong keys until one is refused, and returns how many were counted and how long the pause is. */
function untilPaused(wrongKeys: WrongKeys, from = address): { counted: number; pauseMs: number } {
  for (let counted = 0; ; counted += 1) {
    try {
      wrongKeys.count(from);
    } catch (error) {
      const { code, detail } = error as { code: string; detail: { retryAfterMs: number } };
      expect(code).toBe("rate_limited");
      return { counted, pauseMs: detail.retryAfterMs };
    }
  }
}

test("a few wrong keys are only wrong, then pauses follow that double up to a quarter of an hour", () => {
  const { wrongKeys, advance } = make();
  expect(untilPaused(wrongKeys)).toEqual({ counted: 10, pauseMs: 1000 });
  const pauses: number[] = [];
  for (let round = 0; round < 12; round += 1) {
    advance(pauses.at(-1) ?? 1000);
    const { counted, pauseMs } = untilPaused(wrongKeys);
    expect(counted).toBe(1);
    pauses.push(pauseMs);
  }
  expect(pauses.slice(0, 4)).toEqual([2000, 4000, 8000, 16_000]);
  expect(pauses.at(-1)).toBe(15 * 60_000);
});

test("what comes during a pause does not make it longer", () => {
  const { wrongKeys, advance } = make();
  untilPaused(wrongKeys);
  for (let index = 0; index < 1000; index += 1) {
    expect(() => wrongKeys.count(address)).toThrow(
      expect.objectContaining({ code: "rate_limited" }),
    );
  }
  advance(1000);
  expect(() => wrongKeys.count(address)).not.toThrow();
});

test("another client is not paused; the addresses of one IPv6 network are one client", () => {
  const { wrongKeys } = make();
  untilPaused(wrongKeys);
  expect(() => wrongKeys.count("192.0.2.8")).not.toThrow();
  untilPaused(wrongKeys, "2001:db8:1:2::1");
  expect(() => wrongKeys.count("2001:db8:1:2:ffff::9")).toThrow();
  expect(() => wrongKeys.count("2001:db8:1:3::1")).not.toThrow();
  expect(() => wrongKeys.count("::ffff:192.0.2.7")).toThrow();
});

test("a client that was quiet for a quarter of an hour begins anew", () => {
  const { wrongKeys, advance } = make();
  untilPaused(wrongKeys);
  advance(16 * 60_000 + 1000);
  expect(untilPaused(wrongKeys)).toEqual({ counted: 10, pauseMs: 1000 });
});

test("a hundred thousand clients take no more room than ten thousand", () => {
  const { wrongKeys } = make();
  untilPaused(wrongKeys);
  for (let index = 0; index < 100_000; index += 1) {
    wrongKeys.count(`2001:db8:${(index >> 8).toString(16)}:${(index & 255).toString(16)}::1`);
  }
  // The first one was forgotten for the last ones.
  expect(() => wrongKeys.count(address)).not.toThrow();
});

test("a right key is served while its address is paused, and a request without one is told to bring one", async () => {
  const { wrongKeys } = make();
  const authenticate = countWrongKeys((headers) => {
    if (headers.authorization === "Bearer right") return anonymous;
    throw new ServiceError("unauthorized", "The gateway does not know this key.", {
      fix: "Check.",
    });
  }, wrongKeys);
  const ask = (authorization?: string) => authenticate({ authorization }, address);
  for (let index = 0; index < 10; index += 1) {
    await expect(ask("Bearer wrong")).rejects.toMatchObject({ code: "unauthorized" });
  }
  await expect(ask("Bearer wrong")).rejects.toMatchObject({ code: "rate_limited" });
  await expect(ask("Bearer right")).resolves.toBe(anonymous);
  await expect(ask()).rejects.toMatchObject({ code: "unauthorized" });
});
