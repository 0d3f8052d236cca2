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
    const near = nearestName(name, Object.keys(known));
    const param = `${path}${name}`;
    throw new JimengError("invalid_request", `"${param}" is not known.`, {
      param,
      fix: near === undefined ? `Use one of: ${Object.keys(known).join(", ")}.` : `Use ${near}.`,
    });
  }
}

/**
 * Returns the known name that a mistyped one is nearest to, whatever their case and separators: one that begins with
 * it or that it begins with, or one with few other letters. Returns undefined when none is near.
 */
function nearestName(name: string, known: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let least = Infinity;
  for (const one of known) {
    const [a, b] = [toLetters(name), toLetters(one)];
    const isBeginning = Math.min(a.length, b.length) > 3 && (a.startsWith(b) || b.startsWith(a));
    const distance = isBeginning ? 1 : countChanges(a, b);
    if (distance < least && distance <= Math.max(a.length, b.length) * nearShare) {
      [nearest, least] = [one, distance];
    }
  }
  return nearest;
}

// `sesionId` for `session` are three letters of eight.
const nearShare = 0.4;

function toLetters(name: string): string {
  return name.toLowerCase().replaceAll(/[_-]/g, "");
}

/** Counts the letters to insert, remove or replace that lead from one name to another. */
export function countChanges(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const letter of from) {
    const above = row;
    row = [(above[0] ?? 0) + 1];
    for (let index = 0; index < to.length; index += 1) {
      row.push(
        Math.min(
          (row[index] ?? 0) + 1,
          (above[index + 1] ?? 0) + 1,
          (above[index] ?? 0) + (to[index] === letter ? 0 : 1),
        ),
      );
    }
  }
  return row[to.length] ?? 0;
}
