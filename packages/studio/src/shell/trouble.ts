// Why no account can start anything now.

import type { AccountObject } from "@jimeng/gateway/api";

/** What stands in the way of every account. */
export interface Trouble {
  kind: "cooling_down" | "no_credits" | "expired" | "blocked";
  /** When it ends by itself, in Unix seconds; null where it does not. */
  until: number | null;
}

/** Returns what stands in the way; null while an account can start something, and where there is none. */
export function findTrouble(accounts: readonly AccountObject[]): Trouble | null {
  const troubles = accounts.map(troubleOf);
  if (troubles.includes(null)) return null;
  const found = troubles.flatMap((trouble) => trouble ?? []);
  const pausing = found.filter(({ kind }) => kind === "cooling_down");
  const [soonest] = pausing.toSorted((one, other) => (one.until ?? 0) - (other.until ?? 0));
  return soonest ?? found.find(({ kind }) => kind === "no_credits") ?? found[0] ?? null;
}

function troubleOf({ health, until, credits }: AccountObject): Trouble | null {
  if (health === "cooling_down" || health === "expired" || health === "blocked")
    return { kind: health, until };
  return credits !== null && credits.total <= 0 ? { kind: "no_credits", until: null } : null;
}
