// Reads and writes the rows of jobs and assets, and says what each private column means.

import type {
  ErrorRecord,
  Forecast,
  GenerationOutput,
  Operation,
  PreparedRequest,
  QueueInfo,
  Warning,
} from "@jimeng/sdk";

import type { GatewayErrorCode } from "../api/errors.ts";
import { jobStatuses } from "../api/job-words.ts";
import type { AssetRow, AssetTable, JobTable } from "../database/migrations/schema.ts";
import { boundedInteger } from "../storage/inspection/bounds.ts";
import { fileReferences } from "../references/file-handles.ts";
import type { Asset, CostState, Job, JobCost, JobPhase } from "./job.ts";
import { progressAt } from "./progress.ts";
import type { DiskProblem } from "../storage/disk-problem.ts";

/** A row of `jobs`: what others see of it is `Job`, what the engine alone uses is here. */
export interface JobRecord extends Omit<Job, "phase" | "waiting" | "assets" | "costState"> {
  /** When the next step is due; null once the job has ended. Read at the start, to resume what a dead process left. */
  runAt: number | null;
  /**
   * When the start became uncertain: set (durably) before every paid call, and moved to the failure's time when that
   * call fails ambiguously. Null again once the upstream accepted or surely refused it, or the lookups stayed empty
   * until `resolveBy`. Without an operation, a job is looked up while this is set and may be sent while it is null.
   */
  uncertainSince: number | null;
  /** When empty lookups are enough to believe that the upstream never received the start. */
  resolveBy: number | null;
  /** Number of starts of this job that were believed lost; above 0 nobody can be sure that nothing was paid. */
  uncertainStarts: number;
  /** When a job that was never sent is given up; null when it may wait without limit. */
  startBefore: number | null;
  /** When the upstream was asked to cancel. */
  cancelSentAt: number | null;
  /** Number of pictures of a series when it was continued last; written before the paid call. */
  continuedCount: number | null;
  /** When the series was continued last. */
  continuedAt: number | null;
  /** When the upload handles were dropped because a start was refused; written before the second post, set once. */
  handlesRenewedAt: number | null;
  /** When the credit history is read next for this ended job; null once it is settled, or no reading can settle it. */
  settleAt: number | null;
  /** How often files came broken: cut short, empty or a page instead. Their retries are counted apart from others. */
  brokenDownloads: number;
  /** The W3C context of the trace it belongs to; null for a job that is not traced. */
  traceparent: string | null;
}

/** An asset with the upstream's id, by which a saved result is recognised. */
export interface StoredAsset extends Asset {
  itemId: string;
  /** The upstream's signed URL of a video's cover; null for other files. */
  coverUrl: string | null;
}

/** The one step that a row asks for. */
export type Step = "upload" | "start" | "settle" | "poll" | "save" | "none";

/** Returns the next step of a job. The row alone decides: nothing else remembers how far a job is. */
export function stepOf(record: JobRecord): Step {
  if (record.status !== "queued" && record.status !== "in_progress") return "none";
  if (record.outputs !== null) return "save";
  if (record.operation !== null) return "poll";
  if (record.uncertainSince !== null) return "settle";
  // The row does not know which files are uploaded already: the upload step finds out, then starts the job.
  return fileReferences(record.request).length > 0 ? "upload" : "start";
}

/** A row that was written so far in the future was written before the clock was set back; nodes differ by less. */
export const maxAheadMs = 60_000;

/**
 * Returns when the next step of a row is due, in Unix milliseconds. A row that was written in the future was written
 * before the clock was set back: its step is due at once, since its time may be hours away.
 */
export function dueAtOf({ runAt, updatedAt }: JobRecord, now: number): number {
  return runAt === null || updatedAt > now + maxAheadMs ? now : runAt;
}

/** Returns what others may see of a row. A new column stays private until it is named here. */
export function toJob(
  record: JobRecord,
  assets: StoredAsset[],
  now: number,
  waiting?: DiskProblem,
): Job {
  return {
    id: record.id,
    kind: record.kind,
    status: record.status,
    phase: phaseOf(record),
    waiting: stepOf(record) === "none" ? null : (waiting ?? null),
    progress: progressAt(record, now),
    request: record.request,
    warnings: record.warnings,
    account: record.account,
    submitId: record.submitId,
    operation: record.operation,
    forecast: record.forecast,
    queue: record.queue,
    outputs: record.outputs,
    assets: assets.map(toAsset),
    error: record.error,
    cost: record.cost,
    reserved: record.reserved,
    costState: costStateOf(record),
    settledAt: record.settledAt,
    keyId: record.keyId,
    groupId: record.groupId,
    requestId: record.requestId,
    metadata: record.metadata,
    retryOf: record.retryOf,
    remixOf: record.remixOf,
    urlTtlSeconds: record.urlTtlSeconds,
    webhookUrl: record.webhookUrl,
    deletedAt: record.deletedAt,
    priority: record.priority,
    cancelRequested: record.cancelRequested,
    logid: record.logid,
    attempts: record.attempts,
    version: record.version,
    createdAt: record.createdAt,
    updatedAt: record.updatedAt,
    submittedAt: record.submittedAt,
    startedAt: record.startedAt,
    completedAt: record.completedAt,
    deadlineAt: record.deadlineAt,
  };
}

