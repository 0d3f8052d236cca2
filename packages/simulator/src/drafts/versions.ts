// Compares the versions of drafts and clients.

/** Tells whether a version is older than another one; what is no number counts as 0. */
export function isOlder(version: string, other: string): boolean {
  const parts = version.split(".").map(Number);
  for (const [index, minimum] of other.split(".").map(Number).entries()) {
    const part = parts[index] ?? 0;
    if (part !== minimum) return !(part > minimum);
  }
  return false;
}
