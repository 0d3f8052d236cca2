// The proof that the judge of costs can say no: each wrong answer is named.
import { expect, test } from "vitest";
import { judgeCosts } from "./costs.ts";

type Jobs = Parameters<typeof judgeCosts>[0];
type Starts = Parameters<typeof judgeCosts>[1];

const submitId = "11111111-1111-4111-8111-111111111111";

function wrong(cost: object, start: { charged: number; refunded: number } | undefined): string[] {
  const job = {
    id: "job",
    status: "completed",
    upstream: { submit_id: submitId },
    cost: { charged: null, refunded: null, settled_at: 1, ...cost },
  };
  const starts = start === undefined ? [] : [{ ...start, submit_id: submitId }];
  return judgeCosts([job] as unknown as Jobs, starts as unknown as Starts);
}

test("what was charged and refunded is found right, and so is what was free or never taken", () => {
  expect(wrong({ state: "charged", charged: 4 }, { charged: 4, refunded: 0 })).toEqual([]);
  expect(wrong({ state: "charged", charged: 4, refunded: 4 }, { charged: 4, refunded: 4 })).toEqual(
    [],
  );
  expect(wrong({ state: "not_charged", charged: 0 }, { charged: 0, refunded: 0 })).toEqual([]);
  expect(wrong({ state: "not_charged", charged: 0 }, undefined)).toEqual([]);
});

test("another amount, a missed refund, a charge that is denied, and no answer are named", () => {
  const charged = { charged: 4, refunded: 4 };
  for (const cost of [
    { state: "charged", charged: 8, refunded: 4 },
    { state: "charged", charged: 4 },
    { state: "charged", charged: 4, refunded: 4, settled_at: null },
    { state: "not_charged", charged: 0 },
    { state: "not_settled", settled_at: null },
    { state: "unknown", settled_at: null },
  ]) {
    expect(wrong(cost, charged), JSON.stringify(cost)).toHaveLength(1);
  }
  expect(wrong({ state: "charged", charged: 4 }, undefined)).toHaveLength(1);
});
