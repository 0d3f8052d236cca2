// Builds the errors of jobs that end although the upstream may still have, or get, their result.

import { JimengError } from "@jimeng/sdk";
import type { Charged } from "@jimeng/sdk";

/** Returns the error of a start of which nobody knows whether the upstream took it. */
export function outcomeUnknown(charged: Charged = "unknown"): JimengError {
  return new JimengError(
    "outcome_unknown",
    charged === "unknown"
      ? "It is not known whether the upstream took this generation."
      : "The upstream charged for this generation and does not show it.",
    {
      charged,
      fix: "Recheck the job, or look for the result on the site, before asking for it again.",
    },
  );
}

/** Returns the error of a passed deadline; the operation is kept, so a late result can still be had. */
export function generationTimeout(): JimengError {
  return new JimengError("generation_timeout", "The upstream did not finish before the deadline.", {
    charged: "unknown",
    fix: "Recheck the job later: the upstream may still be making it.",
  });
}
