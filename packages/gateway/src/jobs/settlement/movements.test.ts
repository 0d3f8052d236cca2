// Tests how the pages of a credit history are added up.

import type { CreditHistoryPage, CreditRecord } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { Scan, isRefunded } from "./movements.ts";

const startedAt = 1_700_000_000_000;

function movement(submitId: string | null, amount: number, createdAt = startedAt): CreditRecord {
  return { submitId, amount, createdAt, title: "", status: 1 };
}

function page(records: CreditRecord[], cursor: string | null = null): CreditHistoryPage {
  return { total: null, records, cursor };
}

describe("a scan through the credit history", () => {
  test("adds up charges and refunds by submit id", () => {
    const scan = new Scan(startedAt);
    scan.add(page([movement("a", 2), movement(null, 60), movement("b", -8)], "1"));
    scan.add(page([movement("a", -4), movement("a", -1)]));
    expect(scan.movementsOf("a")).toEqual({ charged: 5, refunded: 2 });
    expect(scan.movementsOf("b")).toEqual({ charged: 8, refunded: null });
    expect(scan.movementsOf("c")).toBeUndefined();
  });

  test("takes a movement of nothing as a charge of nothing", () => {
    const scan = new Scan(startedAt);
    scan.add(page([movement("free", 0)]));
    expect(scan.movementsOf("free")).toEqual({ charged: 0, refunded: null });
  });

  test("takes rows without any sign as charges, unless their title tells of a refund", () => {
    const scan = new Scan(startedAt);
    scan.add(
      page([{ ...movement("a", 8), title: "积分返还" }, movement("a", 8), movement("b", 24)]),
    );
    expect(scan.movementsOf("a")).toEqual({ charged: 8, refunded: 8 });
    expect(scan.movementsOf("b")).toEqual({ charged: 24, refunded: null });
  });

  test("learns from the starts' oldest rows on which side of 0 charges are", () => {
    for (const sign of [-1, 1]) {
      const scan = new Scan(startedAt);
      scan.add(
        page([
          movement("refunded", -8 * sign),
          movement("kept", 24 * sign),
          movement("refunded", 8 * sign),
          // Its charge is not listed yet.
          movement("late", -4 * sign),
        ]),
      );
      expect(scan.movementsOf("refunded")).toEqual({ charged: 8, refunded: 8 });
      expect(scan.movementsOf("kept")).toEqual({ charged: 24, refunded: null });
      expect(scan.movementsOf("late")).toEqual({ charged: null, refunded: 4 });
    }
  });

  test("counts a movement once that a new one moved to the next page", () => {
    const scan = new Scan(startedAt);
    scan.add(page([movement("a", -4), movement("b", -2)], "1"));
    scan.add(page([movement("b", -2), movement("b", -3, startedAt - 1)]));
    expect(scan.movementsOf("b")).toEqual({ charged: 5, refunded: null });
  });

  test("counts equal movements of one page each", () => {
    const scan = new Scan(startedAt);
    scan.add(page([movement("a", -4), movement("a", -4)]));
    expect(scan.movementsOf("a")?.charged).toBe(8);
  });

  test("reaches back to before a start with a margin for the two clocks, or at the history's end", () => {
    const scan = new Scan(startedAt);
    scan.add(page([movement("a", -4, startedAt - 30_000)], "1"));
    expect(scan.covers(startedAt)).toBe(false);
    scan.add(page([movement("b", -4, startedAt - 61_000)], "2"));
    expect(scan.covers(startedAt)).toBe(true);
    expect(scan.covers(startedAt - 100_000)).toBe(false);
    expect(scan.isOver).toBe(false);
    scan.add(page([]));
    expect(scan.covers(0)).toBe(true);
    expect(scan.isOver).toBe(true);
  });

  test("ends where the site keeps naming the same page, and after 40 pages without having seen all", () => {
    const stuck = new Scan(startedAt);
    stuck.add(page([movement("a", -4)], "1"));
    stuck.add(page([movement("b", -4)], "1"));
    expect(stuck.isOver).toBe(true);
    const long = new Scan(startedAt);
    for (let at = 0; at < 40; at++) long.add(page([movement(`${at}`, -1)], `${at + 1}`));
    expect(long.isOver).toBe(true);
    expect(long.covers(0)).toBe(false);
  });
});

test("a charge is refunded when at least as much came back", () => {
  expect(isRefunded({ charged: 4, refunded: 4 })).toBe(true);
  expect(isRefunded({ charged: 4, refunded: 3 })).toBe(false);
  expect(isRefunded({ charged: 4, refunded: null })).toBe(false);
  expect(isRefunded({ charged: 0, refunded: null })).toBe(false);
});
