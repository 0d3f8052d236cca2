// What the cards of accounts say: pure, so that it is tested without a page.

import type { AccountObject, Balance } from "@jimeng/gateway/api";
import { GatewayError } from "@jimeng/gateway/api/client";

/** How a state of health is shown. */
export type HealthTone = "good" | "warn" | "bad";

const tones: Readonly<Record<AccountObject["health"], HealthTone>> = {
  ok: "good",
  expiring: "warn",
  expired: "bad",
  cooling_down: "warn",
  blocked: "bad",
};

/** Returns the tone of a state of health. */
export function toneOf(health: AccountObject["health"]): HealthTone {
  return tones[health];
}

/** Returns the seconds until a time; null for none, and for one that has passed. */
export function secondsUntil(at: number | null, now: number): number | null {
  return at === null || at <= now ? null : at - now;
}

/** Returns what expires soonest, at most `count` of it; what never expires is left out. */
export function soonestExpiries(
  { expiring }: Pick<Balance, "expiring">,
  count: number,
): { amount: number; expiresAt: number }[] {
  return expiring
    .flatMap(({ amount, expires_at: expiresAt }) =>
      expiresAt === null || amount <= 0 ? [] : [{ amount, expiresAt }],
    )
    .toSorted((one, other) => one.expiresAt - other.expiresAt)
    .slice(0, count);
}

const forbidden = 403;

/** Tells whether a caller may not do this at all. */
export function isForbidden(error: unknown): boolean {
  return error instanceof GatewayError && error.status === forbidden;
}

/** Returns a path of this page from the address's `return`; the root for everything else. */
export function returnPath(search: string): string {
  const path = new URLSearchParams(search).get("return") ?? "/";
  const isOwn = /^\/(?![/\\])/.test(path) && !path.startsWith("/sign-in");
  return isOwn ? path : "/";
}
