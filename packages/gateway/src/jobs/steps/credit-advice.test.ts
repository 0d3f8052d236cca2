// Tests that a start called unpayable is told apart: too few credits, or no right to the model.

import { JimengError } from "@jimeng/sdk";
import { describe, expect, test } from "vitest";

import { creditsOf } from "../../testing/fake-account-client.ts";
import { explainMissingCredits } from "./credit-advice.ts";

const refused = new JimengError("insufficient_credits", "not enough", {
  upstream: { ret: "1006" },
  fix: "Claim or buy credits.",
  charged: "no",
});
const fixOf = (balance: ReturnType<typeof creditsOf> | undefined, expected: number | null) =>
  explainMissingCredits(refused, { model: "jimeng-4.0", balance, expected }).detail.fix;

describe("the fix of a start that the upstream calls unpayable", () => {
  test("names both where the balance is not known", () => {
    expect(fixOf(undefined, 8)).toMatch(/Look at the balance.*needs a membership/);
  });

  test("names the credits where there are none, or fewer than expected", () => {
    expect(fixOf(creditsOf(0, 0, 0), null)).toMatch(/no credits left/);
    expect(fixOf(creditsOf(0, 0, 5), 8)).toBe(
      "The account has 5 credits (5 of them gifts), and this is expected to cost 8: get more, or ask for less.",
    );
  });

  test("names the membership where there are enough", () => {
    expect(fixOf(creditsOf(0, 0, 50), 8)).toMatch(/^The account has 50 credits.*membership/);
    expect(fixOf(creditsOf(0, 0, 50), null)).toMatch(/membership/);
  });

  test("stays where the sdk has named the membership, and other errors stay as they are", () => {
    const facts = { model: "jimeng-video-seedance-2.0-vip", balance: undefined, expected: null };
    expect(explainMissingCredits(refused, facts)).toBe(refused);
    const other = new JimengError("content_rejected", "no");
    expect(explainMissingCredits(other, { ...facts, model: "jimeng-4.0" })).toBe(other);
  });
});
