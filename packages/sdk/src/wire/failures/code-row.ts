// The rows of the code tables.

import type { Charged, ErrorCode, JimengErrorDetail } from "../../errors.ts";

/** One row of a code table. */
export interface CodeMeaning {
  code: ErrorCode;
  summary: string;
  stage?: JimengErrorDetail["stage"];
  charged?: Charged;
  fix?: string;
  /** Whether sources contradict each other, so that the message's words decide. */
  ambiguous?: boolean;
}

type Extra = Pick<CodeMeaning, "stage" | "charged" | "fix" | "ambiguous">;

/** Makes one row of a code table; the comment before it names its confidence (docs/upstream/README.md) and its sources. */
export function row(code: ErrorCode, summary: string, extra: Extra = {}): CodeMeaning {
  return { code, summary, ...extra };
}
