// The error of a request that cannot be met.

import { JimengError } from "@jimeng/sdk";
import type { GenerationKind } from "@jimeng/sdk";

/**
 * An error that the check of a request found. Its `param`, and the words of its message and fix, are the domain's
 * names (`count`, `durationSeconds`); every dialect translates them into its own.
 */
export class RequestError extends JimengError {
  /** The kind of the request. */
  readonly kind: GenerationKind;

  constructor(kind: GenerationKind, cause: JimengError) {
    super(cause.code, cause.message, { ...cause.detail, cause });
    this.kind = kind;
  }
}
