// The answer about a job, the same for every tool: first a text that says all of it, then small pictures, then links.

import { hasJobEnded, toGatewayError } from "@jimeng/gateway/api/client";
import type { AssetObject, JobObject } from "@jimeng/gateway/api";
import type { CallToolResult, ResourceLink } from "@modelcontextprotocol/server";

import type { ToolCall } from "../tools/tool.ts";
import { describeJobs } from "./job-text.ts";
import { toPreviews } from "./previews.ts";
import type { JobsOutcome, StructuredJob } from "./structured-job.ts";
import { toToolResult } from "./tool-result.ts";

const pollAfterSeconds = { image: 5, video: 30, audio: 10 } as const;

/** Builds the answer about jobs, with previews of what is there. */
export async function toJobResult(call: ToolCall, outcome: JobsOutcome): Promise<CallToolResult> {
  const { shownAddress } = call.face;
  const assets = assetsOf(outcome.jobs).map((asset) => ({
    ...asset,
    url: shownAddress(asset.url),
  }));
  const isOver = outcome.jobs.every(hasJobEnded);
  const previews = isOver ? await toPreviews(call, assets) : [];
  const structured = toStructured(outcome, assets);
  const failed = failureOf(outcome.jobs);
  return toToolResult({
    text: describeJobs(outcome, structured),
    structured: { ...structured },
    content: [...previews, ...assets.map(toLink)],
    isError: failed !== undefined,
  });
}

/** Returns the structured part of an answer about jobs with these results. */
function toStructured(
  { jobs, joined, saved }: JobsOutcome,
  assets: readonly AssetObject[],
): StructuredJob {
  const [first] = jobs;
  if (first === undefined) throw new Error("An answer about no job.");
  const current = jobs.find((job) => !hasJobEnded(job)) ?? failureOf(jobs) ?? first;
  const jobId = jobs.map(({ id }) => id).join(",");
  const error = failureOf(jobs)?.error;
  return {
    job_id: jobId,
    status: current.status,
    phase: current.phase,
    progress: Math.floor(sum(jobs.map(({ progress }) => progress)) / jobs.length),
    queue: current.queue,
    model: first.model,
    ...(joined === true ? { joined } : {}),
    assets: assets.map((asset) => toAsset(asset, saved?.paths.get(asset.id))),
    cost: toCost(jobs),
    warnings: [
      ...new Set(jobs.flatMap(({ warnings }) => warnings.map(({ message }) => message))),
      ...(saved?.problems ?? []),
    ],
    ...(error == null ? {} : { error: toError(error) }),
    ...(hasJobEnded(current)
      ? {}
      : {
          next: {
            tool: "wait_for_job",
            arguments: { job_id: jobId },
            after_seconds: pollAfterSeconds[current.kind],
          },
        }),
  };
}

/** Returns the stored results of jobs that can be read. */
export function assetsOf(jobs: readonly JobObject[]): AssetObject[] {
  return jobs
    .flatMap(({ result }) => result?.assets ?? [])
    .filter((asset) => asset.trashed_at === null && asset.deleted_at === null);
}

/** Returns the first job that ended without a result. */
function failureOf(jobs: readonly JobObject[]): JobObject | undefined {
  if (!jobs.every(hasJobEnded)) return undefined;
  return jobs.find(({ status }) => status !== "completed");
}

function toAsset(asset: AssetObject, localPath: string | undefined): Record<string, unknown> {
  const { id, url, content_type, width, height, bytes, duration_seconds } = asset;
  return {
    id,
    url,
    content_type,
    width,
    height,
    bytes,
    ...(duration_seconds === null ? {} : { duration_seconds }),
    ...(localPath === undefined ? {} : { local_path: localPath }),
  };
}

function toCost(jobs: readonly JobObject[]): Record<string, unknown> {
  const states = new Set(jobs.map(({ cost }) => cost.state));
  return {
    estimated: total(jobs.map(({ cost }) => cost.estimated)),
    charged: total(jobs.map(({ cost }) => cost.charged)),
    refunded: total(jobs.map(({ cost }) => cost.refunded)),
    state: states.size === 1 ? [...states][0] : "not_settled",
  };
}

function toError(body: NonNullable<JobObject["error"]>): Record<string, unknown> {
  const { message, fix, charged } = body;
  const { code } = toGatewayError(body);
  return { code, message, charged, ...(fix === null ? {} : { fix }) };
}

/** Adds numbers up; null where one is not known. */
function total(numbers: readonly (number | null)[]): number | null {
  return numbers.some((number) => number === null)
    ? null
    : sum(numbers.map((number) => number ?? 0));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((one, other) => one + other, 0);
}

/** Returns the link to a stored result; the host reads it through this server. */
function toLink(asset: AssetObject): ResourceLink {
  const size = asset.width === null ? "" : ` ${asset.width}x${asset.height}`;
  return {
    type: "resource_link",
    uri: `jimeng://assets/${asset.id}`,
    name: asset.id,
    mimeType: asset.content_type,
    description: `${asset.content_type}${size}, also at ${asset.url}`,
    size: asset.bytes,
    annotations: { audience: ["user"] },
  };
}
