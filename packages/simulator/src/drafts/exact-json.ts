// Reads and writes JSON whose item ids are 19-digit numbers, which a double would round (picture-tools.md).

interface SourceContext {
  source?: string;
}

/** Turns an integer that a double cannot hold into a bigint of its own digits. */
function keepDigits(_key: string, value: unknown, context?: SourceContext): unknown {
  const source = context?.source ?? "";
  const isRounded = typeof value === "number" && !Number.isSafeInteger(value);
  return isRounded && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

/** Parses JSON; large integers become bigints. Throws a SyntaxError on anything else than JSON. */
export function parseExact(text: string): unknown {
  return JSON.parse(text, keepDigits);
}

/** Writes JSON; bigints become numbers with all their digits. */
export function stringifyExact(value: unknown): string {
  const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "bigint" ? rawJSON(String(part)) : part,
  );
}
