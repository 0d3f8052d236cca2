// A request that was made, as a body that asks for the same again, and as a draft.

import type { JobBodyInput, JobObject } from "@jimeng/gateway/api";

import type { ProposedDraft, ReferenceRole } from "./draft.ts";

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
const roles: Readonly<Record<string, ReferenceRole>> = {
  first_frame: "first",
  input_reference: "first",
  last_frame: "last",
  frames: "keyframe",
};
const single: ReadonlySet<string> = new Set(["first_frame", "input_reference", "last_frame"]);

/** Returns the field of a body that a reference was given in, without its place in a list. */
export const fieldOf = (param: string): string => param.replace(/[[.].*$/, "");

/** Builds the body of `POST /v1/jobs` that asks for what a job was asked for, but for the changes. */
export function toRemixBody(job: JobObject, { prompt, seed }: RemixChanges): JobBodyInput {
  const { kind, model, request } = job;
  const body: Record<string, unknown> = { kind, model, prompt };
  for (const name of copied) if (request[name] !== undefined) body[name] = request[name];
  if (seed !== null) body["seed"] = seed;
  return { ...body, ...toReferenceFields(job) } as JobBodyInput;
}

/** Returns the fields of a body that name a job's references as they were given. */
export function toReferenceFields({ tool, request }: JobObject): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const { file_id: id, param, seconds, prompt } of request.references ?? []) {
    const field = fieldOf(param);
    if (tool !== null || single.has(field)) fields[field] = id;
    else {
      const value = field === "frames" ? { image: id, seconds, prompt } : id;
      fields[field] = [...((fields[field] as unknown[] | undefined) ?? []), value];
    }
  }
  return fields;
}

/** Returns whether a job can be asked for again with another prompt: a tool's cannot. */
export function canRemix(job: JobObject): boolean {
  return job.tool === null && job.kind !== "audio";
}

/** Proposes a draft of all that a job was asked for. */
export function toDraft(job: JobObject): ProposedDraft {
  const { kind, model, request } = job;
  const isFilm = kind === "video";
  const references = (request.references ?? []).map(({ file_id: source, param, seconds }) => {
    const field = fieldOf(param);
    const role = roles[field] ?? (isFilm && field === "image" ? "first" : "reference");
    return { source, role, seconds };
  });
  // Keyframes say themselves how long the video is.
  const isTimed = isFilm && references.every(({ role }) => role !== "keyframe");
  return {
    kind,
    prompt: request.prompt,
    negativePrompt: request.negative_prompt ?? "",
    model: canRemix(job) ? model : null,
    ratio: request.ratio ?? null,
    resolution: request.resolution ?? null,
    count: kind === "image" ? (request.count ?? null) : null,
    durationSeconds: isTimed ? (request.duration_seconds ?? null) : null,
    seed: request.seed ?? null,
    references,
  };
}
