// A draft as the body of `POST /v1/jobs`.

import type { JobBodyInput } from "@jimeng/gateway/api";

import type { Draft, DraftReference, ReferenceRole } from "./draft.ts";

/** The fact of a job that ties the jobs of one press together. */
export const requestFact = "studio_request";

/** Stands for the prompt where a price is asked for: its words change none. */
export const promptOfEstimate = "…";

/** Builds the body for one prompt; `requestId` ties together what one press makes. */
export function toJobBody(draft: Draft, prompt: string, requestId: string | null): JobBodyInput {
  const metadata = requestId === null ? undefined : { [requestFact]: requestId };
  const common = { prompt, ...without({ metadata, model: draft.model }) };
  if (draft.kind === "audio") return { kind: "audio", tool: "music", ...common };
  const choices = without({
    ratio: draft.ratio,
    resolution: draft.resolution,
    seed: draft.seed,
  });
  if (draft.kind === "video") {
    return {
      kind: "video",
      ...common,
      ...choices,
      ...without({ duration_seconds: draft.durationSeconds }),
      ...toVideoReferences(draft.references),
    };
  }
  const image = sourcesOf(draft.references, "reference");
  return {
    kind: "image",
    ...common,
    ...choices,
    ...without({ count: draft.count, negative_prompt: draft.negativePrompt.trim() || null }),
    ...(image.length === 0 ? {} : { image }),
  };
}

function sourcesOf(references: readonly DraftReference[], role: ReferenceRole): string[] {
  return references.flatMap((reference) =>
    reference.role === role && reference.source !== null ? [reference.source] : [],
  );
}

function toVideoReferences(references: readonly DraftReference[]): Record<string, unknown> {
  const [first] = sourcesOf(references, "first");
  const [last] = sourcesOf(references, "last");
  const frames = references
    .filter(({ role, source }) => role === "keyframe" && source !== null)
    .map(({ source, seconds }) => ({ image: source, ...without({ seconds }) }));
  const materials = sourcesOf(references, "reference");
  return without({
    first_frame: first,
    last_frame: last,
    frames: frames.length === 0 ? null : frames,
    references: materials.length === 0 ? null : materials,
  });
}

/** Leaves out what has no value. */
function without(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== null && value !== undefined),
  );
}
