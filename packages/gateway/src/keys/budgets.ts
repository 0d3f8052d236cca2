// Judges the budgets of a key: what is left, when the holder is warned, and what is refused. Pure.

import type { Warning } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { KeyRules } from "./key.ts";
import type { Spend } from "./spend.ts";

/** One budget of a key, in credits. */
export interface Budget {
  period: "day" | "month";
  limit: number;
  spent: number;
}

/** A threshold of a budget that was reached. */
export interface Crossing extends Budget {
  percent: number;
}

type BudgetRules = Pick<KeyRules, "dailyCredits" | "monthlyCredits" | "softLimitPercent">;

/** Returns the budgets of a key. */
export function budgetsOf(rules: BudgetRules, spend: Spend): Budget[] {
  const { dailyCredits, monthlyCredits } = rules;
  const budgets: Budget[] = [];
  if (dailyCredits !== null) budgets.push({ period: "day", limit: dailyCredits, spent: spend.day });
  if (monthlyCredits !== null)
    budgets.push({ period: "month", limit: monthlyCredits, spent: spend.month });
  return budgets;
}

/** What a request would add. */
export interface Expense {
  /** The credits of its jobs whose price is known. */
  credits: number;
  /** The number of its jobs whose price is not known. */
  unpriced: number;
  /** The number of earlier jobs that cost nobody knows what yet. */
  pendingUnpriced: number;
}

/**
 * Throws `budget_exceeded` for what a budget does not allow. A job of unknown price may start while something is left,
 * one at a time: a budget is then overspent by one price that was not known, and no more.
 */
export function checkBudgets(budgets: readonly Budget[], expense: Expense): void {
  const { credits, unpriced, pendingUnpriced } = expense;
  for (const budget of budgets) {
    const left = budget.limit - budget.spent;
    if (credits > 0 && credits > left)
      throw exceeded(budget, `this is expected to cost ${credits}`);
    if (unpriced > 0 && left - credits <= 0) throw exceeded(budget, "nothing is left");
  }
  if (budgets.length > 0 && unpriced > 0 && unpriced + pendingUnpriced > 1) throw priceUnknown();
}

/** Returns the thresholds, the soft limit and the whole budget, that an expense reaches. */
export function crossingsOf(
  budgets: readonly Budget[],
  { softLimitPercent }: BudgetRules,
  added: number,
): Crossing[] {
  const percents = [...new Set([softLimitPercent, 100])];
  return budgets.flatMap((budget) =>
    percents.flatMap((percent) => {
      const threshold = (budget.limit * percent) / 100;
      const spent = budget.spent + added;
      const isReached = budget.spent < threshold && spent >= threshold;
      return isReached ? [{ ...budget, spent, percent }] : [];
    }),
  );
}

const periodWords = { day: "daily", month: "monthly" } as const;

/** Returns a warning for every budget whose soft limit is reached once the credits are added. */
export function warnAboutBudgets(
  budgets: readonly Budget[],
  { softLimitPercent }: BudgetRules,
  added: number,
): Warning[] {
  return budgets.flatMap(({ period, limit, spent }) => {
    const total = spent + added;
    if (total < (limit * softLimitPercent) / 100) return [];
    const message = `This key has used ${total} of the ${limit} credits of its ${periodWords[period]} budget.`;
    return [{ code: "budget_low", message }];
  });
}

function exceeded({ period, limit, spent }: Budget, why: string): ServiceError {
  const message = `The ${periodWords[period]} budget of this key is ${limit} credits, ${spent} are used, and ${why}.`;
  return new ServiceError("budget_exceeded", message, {
    reason: `${periodWords[period]}_credits`,
    charged: "no",
    fix: "Wait for the next period, ask for less, or ask the gateway's owner for a higher budget.",
  });
}

function priceUnknown(): ServiceError {
  const message =
    "The price of this is not known, and another job of this key has an unknown price, too.";
  return new ServiceError("budget_exceeded", message, {
    reason: "price_pending",
    charged: "no",
    fix: "Under a budget such jobs run one after the other: try again once the price of the last one is known, a minute or two after its end.",
  });
}
