// The files of OpenAI's batches: those of results have ids that name their batch, and are written when they are read.

import { fromErrorRecord } from "@jimeng/sdk";

import { errorTable } from "../../api/errors.ts";
import type { ErrorBody, ErrorObject } from "../../api/errors.ts";
import type { FileObject } from "../../api/files.ts";
import type { ImageBody } from "../../api/images.ts";
import type { Batch, LineState } from "../../batches/batch.ts";
import type { LineResult } from "../../batches/results.ts";
import type { Job } from "../../jobs/job.ts";
import { toErrorObject, toJobError } from "../errors.ts";
import { openaiDialect } from "../openai/names.ts";
import { toPictureOutput } from "../openai/output-format.ts";
import type { PictureOutput } from "../openai/output-format.ts";
import { toUnixSeconds } from "../values.ts";

/** The file of the lines that completed, and that of the others. */
export type OutputKind = "output" | "errors";

const fileId = /^file_(batch_[\w-]+)_(output|errors)$/;

/** Returns the id of a batch's file. */
export function toOutputFileId(batchId: string, kind: OutputKind): string {
  return `file_${batchId}_${kind}`;
}

/** Returns the batch and the file that an id names; undefined for any other id. */
export function parseOutputFileId(id: string): { batchId: string; kind: OutputKind } | undefined {
  const [, batchId, kind] = fileId.exec(id) ?? [];
  return batchId === undefined ? undefined : { batchId, kind: kind as OutputKind };
}

/** The states of the lines that stand in a file. */
export const linesOfOutput: Readonly<Record<OutputKind, readonly LineState[]>> = {
  output: ["completed"],
  errors: ["failed", "cancelled"],
};

/** Returns the name that a file is saved under. */
function toOutputFileName(batchId: string, kind: OutputKind): string {
  return `${batchId}_${kind}.jsonl`;
}

/** Builds what stands before and behind the body of a line that completed. */
export function frameOfOutput(
  { line }: LineResult,
  batchId: string,
): { head: string; tail: string } {
  const id = JSON.stringify(toRequestId(batchId, line.number));
  const customId = JSON.stringify(line.customId);
  const response = `{"status_code":200,"request_id":${id},"body":`;
  return {
    head: `{"id":${id},"custom_id":${customId},"response":${response}`,
    tail: `},"error":null}\n`,
  };
}

/** Builds the line of one that did not complete: with the answer of its route, or why it was never asked. */
export function toErrorLine({ line, jobs }: LineResult, batchId: string): string {
  const id = toRequestId(batchId, line.number);
  const failure = failureOf(line, jobs);
  if (failure === undefined) {
    const error = { code: "cancelled", message: "The batch was cancelled before its turn." };
    return `${JSON.stringify({ id, custom_id: line.customId, response: null, error })}\n`;
  }
  const { status, error } = failure;
  const body: ErrorBody = { error };
  const response = { status_code: status, request_id: id, body };
  return `${JSON.stringify({ id, custom_id: line.customId, response, error: null })}\n`;
}

function toRequestId(batchId: string, number: number): string {
  return `batch_req_${batchId.replace(/^batch_/, "")}_${number}`;
}

function failureOf(
  { error }: LineResult["line"],
  jobs: readonly Job[],
): { status: number; error: ErrorObject } | undefined {
  if (error !== null) {
    const thrown = fromErrorRecord(error);
    return {
      status: errorTable[thrown.code].status,
      error: toErrorObject(thrown, { requestId: null }),
    };
  }
  const job = jobs.find(({ status }) => status === "failed" || status === "cancelled");
  if (job === undefined) return undefined;
  const thrown = toJobError(job, openaiDialect);
  return {
    status: errorTable[thrown.code].status,
    error: toErrorObject(thrown, { requestId: null, jobId: job.id }),
  };
}

/** What the answer to a line depends on beside its jobs. */
export interface AnswerForm {
  url: string;
  /** The model as the caller named it. */
  model: string | undefined;
  wantsBase64: boolean;
  /** The format that the pictures are wanted in. */
  output: PictureOutput | null;
}

/** Reads from a stored line, which was checked when it came, how it is answered. */
export function toAnswerForm(content: string): AnswerForm {
  const { url, body = {} } = JSON.parse(content) as { url?: string; body?: Partial<ImageBody> };
  const isPicture = url?.startsWith("/v1/images/") === true;
  return {
    url: url ?? "/v1/jobs",
    model: body.model ?? undefined,
    wantsBase64: body.response_format === "b64_json",
    output: isPicture ? toPictureOutput(body, []) : null,
  };
}

/** Builds the public facts of a batch's file. Its length is not known before it is read. */
export function toOutputFileObject(batch: Batch, kind: OutputKind): FileObject {
  return {
    id: toOutputFileId(batch.id, kind),
    object: "file",
    bytes: 0,
    created_at: toUnixSeconds(batch.endedAt ?? batch.createdAt),
    expires_at: null,
    filename: toOutputFileName(batch.id, kind),
    purpose: "batch_output",
    status: "processed",
    jimeng: {
      kind: "text",
      content_type: "application/jsonl",
      width: null,
      height: null,
      duration_seconds: null,
      sha256: "",
      warnings: [],
    },
  };
}
