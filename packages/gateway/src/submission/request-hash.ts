// The canonical form of a wish: two bodies that ask for the same have the same hash. Pure.

import { createHash } from "node:crypto";

import { JimengError, prepareRequest } from "@jimeng/sdk";
import type { GenerationRequest } from "@jimeng/sdk";

import type { ReferenceSource, WantedReference } from "../references/references.ts";

/** What makes a wish: the request without its references, those, and what they are for. */
export interface WishFacts {
  request: GenerationRequest;
  account: string | null;
  wanted: readonly WantedReference[];
  /** Says what the references are for where their order does not. */
  roles?: unknown;
}

/**
 * Hashes a wish. The order of keys, absent values and the models' defaults make no difference; a seed that was
 * not given is no seed. Files are told by their content, URLs and ids by their text.
 */
export function hashWish({ request, account, wanted, roles }: WishFacts): string {
  const references = wanted.map(({ source, param }) => ({ param, source: toIdentity(source) }));
  return hashOf({ request: withDefaults(request), account, references, roles });
}

/** Hashes any JSON value, whatever the order of its keys. */
export function hashOf(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("base64url");
}

function withDefaults(request: GenerationRequest): unknown {
  try {
    // By the built-in models only: a live list that changes meanwhile must not make another wish of it.
    const prepared = prepareRequest(request, { random: () => 0 }).request;
    return { ...prepared, seed: request.seed };
  } catch (error) {
    // What the built-in models do not know, or cannot judge without its references, is taken as it was written.
    if (JimengError.isInstance(error)) return request;
    throw error;
  }
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