function costStateOf({ status, cost, settleAt, settledAt }: JobRecord): CostState {
  if ((cost.charged ?? 0) > 0) return "charged";
  if (settledAt !== null) return "not_charged";
  const mayStillTell = settleAt !== null || status === "queued" || status === "in_progress";
  return mayStillTell ? "not_settled" : "unknown";
}

/** Returns an asset without the upstream's id. */
export function toAsset(stored: StoredAsset): Asset {
  const { itemId: _itemId, coverUrl: _coverUrl, ...asset } = stored;
  return asset;
}

function phaseOf(record: JobRecord): JobPhase | null {
  if (record.status !== "in_progress") return null;
  if (record.outputs !== null) return "saving";
  if (record.submitId === null) return "uploading";
  return record.operation === null ? "submitting" : "generating";
}

const statuses: ReadonlySet<string> = new Set(jobStatuses);
const kinds: ReadonlySet<string> = new Set<JobRecord["kind"]>(["image", "video", "audio"]);

/** Reads a row of `jobs`. Throws for one that no version of the gateway can have written. */
export function parseRow(row: JobTable): JobRecord {
  if (!statuses.has(row.status) || !kinds.has(row.kind)) {
    throw new Error(`unknown status or kind: ${row.status}, ${row.kind}`);
  }
  if (Object.values(row).some((value) => value !== null && typeof value === "object")) {
    throw new Error("a column holds bytes");
  }
  return {
    id: row.id,
    kind: row.kind,
    status: row.status,
    request: parseObject<PreparedRequest>(row.request, ({ model }) => typeof model === "string"),
    warnings: parseList<Warning>(row.warnings) ?? [],
    account: row.account_id,
    submitId: row.submit_id,
    operation: parseOptional<Operation>(
      row.operation,
      ({ submitId }) => typeof submitId === "string",
    ),
    forecast: parseOptional<Forecast>(
      row.forecast,
      ({ queueSeconds, generateSeconds }) => isNumber(queueSeconds) && isNumber(generateSeconds),
    ),
    queue: parseOptional<QueueInfo>(row.queue, (queue) => Object.keys(queue).length > 0),
    progress: row.progress,
    outputs: parseList<GenerationOutput>(row.result),
    error: parseOptional<ErrorRecord<GatewayErrorCode>>(
      row.error,
      ({ code }) => typeof code === "string",
    ),
    attempts: row.attempts,
    runAt: row.run_at,
    priority: row.priority,
    deadlineAt: row.deadline_at,
    submittedAt: row.submitted_at,
    uncertainSince: row.uncertain_since,
    resolveBy: row.resolve_by,
    uncertainStarts: row.uncertain_starts,
    startedAt: row.started_at,
    cancelRequested: row.cancel_requested !== 0,
    keyId: row.key_id,
    groupId: row.group_id,
    cost: parseObject<JobCost>(row.cost, () => true),
    reserved: row.reserved,
    requestId: row.request_id,
    metadata: parseOptional<Record<string, string>>(row.metadata, () => true) ?? {},
    logid: row.logid,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    completedAt: row.completed_at,
    retryOf: row.retry_of,
    startBefore: row.start_before,
    cancelSentAt: row.cancel_sent_at,
    continuedCount: row.continued_count,
    continuedAt: row.continued_at,
    handlesRenewedAt: row.handles_renewed_at,
    settleAt: row.settle_at,
    settledAt: row.settled_at,
    brokenDownloads: row.broken_downloads,
    deletedAt: row.deleted_at,
    remixOf: row.remix_of,
    urlTtlSeconds: row.url_ttl_seconds,
    webhookUrl: row.webhook_url,
    traceparent: row.traceparent,
  };
}

// These columns are written by toJson only, so their shapes are known; anything else makes the row unreadable.
function parseObject<T extends object>(text: string | null, hasShape: (value: T) => boolean): T {
  const value = parseOptional<T>(text, hasShape);
  if (value === null) throw new Error("a column holds no object");
  return value;
}

function parseOptional<T extends object>(
  text: string | null,
  hasShape: (value: T) => boolean,
): T | null {
  const value = (text === null ? null : JSON.parse(text)) as T | null;
  if (value === null) return null;
  if (typeof value !== "object" || Array.isArray(value) || !hasShape(value)) {
    throw new Error("a column holds another shape");
  }
  return value;
}

function parseList<T>(text: string | null): T[] | null {
  const value: unknown = text === null ? null : JSON.parse(text);
  if (value !== null && !Array.isArray(value)) throw new Error("a column holds no list");
  return value;
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}

type Changes = Partial<JobRecord>;
type Columns = Partial<JobTable>;

