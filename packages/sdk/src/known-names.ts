// Refuses properties that nothing reads: a misspelt one would be left out silently, and paid for.

import { JimengError } from "./errors.ts";

/** The names of all properties of a type. */
export type NamesOf<T> = Readonly<Record<keyof T, true>>;

/**
 * Throws `invalid_request` for the first property that is not among the known names, with those names as the fix.
 * Properties that are undefined are not given. `path` is put before the name in the error's param.
 */
export function refuseUnknownNames(value: object, known: object, path = ""): void {
  for (const [name, given] of Object.entries(value)) {
    if (given === undefined || Object.hasOwn(known, name)) continue;
    const near = Object.keys(known).find((one) => isNear(one, name));
    const param = `${path}${name}`;
    throw new JimengError("invalid_request", `"${param}" is not known.`, {
      param,
      fix: near === undefined ? `Use one of: ${Object.keys(known).join(", ")}.` : `Use ${near}.`,
    });
  }
}

/** Tells whether two names differ in case and separators only, or by one letter. */
function isNear(known: string, name: string): boolean {
  const [one, other] = [known, name].map((text) => text.toLowerCase().replaceAll(/[_-]/g, ""));
  if (one === undefined || other === undefined) return false;
  let start = 0;
  while (start < one.length && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < one.length - start && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  // What is left between the common beginning and end: a letter more, less or changed, or two swapped.
  const [left, right] = [one, other].map(({ length }) => length - start - end);
  return Math.max(left ?? 0, right ?? 0) <= (one.length === other.length ? 2 : 1);
}
