// A request that was made, as a body that asks for the same again, and as a draft.

import type { JobBodyInput, JobObject } from "@jimeng/gateway/api";

import type { ProposedDraft, ReferenceRole } from "../create/draft.ts";

/** What a remix changes. */
export interface RemixChanges {
  prompt: string;
  /** Null for another one each time. */
  seed: number | null;
}

const copied = [
  "ratio",
  "resolution",
  "negative_prompt",
  "count",
  "duration_seconds",
  "sample_strength",
  "intelligent_ratio",
] as const;
const roles: Readonly<Record<string, ReferenceRole>> = { first_frame: "first", last_frame: "last" };

/** Builds the body of `POST /v1/jobs` that asks for what a job was asked for, but for the changes. */
export function toRemixBody(job: JobObject, { prompt, seed }: RemixChanges): JobBodyInput {
  const { kind, model, request } = job;
  const body: Record<string, unknown> = { kind, model, prompt };
  for (const name of copied) if (request[name] !== undefined) body[name] = request[name];
  if (seed !== null) body["seed"] = seed;
  for (const { file_id: id, param } of request.references ?? []) {
    const field = param.replace(/[[.].*$/, "");
    if (field in roles) body[field] = id;
    else body[field] = [...((body[field] as string[] | undefined) ?? []), id];
  }
  return body as JobBodyInput;
}

/** Returns whether a job can be asked for again with another prompt: a tool's cannot. */
export function canRemix(job: JobObject): boolean {
  return job.tool === null && job.kind !== "audio";
}

/** Proposes a draft of all that a job was asked for. */
export function toDraft(job: JobObject): ProposedDraft {
  const { request } = job;
  return {
    kind: job.kind,
    prompt: request.prompt,
    negativePrompt: request.negative_prompt ?? "",
    model: job.tool === null ? job.model : null,
    ratio: request.ratio ?? null,
    resolution: request.resolution ?? null,
    count: request.count ?? null,
    durationSeconds: request.duration_seconds ?? null,
    seed: request.seed ?? null,
    references: (request.references ?? []).map(({ file_id: source, param }) => ({
      source,
      role: roles[param.replace(/[[.].*$/, "")] ?? "reference",
    })),
  };
}
