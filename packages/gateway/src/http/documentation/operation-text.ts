// What a route's documentation says beside its schemas.

import type { GatewayErrorCode } from "../../api/errors.ts";

/** The families of failures that a route has beside those of every route. */
export type Failures = "making" | "upstream" | "state";

/** The documentation of one route. */
export interface OperationText {
  /** The name that generated clients give to the call. */
  id: string;
  description: string;
  /** Example bodies by name. */
  bodies?: Readonly<Record<string, unknown>>;
  /** The fields of the body that carry files where it is a form; the route takes no form without them. */
  formFiles?: readonly string[];
  /** Further content types of the body, whose bytes are the file. */
  rawTypes?: readonly string[];
  /** Content types of the answers that are not JSON, by status. */
  contentTypes?: Readonly<Record<string, readonly string[]>>;
  failures?: readonly Failures[];
}

/** The documentation of routes, by method and path: `POST /v1/images/generations`. */
export type OperationTexts = Readonly<Record<string, OperationText>>;

/** The codes of each family of failures. */
export const failureCodes: Readonly<Record<Failures, readonly GatewayErrorCode[]>> = {
  making: [
    "model_not_found",
    "model_unavailable",
    "reference_unusable",
    "content_rejected",
    "permission_denied",
    "region_unavailable",
    "risk_controlled",
    "insufficient_credits",
    "budget_exceeded",
    "idempotency_key_reused",
    "generation_failed",
    "generation_timeout",
    "outcome_unknown",
    "overloaded",
    "storage_unavailable",
  ],
  upstream: [
    "session_invalid",
    "rate_limited",
    "connection_failed",
    "unexpected_response",
    "upstream_unavailable",
    "timeout",
  ],
  state: ["conflict"],
};
