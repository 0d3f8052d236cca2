// What a paid start needs besides its request, loaded before it is sent: its call, and the reading of its answer.

import { JimengError } from "../errors.ts";
import type { Model } from "../models/model.ts";

export { parseStartedRecord, parseStartRefusal } from "../wire/start/generate-answer.ts";
export { generateCall } from "../wire/start/generate-call.ts";
export { readSourceVideo } from "./source-video.ts";

/** Makes the error of an accepted start without a record. */
export function noRecord(logid: string | null): JimengError {
  return new JimengError(
    "unexpected_response",
    "The upstream accepted the start but named no record.",
    {
      acceptance: "unknown",
      charged: "unknown",
      upstream: { ret: "0", ...(logid === null ? {} : { logid }) },
      fix: "Look it up by submit id before starting anything again.",
    },
  );
}

const notAvailable = "2061";
const suspicious = "4013";
const retiredSigns = new Set(["1000", "3018"]);
// The upstream often answers a missing membership as a lack of credits or as risk control.
const membershipSigns = new Set(["1006", "3018", "4013"]);

/** The part of the account's credits that tells its membership. */
interface Membership {
  readonly isMember: boolean | undefined;
  retrieve(options: { fresh: boolean }): Promise<unknown>;
}

/**
 * Adds to a refusal what it means for this model, where the upstream's answer is unspecific. What 4013 means depends on
 * the account's membership: the balance, which shows it, is then read, free of charge.
 */
export async function explainRefusal(
  error: unknown,
  model: Model | undefined,
  membership: Membership,
): Promise<unknown> {
  const isSuspicious = JimengError.isInstance(error) && error.detail.upstream?.ret === suspicious;
  if (isSuspicious && model?.membersOnly === true) {
    // Where it cannot be read, what was read before counts.
    await membership.retrieve({ fresh: true }).catch(() => undefined);
  }
  return explain(error, model, membership.isMember);
}

function explain(error: unknown, model: Model | undefined, isMember: boolean | undefined): unknown {
  if (!JimengError.isInstance(error)) return error;
  const ret = error.detail.upstream?.ret ?? "";
  if (ret === notAvailable) {
    return new JimengError(error.code, error.message, { ...error.detail, param: "model" });
  }
  if (model === undefined) return error;
  // Entitlement first: a VIP key on an account without membership is answered 4013 (errors.md [L]).
  if (ret === suspicious && model.membersOnly === true && isMember === false) {
    const words = `${model.id} is for members, and this account has no membership: ${error.message}`;
    return new JimengError("permission_denied", words, {
      ...error.detail,
      param: "model",
      fix: "Choose a model without VIP in its name, or become a member on the site.",
    });
  }
  // It is unknown whether the upstream still accepts the old models (open question 49).
  if (model.status === "retired" && retiredSigns.has(ret)) {
    return new JimengError("model_unavailable", `${model.id} is retired: ${error.message}`, {
      ...error.detail,
      param: "model",
      fix: "Use a newer model; the site no longer lists this one.",
    });
  }
  if (model.membersOnly === true && isMember !== true && membershipSigns.has(ret)) {
    return new JimengError(error.code, error.message, {
      ...error.detail,
      fix: `${model.id} is for members: check the membership on the site.`,
    });
  }
  return error;
}
