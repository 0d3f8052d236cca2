// What the owner of an account can do after a refusal, by the answer of the site.

import type { JimengError } from "@jimeng/sdk";

/** Ret of a punished account: only its owner can tell when that is over. */
export const punishedRet = "1018";
/** Ret of the international site for a call that is not from its own page; the account's reads go on. */
export const notFromPageRet = "-6";
/** Ret of a refusal for want of a membership, or by risk control; the sdk tells them apart by the membership. */
export const suspiciousRet = "4013";

/** Returns what the owner can do, in one sentence; null where the error itself says nothing either. */
export function adviceFor(name: string, { code, detail }: JimengError): string | null {
  if (code !== "risk_controlled") return detail.fix ?? null;
  switch (detail.upstream?.ret) {
    case punishedRet:
      return `Look on the site when the punishment ends, then run jimeng account check ${name}: nothing is started before.`;
    case notFromPageRet:
      return `The international site accepts starts from its own page only: make this one there. Reads go on; jimeng account check ${name} lets starts be tried again.`;
    default:
      return "See in a browser that the account works on the site, and send fewer jobs through it. Its starts go on by themselves after the pause; do not repeat them before.";
  }
}
