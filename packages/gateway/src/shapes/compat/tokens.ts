// The shapes that clients of existing jimeng gateways expect of the token routes.

import type { Balance } from "../../accounts/credits.ts";

const shownCharacters = 4;
// Four characters would be most of a shorter text.
const minShownLength = 16;

/** A balance in the words of the token routes. */
export interface TokenPoints {
  giftCredit: number;
  purchaseCredit: number;
  vipCredit: number;
  totalCredit: number;
}

/** Shows enough of a token to tell one's own tokens apart, and too little to use it. */
export function maskToken(token: string): string {
  return token.length < minShownLength ? "…" : `${token.slice(0, shownCharacters)}…`;
}

/** Builds the points of a balance. */
export function toPoints({ byType, total }: Balance): TokenPoints {
  return {
    giftCredit: byType.gift,
    purchaseCredit: byType.purchased,
    vipCredit: byType.vip,
    totalCredit: total,
  };
}
