// Keeps numbers that JavaScript would change, such as ids of 19 digits: a text stands for each until the JSON is written.

/** The digits of numbers by the texts that stand for them; a text occurs once. */
export type ExactNumbers = ReadonlyMap<string, string>;

// A string is one token, so that digits inside it are left alone.
const tokens = /"[^"\\]*(?:\\[^][^"\\]*)*"|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** Parses JSON; a text that occurs nowhere else stands for each number that would not be written as it was read. */
export function parseExactly(json: string): { value: unknown; numbers: ExactNumbers } {
  const numbers = new Map<string, string>();
  const marked = json.replaceAll(tokens, (token) => {
    if (token.startsWith('"') || String(Number(token)) === token) return token;
    const mark = crypto.randomUUID();
    numbers.set(mark, token);
    return `"${mark}"`;
  });
  return { value: JSON.parse(marked), numbers };
}

/** Returns a text that stands for an id which is sent as a number, and notes its digits. */
export function markNumber(digits: string, id: () => string, numbers: Map<string, string>): string {
  const mark = id();
  numbers.set(mark, digits);
  return mark;
}

/** Writes JSON, with the digits of numbers in the place of the texts that stand for them. */
export function stringifyExactly(value: unknown, numbers: ExactNumbers = new Map()): string {
  let json = JSON.stringify(value);
  for (const [mark, digits] of numbers) json = json.replace(`"${mark}"`, digits);
  return json;
}
