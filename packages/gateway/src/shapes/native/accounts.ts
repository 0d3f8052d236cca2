// Translates accounts and what a check found of them into the published shapes.

import type { CheckedAccount } from "../../accounts/check.ts";
import type { Health } from "../../accounts/health.ts";
import { recordedFromPrograms } from "../../accounts/recorded.ts";
import type { Account } from "../../accounts/account.ts";
import type { AccountObject, CheckedAccountObject } from "../../api/accounts.ts";
import { toErrorObject } from "../errors.ts";
import { toUnixSeconds } from "../values.ts";

/** Builds a public account with its health and the number of its generations in flight. */
export function toAccountObject(
  { name, region, adopted, sessionEndsAt }: Account,
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
    session_ends_at: toSecondsOrNull(sessionEndsAt),
    in_flight: inFlight,
  };
}

/** Builds the public result of a check. */
export function toCheckedObject(checked: CheckedAccount, requestId: string): CheckedAccountObject {
  const { user, credits, error, sessionEndsAt, ...same } = checked;
  return {
    ...same,
    user: user && { id: user.id, name: user.name, avatar_url: user.avatarUrl },
    credits: credits === null ? null : { total: credits },
    session_ends_at: toSecondsOrNull(sessionEndsAt),
    from_programs: recordedFromPrograms[checked.region],
    error: error && toErrorObject(error, { requestId }),
  };
}

function toSecondsOrNull(milliseconds: number | undefined): number | null {
  return milliseconds === undefined ? null : toUnixSeconds(milliseconds);
}
