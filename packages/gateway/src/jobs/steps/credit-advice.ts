// Says what to do where the upstream calls a start unpayable: its code 1006 means too few credits, or no right to the
// model or resolution (docs/upstream/generate.md), and gifts do not pay for every video.

import { JimengError, findModel } from "@jimeng/sdk";
import type { Credits } from "@jimeng/sdk";

const unpayable = "1006";
const noRight =
  "the model or resolution probably needs a membership, or takes no credits that were a gift";

/**
 * Returns the error with a fix that tells missing credits from a missing membership, by the balance that was read in
 * the last 30 s, if one was. The error of a model for members names the membership already and stays.
 */
export function explainMissingCredits(
  error: JimengError,
  facts: { model: string; balance: Credits | undefined; expected: number | null },
): JimengError {
  const { model, balance, expected } = facts;
  if (error.detail.upstream?.ret !== unpayable || findModel(model)?.membersOnly === true)
    return error;
  const fix = adviceOf(balance, expected);
  return new JimengError(error.code, error.message, { ...error.detail, fix, cause: error });
}

function adviceOf(balance: Credits | undefined, expected: number | null): string {
  if (balance === undefined) {
    return `Look at the balance (GET /v1/credits, jimeng credits): where it is enough, ${noRight}.`;
  }
  const { total, byType } = balance;
  if (total === 0) return "The account has no credits left: get some, or use another account.";
  const held = `The account has ${total} credits (${byType.gift} of them gifts)`;
  if (expected !== null && total < expected) {
    return `${held}, and this is expected to cost ${expected}: get more, or ask for less.`;
  }
  return `${held}: if that is enough, ${noRight}.`;
}
