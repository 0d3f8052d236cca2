// Makes text that came from elsewhere safe to show: no control characters, and no longer than is useful.

// Tabs and line ends stay; other control characters steer terminals or hide text.
// oxlint-disable-next-line no-control-regex
const control = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Returns a text without control characters. */
export function harmless(text: string): string {
  return text.replaceAll(control, "");
}

/** Returns a value with every text in it made harmless. */
export function harmlessValue<Value>(value: Value): Value {
  if (typeof value === "string") return harmless(value) as Value;
  if (Array.isArray(value)) return value.map((entry: unknown) => harmlessValue(entry)) as Value;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([name, entry]: [string, unknown]) => [
    name,
    harmlessValue(entry),
  ]);
  return Object.fromEntries(entries) as Value;
}

/** Returns at most so many characters of a text, and shows where it was cut. */
export function shortened(text: string, length: number): string {
  const characters = Array.from(text);
  return characters.length <= length ? text : `${characters.slice(0, length - 1).join("")}…`;
}
