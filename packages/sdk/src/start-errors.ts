// What is said when a start is refused or lost: here, by the upstream, or in between.

import { JimengError } from "./errors.ts";
import type { Model } from "./models/model.ts";

/** Says on an error of preparation that nothing was sent. */
export function markRefused<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    throw new JimengError(error.code, error.message, {
      ...error.detail,
      acceptance: "refused",
      charged: "no",
    });
  }
}

/** Says that a start surely cannot be paid; nothing was sent. */
export function unaffordable(price: number, total: number): JimengError {
  return new JimengError(
    "insufficient_credits",
    `The start costs ${price} credits, the account has ${total}.`,
    {
      acceptance: "refused",
      charged: "no",
      fix: "Claim or buy credits, or choose a cheaper resolution.",
    },
  );
}

/** Says that an accepted start named no record. */
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

const retiredSigns = new Set(["1000", "3018"]);
// An entitlement that is missing is often answered as a lack of credits or as risk control.
const membershipSigns = new Set(["1006", "3018", "4013"]);

/** Says what a refusal means for this model, where the upstream only says that something is wrong. */
export function explainRefusal(error: unknown, model: Model): unknown {
  if (!JimengError.isInstance(error)) return error;
  const ret = error.detail.upstream?.ret ?? "";
  // Open question 49: nobody knows whether the old models are still taken.
  if (model.status === "retired" && retiredSigns.has(ret)) {
    return new JimengError("model_unavailable", `${model.id} is retired: ${error.message}`, {
      ...error.detail,
      param: "model",
      fix: "Use a newer model; the site no longer lists this one.",
    });
  }
  if (model.membersOnly === true && membershipSigns.has(ret)) {
    return new JimengError(error.code, error.message, {
      ...error.detail,
      fix: `${model.id} is for members: check the membership on the site.`,
    });
  }
  return error;
}

/** Adds the submit id to the error of a start that may have been taken: the caller may not have chosen it. */
export function nameUncertainStart(error: unknown, submitId: string): unknown {
  if (!JimengError.isInstance(error) || error.detail.acceptance !== "unknown") return error;
  const { code, message, detail, cause } = error;
  return new JimengError(code, message, { charged: "unknown", ...detail, submitId, cause });
}
