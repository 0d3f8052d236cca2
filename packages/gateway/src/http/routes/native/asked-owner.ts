// Decides whose jobs or files a list shows.

import { ServiceError } from "../../../errors.ts";
import type { Caller } from "../../../keys/caller.ts";

/** Returns the owner that a list is narrowed to; undefined for all. Throws `forbidden` for another's key. */
export function ownerAskedFor(
  caller: Caller,
  key: string | undefined,
  what: "jobs" | "files",
): string | null | undefined {
  const own = caller.listKeyId();
  if (key === undefined || key === own) return own;
  if (caller.seesEverything) return key;
  throw new ServiceError("forbidden", `Another key's ${what} are not yours to see.`, {
    param: "key",
    fix: `Leave the parameter out: only your own ${what} are listed.`,
  });
}
