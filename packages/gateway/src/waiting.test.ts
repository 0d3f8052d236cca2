// Tests how the Prefer header is read.

import { describe, expect, it } from "vitest";

import { parsePrefer } from "./waiting.ts";

describe("Prefer", () => {
  it.each([
    [undefined, false, undefined],
    ["respond-async", true, undefined],
    ["respond-async, wait=10", true, 10_000],
    ["Wait=0", false, 0],
    ['wait="7"; respond-async', true, 7000],
    ["wait=soon", false, undefined],
    ["return=minimal", false, undefined],
  ])("%j means async %s and wait %s", (header, respondAsync, waitMs) => {
    expect(parsePrefer(header)).toEqual({ respondAsync, waitMs });
  });
});
