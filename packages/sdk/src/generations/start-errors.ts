// The errors of a start that is not sent, or whose answer is lost.

import { JimengError } from "../errors.ts";

/** Runs a preparation and marks its error: nothing was sent. */
export function markRefused<T>(prepare: () => T): T {
  try {
    return prepare();
  } catch (error) {
    throw toRefused(error);
  }
}

/** Marks an error that came before anything was sent. */
export function toRefused(error: unknown): unknown {
  if (!JimengError.isInstance(error)) return error;
  const { code, message, detail } = error;
  return new JimengError(code, message, { ...detail, acceptance: "refused", charged: "no" });
}

/** Makes the error of a start that surely cannot be paid; nothing was sent. */
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

/** Adds the submit id to the error of a start that may have been taken: the caller may not have chosen it. */
export function nameUncertainStart(error: unknown, submitId: string): unknown {
  if (!JimengError.isInstance(error) || error.detail.acceptance !== "unknown") return error;
  const { code, message, detail, cause } = error;
  return new JimengError(code, message, { charged: "unknown", ...detail, submitId, cause });
}