const columnOf: { [K in keyof JobRecord]: (value: JobRecord[K]) => Columns } = {
  id: (value) => ({ id: value }),
  kind: (value) => ({ kind: value }),
  status: (value) => ({ status: value }),
  // The model has a column of its own, so that its generations can be counted.
  request: (value) => ({ request: JSON.stringify(value), model: value.model }),
  warnings: (value) => ({ warnings: JSON.stringify(value) }),
  account: (value) => ({ account_id: value }),
  submitId: (value) => ({ submit_id: value }),
  operation: (value) => ({ operation: toJson(value) }),
  forecast: (value) => ({ forecast: toJson(value) }),
  queue: (value) => ({ queue: toJson(value) }),
  progress: (value) => ({ progress: value }),
  outputs: (value) => ({ result: toJson(value) }),
  error: (value) => ({ error: toJson(value) }),
  attempts: (value) => ({ attempts: value }),
  runAt: (value) => ({ run_at: value }),
  priority: (value) => ({ priority: value }),
  deadlineAt: (value) => ({ deadline_at: value }),
  submittedAt: (value) => ({ submitted_at: value }),
  uncertainSince: (value) => ({ uncertain_since: value }),
  resolveBy: (value) => ({ resolve_by: value }),
  uncertainStarts: (value) => ({ uncertain_starts: value }),
  startedAt: (value) => ({ started_at: value }),
  cancelRequested: (value) => ({ cancel_requested: value ? 1 : 0 }),
  keyId: (value) => ({ key_id: value }),
  groupId: (value) => ({ group_id: value }),
  // The ledger adds these up: they have columns of their own.
  cost: (value) => ({
    cost: JSON.stringify(value),
    charged: value.charged,
    refunded: value.refunded,
  }),
  reserved: (value) => ({ reserved: value }),
  requestId: (value) => ({ request_id: value }),
  metadata: (value) => ({
    metadata: Object.keys(value).length === 0 ? null : JSON.stringify(value),
  }),
  logid: (value) => ({ logid: value }),
  version: (value) => ({ version: value }),
  createdAt: (value) => ({ created_at: value }),
  updatedAt: (value) => ({ updated_at: value }),
  completedAt: (value) => ({ completed_at: value }),
  retryOf: (value) => ({ retry_of: value }),
  startBefore: (value) => ({ start_before: value }),
  cancelSentAt: (value) => ({ cancel_sent_at: value }),
  continuedCount: (value) => ({ continued_count: value }),
  continuedAt: (value) => ({ continued_at: value }),
  handlesRenewedAt: (value) => ({ handles_renewed_at: value }),
  settleAt: (value) => ({ settle_at: value }),
  settledAt: (value) => ({ settled_at: value }),
  brokenDownloads: (value) => ({ broken_downloads: value }),
  deletedAt: (value) => ({ deleted_at: value }),
  remixOf: (value) => ({ remix_of: value }),
  urlTtlSeconds: (value) => ({ url_ttl_seconds: value }),
  webhookUrl: (value) => ({ webhook_url: value }),
  traceparent: (value) => ({ traceparent: value }),
};

/** Converts changed properties to columns. */
export function toColumns(changes: Changes): Columns {
  const columns: Columns = {};
  for (const key of Object.keys(changes) as (keyof JobRecord)[]) {
    // columnOf pairs each key with a function of its own type; TypeScript cannot follow that through a loop.
    const toColumn = columnOf[key] as (value: unknown) => Columns;
    Object.assign(columns, toColumn(changes[key]));
  }
  return columns;
}

/** Reads a row of `assets`. */
export function parseAssetRow(row: AssetRow): StoredAsset {
  return {
    id: row.id,
    jobId: row.job_id,
    index: row.position,
    itemId: row.item_id,
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
    coverUrl: row.cover_url,
    posterBytes: row.poster_bytes,
    trashedAt: row.trashed_at,
    deletedAt: row.deleted_at,
  };
}

/** Builds a row of `assets`, without what the library adds. */
export function toAssetRow(asset: StoredAsset): AssetTable {
  return {
    id: asset.id,
    job_id: asset.jobId,
    position: asset.index,
    item_id: asset.itemId,
    content_type: asset.contentType,
    width: asset.width,
    height: asset.height,
    duration_ms: asset.durationMs,
    bytes: asset.bytes,
    upstream_url: asset.upstreamUrl,
    upstream_expires_at: asset.upstreamExpiresAt,
    created_at: asset.createdAt,
    incomplete: asset.incomplete ? 1 : 0,
    thumbhash: asset.thumbhash,
    cover_url: asset.coverUrl,
    poster_bytes: asset.posterBytes,
    preview_at: canHavePreviews(asset) ? asset.createdAt : null,
    preview_attempts: 0,
  };
}

/** Returns whether a preview can be made of a new file: a picture's, or a video's whose cover is known. */
function canHavePreviews({ contentType, coverUrl }: StoredAsset): boolean {
  return contentType.startsWith("image/") || coverUrl !== null;
}
