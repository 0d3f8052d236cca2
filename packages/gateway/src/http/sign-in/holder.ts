// Says what a sign-in stores of the key that it was made with.

import { isMadeKey, hashSecret } from "../../keys/key.ts";
import type { Caller } from "../../keys/caller.ts";
import type { SignInHolder } from "../../keys/sign-ins.ts";

/** Returns whose sign-in a presented key makes. */
export function toHolder(caller: Caller, text: string): SignInHolder {
  const isRandom = caller.keyId === null || isMadeKey(text);
  return { keyId: caller.keyId, secretHash: isRandom ? hashSecret(text) : null };
}
