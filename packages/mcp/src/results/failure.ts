// Turns whatever was thrown into the answer of a tool that failed: what happened, whether anything was paid, what to do.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { CallToolResult } from "@modelcontextprotocol/server";

import { toToolResult } from "./tool-result.ts";

/** What a failed tool tells. */
export interface FailureFacts {
  code: string;
  message: string;
  fix?: string | null;
  param?: string | null;
  charged?: string;
  jobId?: string | null;
  requestId?: string | null;
}

/** Thrown by tools for arguments that cannot be met; nothing was started. */
export class ToolFailure extends Error {
  override readonly name = "ToolFailure";
  readonly facts: FailureFacts;

  constructor(facts: FailureFacts) {
    super(facts.message);
    this.facts = { charged: "no", ...facts };
  }
}

/** Returns the failure of arguments that cannot be met. */
export function invalid(param: string, message: string, fix: string): ToolFailure {
  return new ToolFailure({ code: "invalid_request", message, fix, param });
}

/** Reads what is known of a thrown value. */
export function toFailureFacts(error: unknown): FailureFacts {
  if (error instanceof ToolFailure) return error.facts;
  if (error instanceof GatewayError) {
    const { code, message, fix, param, charged, jobId, requestId } = error;
    return { code, message, fix, param, charged, jobId, requestId };
  }
  return {
    code: "internal",
    message: "The tool failed for an unexpected reason.",
    fix: "Call list_jobs to see whether a job was made, before you call it again.",
    charged: "unknown",
  };
}

/** Builds the answer of a tool that failed. */
export function toFailureResult(facts: FailureFacts): CallToolResult {
  const { code, message, fix, param, charged = "unknown", jobId, requestId } = facts;
  const lines = [
    `Failed (${code}): ${message}`,
    `Charged: ${charged}.`,
    ...(fix == null ? [] : [`What to do: ${fix}`]),
    ...(jobId == null ? [] : [`Job: ${jobId}.`]),
    ...(requestId == null ? [] : [`Request: ${requestId}.`]),
  ];
  return toToolResult({
    text: lines.join("\n"),
    structured: {
      ...(jobId == null ? {} : { job_id: jobId }),
      status: "failed",
      error: {
        code,
        message,
        charged,
        ...(fix == null ? {} : { fix }),
        ...(param == null ? {} : { param }),
        ...(requestId == null ? {} : { request_id: requestId }),
      },
    },
    isError: true,
  });
}
