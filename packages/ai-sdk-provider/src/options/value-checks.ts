// The checks of single values: each returns what the value must be, or undefined where it is that.

import type { ValueCheck } from "./check-options.ts";

/** Checks for a text that is not empty. */
export const text: ValueCheck = (value) =>
  typeof value === "string" && value !== "" ? undefined : "a text";

/** Checks for true or false. */
export const bool: ValueCheck = (value) =>
  typeof value === "boolean" ? undefined : "true or false";

/** Checks for a list of texts. */
export const texts: ValueCheck = (value) =>
  Array.isArray(value) && value.every((entry) => text(entry) === undefined)
    ? undefined
    : "a list of texts";

/** Checks for an object whose values are texts. */
export const record: ValueCheck = (value) =>
  typeof value === "object" &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((entry) => typeof entry === "string")
    ? undefined
    : "an object of texts";

/** Makes a check for a number in a range. */
export function number(min: number, max = Number.POSITIVE_INFINITY): ValueCheck {
  return (value) =>
    typeof value === "number" && value >= min && value <= max
      ? undefined
      : `a number ${rangeText(min, max)}`;
}

/** Makes a check for a whole number in a range. */
export function integer(min: number, max = Number.POSITIVE_INFINITY): ValueCheck {
  const check = number(min, max);
  return (value) =>
    Number.isInteger(value) && check(value) === undefined
      ? undefined
      : `a whole number ${rangeText(min, max)}`;
}

/** Makes a check for one of some words. */
export function oneOf(...words: string[]): ValueCheck {
  return (value) => (words.includes(value as string) ? undefined : words.join(" or "));
}

function rangeText(min: number, max: number): string {
  return max === Number.POSITIVE_INFINITY ? `of at least ${min}` : `from ${min} to ${max}`;
}
