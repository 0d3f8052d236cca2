// The hash of a submission: requests that ask for the same have the same hash.

import { createHash } from "node:crypto";

import { JimengError, prepareRequest } from "@jimeng/sdk";
import type { GenerationRequest, ToolRequest } from "@jimeng/sdk";
import { prepareToolRequest } from "@jimeng/sdk/tools";

import type { ReferenceSource } from "../references/read-reference.ts";
import { unreadImage, unreadVideo } from "./place-references.ts";
import type { SubmissionContent, SubmissionReference } from "./submission.ts";

/**
 * Returns the hash of a submission. The order of keys, absent values and the models' defaults make no difference; a
 * seed that was not given counts as none. Files are compared by their content, URLs and ids by their text.
 *
 * Hashes are stored for a day with idempotency keys: one that changed with a new version would answer a repeated
 * request with `idempotency_key_reused`, or pay for it again.
 */
export function toRequestHash({
  requests,
  references,
  product,
  account,
  retryOf,
  remixOf,
  webhookUrl,
}: SubmissionContent): string {
  if (retryOf !== undefined) return hashOf({ retry: retryOf.id });
  const defaulted = requests.map(withDefaults);
  return hashOf({
    request: defaulted.length === 1 ? defaulted[0] : defaulted,
    account,
    references: references.map(({ source, param }) => ({ param, source: toIdentity(source) })),
    product: product?.source,
    remix: remixOf,
    webhook: webhookUrl,
    roles: requests[0].kind === "video" ? toRoles(references) : undefined,
  });
}

function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("base64url");
}

function withDefaults(request: GenerationRequest): unknown {
  try {
    // By the built-in models only: a live list that changes meanwhile must not change the hash.
    if (request.tool !== undefined) return prepareToolRequest(withStandIns(request)).request;
    const prepared = prepareRequest(request, { random: () => 0 }).request;
    return { ...prepared, seed: request.seed };
  } catch (error) {
    // What the built-in models do not know, or cannot judge without its references, is taken as it was written.
    if (JimengError.isInstance(error)) return request;
    throw error;
  }
}

const unreadProduct = { itemId: "0", historyId: "0" };

/** Returns the request with something in the place of what was not read yet: its source is hashed by itself. */
function withStandIns(request: ToolRequest): ToolRequest {
  if (request.kind === "video") return { video: unreadVideo, ...request };
  if (request.kind === "audio") return request;
  if (request.tool === "detail_fix") return { product: unreadProduct, ...request };
  return { image: unreadImage, ...request };
}

/** Lists the positions of a video's references by what they are for. */
function toRoles(references: readonly SubmissionReference[]): unknown {
  const positionsOf = (property: string): number[] =>
    references.flatMap(({ place }, index) => (place.property === property ? [index] : []));
  return {
    firstFrame: positionsOf("firstFrame")[0],
    lastFrame: positionsOf("lastFrame")[0],
    subjects: positionsOf("subjects"),
    frames: references.flatMap(({ place }, index) =>
      place.property === "frames"
        ? [{ at: index, seconds: place.durationSeconds, prompt: place.prompt }]
        : [],
    ),
    references: positionsOf("references"),
  };
}

function toIdentity(source: ReferenceSource): unknown {
  return source.from === "form" ? { from: "form", sha256: source.file.sha256 } : source;
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value)
    .filter(([, entry]) => entry !== undefined && entry !== null)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(entries.map(([key, entry]) => [key, canonical(entry)]));
}
