// Reads rows of assets as the library shows them.

import type { GenerationKind } from "@jimeng/sdk";

import type { AssetRow } from "../database/migrations/schema.ts";
import { boundedInteger } from "../storage/inspection/bounds.ts";
import { parseNames } from "./facets.ts";

/** A stored result with what the library knows of it. Times are Unix milliseconds. */
export interface LibraryAsset {
  id: string;
  jobId: string;
  contentType: string;
  width: number | null;
  height: number | null;
  durationMs: number | null;
  bytes: number;
  upstreamUrl: string;
  upstreamExpiresAt: number | null;
  createdAt: number;
  incomplete: boolean;
  thumbhash: string | null;
  posterBytes: number | null;
  kind: GenerationKind | null;
  model: string | null;
  /** The key that made it; null for the local user. */
  keyId: string | null;
  account: string | null;
  /** How long its addresses work; null for the gateway's own setting. */
  urlTtlSeconds: number | null;
  prompt: string;
  starred: boolean;
  tags: string[];
  /** The ids of the results that it was made from, as far as they are known. */
  madeFrom: string[];
  trashedAt: number | null;
  deletedAt: number | null;
  /** Its place in lists; null until it is brought into the library. */
  sortKey: number | null;
}

/** Reads a row. */
export function parseLibraryRow(row: AssetRow): LibraryAsset {
  return {
    id: row.id,
    jobId: row.job_id,
    contentType: row.content_type,
    width: boundedInteger(row.width),
    height: boundedInteger(row.height),
    durationMs: boundedInteger(row.duration_ms),
    bytes: row.bytes,
    upstreamUrl: row.upstream_url,
    upstreamExpiresAt: row.upstream_expires_at,
    createdAt: row.created_at,
    incomplete: row.incomplete !== 0,
    thumbhash: row.thumbhash,
    posterBytes: row.poster_bytes,
    kind: row.kind,
    model: row.model,
    keyId: row.key_id,
    account: row.account_id,
    urlTtlSeconds: row.url_ttl_seconds,
    prompt: row.prompt ?? "",
    starred: row.starred !== 0,
    tags: parseNames(row.tags),
    madeFrom: parseNames(row.made_from),
    trashedAt: row.trashed_at,
    deletedAt: row.deleted_at,
    sortKey: row.sort_key,
  };
}
