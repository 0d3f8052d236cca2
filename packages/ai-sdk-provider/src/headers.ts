// The headers of a call: lower case, without those that have no value, and the idempotency key among them.

const keyHeader = "idempotency-key";

/** Returns the headers with names in lower case; those without a value and the idempotency key are left out. */
export function toHeaders(
  headers: Record<string, string | undefined> | undefined,
): Record<string, string> {
  const entries = Object.entries(headers ?? {}).flatMap(([name, value]) =>
    value === undefined || name.toLowerCase() === keyHeader
      ? []
      : [[name.toLowerCase(), value] as const],
  );
  return Object.fromEntries(entries);
}

/** Returns the idempotency key that the caller's headers carry. */
export function idempotencyKeyOf(
  headers: Record<string, string | undefined> | undefined,
): string | undefined {
  return Object.entries(headers ?? {}).find(
    ([name, value]) => name.toLowerCase() === keyHeader && value !== undefined,
  )?.[1];
}
