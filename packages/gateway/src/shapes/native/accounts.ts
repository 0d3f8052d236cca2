// Translates accounts and what a check found of them into the published shapes.

import type { CheckedAccount } from "../../accounts/check.ts";
import type { Health } from "../../accounts/health.ts";
import type { Account } from "../../accounts/account.ts";
import type { AccountObject, CheckedAccountObject } from "../../api/accounts.ts";
import { toErrorObject } from "../errors.ts";
import { toUnixSeconds } from "../values.ts";

/** Builds a public account with its health and the number of its generations in flight. */
export function toAccountObject(
  { name, region, adopted }: Account,
  health: Health,
  inFlight: number,
): AccountObject {
  return {
    name,
    object: "account",
    region,
    adopted,
    health: health.state,
    until: health.state === "cooling_down" ? toUnixSeconds(health.until) : null,
    in_flight: inFlight,
  };
}

/** Builds the public result of a check. */
export function toCheckedObject(checked: CheckedAccount, requestId: string): CheckedAccountObject {
  const { user, credits, error, ...same } = checked;
  return {
    ...same,
    user: user && { id: user.id, name: user.name, avatar_url: user.avatarUrl },
    credits: credits === null ? null : { total: credits },
    error: error && toErrorObject(error, { requestId }),
  };
}
