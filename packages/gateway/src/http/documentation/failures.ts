// The failed answers of a route: which codes it may have, by status, each with an example.

import { statusOf, errorTable, toPublicCode } from "../../api/errors.ts";
import type { ErrorBody, GatewayErrorCode } from "../../api/errors.ts";
import type { Scope } from "../../keys/caller.ts";
import { referTo } from "./document.ts";
import type { Answer, Operation } from "./document.ts";
import { failureCodes } from "./operation-text.ts";
import type { OperationText } from "./operation-text.ts";

/** What the message and the fix of an example say. */
const sentences: Partial<Record<GatewayErrorCode, readonly [message: string, fix: string]>> = {
  invalid_request: ["n must be 1 to 10.", "Send a number from 1 to 10, or leave n out."],
  unauthorized: ["No credential was sent.", "Send a gateway key as Authorization: Bearer."],
  forbidden: ["This key may not do this.", "Use a key with the scope of the route."],
  not_found: ["There is no job of this id.", "Check the id; other keys' jobs are not shown."],
  payload_too_large: ["The body is too large.", "Upload files with POST /v1/files first."],
  unsupported_media_type: ["The route takes JSON.", "Send content-type: application/json."],
  internal: ["Something went wrong here.", "Look for the request_id in the gateway's log."],
  model_not_found: ["There is no model of this name.", "GET /v1/models lists the models."],
  model_unavailable: ["The account does not have this model.", "Name another model."],
  reference_unusable: ["The picture cannot be read.", "Send a PNG, JPEG or WebP."],
  content_rejected: ["The site refused the prompt.", "Say it in other words."],
  permission_denied: ["The account may not do this.", "Use an account with a membership."],
  region_unavailable: ["The site does not serve this region.", "Use another account."],
  risk_controlled: ["The site's risk control stopped the account.", "Open the site and look."],
  insufficient_credits: ["The account has too few credits.", "Wait for tomorrow's, or buy some."],
  budget_exceeded: ["It is expected to cost 12 credits.", "Raise max_credits to at least 12."],
  idempotency_key_reused: ["The key came with another request.", "Use a new Idempotency-Key."],
  generation_failed: ["The site could not make it.", "Change the request, then send it again."],
  generation_timeout: ["The site did not finish it.", "POST /v1/jobs/{id}/recheck looks again."],
  outcome_unknown: ["Nobody knows whether it started.", "Look at the site's own list first."],
  overloaded: ["Too many jobs wait.", "Try again after the time in Retry-After."],
  storage_unavailable: ["The disk is full.", "Make room in the data folder."],
  session_invalid: ["The account's session is dead.", "Sign in again and set JIMENG_SESSIONS."],
  rate_limited: ["The site asks to slow down.", "Try again after the time in Retry-After."],
  connection_failed: ["The site cannot be reached.", "Check the network and HTTPS_PROXY."],
  unexpected_response: ["The site's answer cannot be read.", "Try again; then report it."],
  upstream_unavailable: ["The site does not answer.", "Try again in a minute."],
  timeout: ["The site answered too late.", "Try again in a minute."],
  conflict: ["The job has not ended.", "Wait until it has, or cancel it."],
};

const retryableStatuses: ReadonlySet<number> = new Set([429, 500, 502, 503, 504]);

/** Returns the codes that a route may answer with. */
export function codesOf(
  path: string,
  operation: Operation,
  scope: Scope,
  { failures = [], rawTypes, formFiles }: Partial<OperationText>,
): GatewayErrorCode[] {
  const hasBody = operation.requestBody !== undefined || (rawTypes ?? formFiles) !== undefined;
  const hasInput = hasBody || (operation.parameters ?? []).length > 0;
  const codes: GatewayErrorCode[] = [
    ...(hasInput ? (["invalid_request"] as const) : []),
    ...(scope === "public" ? [] : (["unauthorized"] as const)),
    // Web pages of other origins are refused on every route.
    "forbidden",
    ...(path.includes("{") ? (["not_found"] as const) : []),
    ...(hasBody ? (["payload_too_large", "unsupported_media_type"] as const) : []),
    ...failures.flatMap((family) => failureCodes[family]),
    "internal",
  ];
  return [...new Set(codes)];
}

/** Returns the failed answers of a route by status. */
export function toFailedAnswers(codes: readonly GatewayErrorCode[]): Record<string, Answer> {
  const byStatus = Map.groupBy(codes, (code) => statusOf(code));
  return Object.fromEntries(
    [...byStatus].map(([status, list]) => [
      `${status}`,
      {
        description: list.map((code) => `\`${toPublicCode(code)}\``).join(", "),
        headers: { "x-request-id": { $ref: "#/components/headers/RequestId" } },
        content: {
          "application/json": {
            schema: referTo("ErrorBody"),
            examples: Object.fromEntries(
              list.map((code) => [code, { $ref: `#/components/examples/${code}` }]),
            ),
          },
        },
      },
    ]),
  );
}

/** Returns the examples of these codes, as components. */
export function failureExamples(
  codes: readonly GatewayErrorCode[],
): Record<string, { summary: string; value: ErrorBody }> {
  return Object.fromEntries(
    codes.map((code) => {
      const [message, fix] = sentences[code] ?? [`The code ${code}.`, "See docs/http-api.md."];
      const { status, type } = errorTable[code];
      const error = {
        message,
        type,
        param: code === "invalid_request" ? "n" : null,
        code: toPublicCode(code),
        retryable: retryableStatuses.has(status),
        charged: "no" as const,
        job_id: null,
        request_id: "req_0198f3a2-7c11-7d20-9a3e-5f0c2b7d4e61",
        upstream: null,
        fix,
      };
      return [code, { summary: message, value: { error } }];
    }),
  );
}
