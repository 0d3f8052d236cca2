// Tests that a shared amount is never given out twice, and that nobody waits for ever.

import fc from "fast-check";
import { expect, test } from "vitest";

import { createBudget } from "./concurrency.ts";

test("a budget is never exceeded, is given out in order, and comes back whole", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 150 })), async (amounts) => {
      const budget = createBudget(100);
      const order: number[] = [];
      let taken = 0;
      const works = amounts.map(async (wanted, index) => {
        const giveBack = await budget.take(wanted);
        order.push(index);
        taken += Math.min(wanted, 100);
        expect(taken).toBeLessThanOrEqual(100);
        await new Promise((resolve) => setImmediate(resolve));
        taken -= Math.min(wanted, 100);
        giveBack();
        // Given back once, however often it is called.
        giveBack();
      });
      await Promise.all(works);
      expect(order).toEqual(amounts.map((_amount, index) => index));
      (await budget.take(100))();
    }),
    { numRuns: 50 },
  );
});
