// Translates accounts and what a check found of them into the published shapes.

import { JimengError } from "@jimeng/sdk";
import type * as z from "zod";

import type { CheckedAccount } from "../../accounts/check.ts";
import type { Health, HealthFacts } from "../../accounts/health/health.ts";
import { recordedFromPrograms } from "../../accounts/recorded.ts";
import type { NewAccount } from "../../accounts/sessions/stored-accounts.ts";
import type { Account } from "../../accounts/account.ts";
import type {
  AccountObject,
  CheckedAccountObject,
  newAccountBodySchema,
} from "../../api/accounts.ts";
import { findCookies, readPastedSession } from "../../config/pasted-session.ts";
import { toErrorObject } from "../errors.ts";
import { toUnixSeconds } from "../values.ts";

/** What is known of an account at the moment. */
export interface AccountState {
  health: Health;
  facts: HealthFacts;
  inFlight: number;
  limits: { model: string; limit: number }[];
}

/** Builds a public account with its state. */
export function toAccountObject(
  { name, region, adopted, stored, sessionEndsAt }: Account,
  { health, facts, inFlight, limits }: AccountState,
): AccountObject {
  const { stop, refusedModels, checked } = facts;
  return {
    name,
    object: "account",
    region,
    adopted,
    stored: stored === true,
    health: health.state,
    until: health.state === "cooling_down" ? toUnixSeconds(health.until) : null,
    problem: stop && {
      code: stop.code,
      ret: stop.upstream?.ret ?? null,
      message: stop.message,
      fix: stop.fix,
    },
    refused_models: refusedModels,
    session_ends_at: toSecondsOrNull(sessionEndsAt),
    checked_at: toSecondsOrNull(checked.at ?? undefined),
    credits: checked.credits === null ? null : { total: checked.credits },
    membership: checked.membership,
    in_flight: inFlight,
    concurrency_limits: limits,
  };
}

/** Reads an account to store: what was pasted may be cookies or a cURL command. Throws `invalid_request`. */
export function readNewAccount(body: z.infer<typeof newAccountBodySchema>): NewAccount {
  const { text, endsAt } = readPastedSession(findCookies(body.session));
  if (text === "") {
    throw new JimengError(
      "invalid_request",
      "There is no cookie sessionid in the copied request.",
      {
        param: "session",
        fix: "Copy a request to the signed-in site itself (jimeng.jianying.com or dreamina.capcut.com), as cURL.",
      },
    );
  }
  return {
    session: text,
    check: body.check ?? true,
    ...(typeof body.name === "string" && { name: body.name }),
    ...(typeof body.region === "string" && { region: body.region }),
    ...(typeof body.proxy === "string" && { proxy: body.proxy }),
    ...(endsAt !== undefined && { endsAt }),
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
