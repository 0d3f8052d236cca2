// The names of keys, for answers that name their owners.

import type { Caller } from "../../../keys/caller.ts";
import type { NameOfKey } from "../../../shapes/native/ledger.ts";
import { toKeyId } from "../../auth.ts";
import type { Services } from "../../services.ts";

/** Returns the names of keys, as far as the caller may know them: its own, or all of them. */
export async function namesOfKeys(services: Services, caller: Caller): Promise<NameOfKey> {
  const { keys, config } = services;
  const names = new Map<string, string | null>(
    (await keys.list()).map(({ id, name }) => [id, name]),
  );
  for (const { name, key } of config.apiKeys) names.set(toKeyId("key", key), name);
  return (keyId) => (keyId === null || !caller.maySee(keyId) ? null : (names.get(keyId) ?? null));
}
