// Tests the months of the ledger.

import { expect, test } from "vitest";

import { daysOf, monthsUntil, nameOfMonth } from "./months.ts";

test("a year of months up to now, each from its first day to that of the next", () => {
  const months = monthsUntil(Date.UTC(2026, 0, 31, 23, 59) / 1000);
  expect(months).toHaveLength(13);
  expect([months[0], months[1], months.at(-1)]).toEqual(["2026-01", "2025-12", "2025-01"]);
  expect(daysOf("2025-12")).toEqual({ from: "2025-12-01", to: "2026-01-01" });
  expect(daysOf("2026-02")).toEqual({ from: "2026-02-01", to: "2026-03-01" });
  expect(nameOfMonth("2025-12")).toBe("December 2025");
});
