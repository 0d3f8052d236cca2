// Tests the clock of a gateway while the machine's own is set.

import { expect, test } from "vitest";

import { createSteadyClock } from "./clock.ts";

const hourMs = 3_600_000;
const start = 1_700_000_000_000;

function make() {
  let wall = start;
  let elapsed = 5;
  const clock = createSteadyClock({ wall: () => wall, elapsed: () => elapsed });
  return {
    clock,
    pass(milliseconds: number) {
      wall += milliseconds;
      elapsed += milliseconds;
    },
    set(milliseconds: number) {
      wall += milliseconds;
    },
  };
}

test("it follows the machine's", () => {
  const { clock, pass } = make();
  expect(clock.now()).toBe(start);
  pass(1500);
  expect(clock.now()).toBe(start + 1500);
});

test("it goes forward with it at once, as after a sleep", () => {
  const { clock, set } = make();
  set(hourMs);
  expect(clock.now()).toBe(start + hourMs);
});

test("it goes on while the machine's is set back, a little slower, until that has caught up", () => {
  const { clock, pass, set } = make();
  set(-hourMs);
  expect(clock.now()).toBe(start);
  pass(1000);
  expect(clock.now()).toBe(start + 900);
  pass(12 * hourMs);
  expect(clock.now()).toBe(start + 1000 + 11 * hourMs);
});
