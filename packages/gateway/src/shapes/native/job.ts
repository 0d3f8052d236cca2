// Translates a job and its results into the published shapes.

import type { PreparedRequest, PreparedToolRequest } from "@jimeng/sdk";

import type { AssetObject } from "../../api/assets.ts";
import type { JobObject, JobRequestObject } from "../../api/jobs.ts";
import { toErrorObject, toJobError } from "../errors.ts";
import { fileReferences } from "../../references/file-handles.ts";
import type { Asset, Job } from "../../jobs/job.ts";
import type { AddressOwner, Urls } from "../urls.ts";
import { toWarningObjects } from "../dialect.ts";
import { toUnixSeconds, toUnixSecondsOrNull, toWholeProgress } from "../values.ts";
import { nativeDialect } from "./names.ts";

/** Builds the public job; the remaining time counts from `now` (Unix milliseconds). */
export function toJobObject(job: Job, urls: Urls, now: number): JobObject {
  const ended = job.status === "failed" || job.status === "cancelled";
  return {
    id: job.id,
    object: "job",
    kind: job.kind,
    tool: job.request.tool ?? null,
    status: job.status,
    phase: job.phase,
    waiting: job.waiting,
    progress: toWholeProgress(job.progress),
    queue: toQueue(job, now),
    model: job.request.model,
    account: job.account,
    request: toRequestObject(job.request),
    warnings: toWarningObjects(nativeDialect, job.kind, job.warnings),
    // A picture that landed early is shown as soon as its file is stored.
    result:
      job.assets.length > 0 && job.deletedAt === null
        ? { assets: job.assets.map((asset) => toAssetObject(asset, urls, job)) }
        : null,
    error: ended
      ? toErrorObject(toJobError(job, nativeDialect), { requestId: null, jobId: job.id })
      : null,
    cancel_requested: job.cancelRequested,
    priority: job.priority,
    retry_of: job.retryOf,
    metadata: { ...job.metadata },
    deleted_at: toUnixSecondsOrNull(job.deletedAt),
    cost: toCost(job),
    upstream: {
      submit_id: job.submitId,
      history_id: job.operation?.historyId ?? null,
      logid: job.logid,
    },
    urls: {
      self: urls.job(job.id),
      events: urls.jobEvents(job.id),
      cancel: urls.jobCancel(job.id),
    },
    created_at: toUnixSeconds(job.createdAt),
    started_at: toUnixSecondsOrNull(job.startedAt),
    completed_at: toUnixSecondsOrNull(job.completedAt),
  };
}

/** Builds one public result. */
export function toAssetObject(
  asset: Omit<Asset, "index">,
  urls: Urls,
  owner: AddressOwner,
): AssetObject {
  return {
    id: asset.id,
    url: urls.asset(asset, owner),
    expires_at: urls.expiresAt(owner),
    content_type: asset.contentType,
    width: asset.width,
    height: asset.height,
    duration_seconds: asset.durationMs === null ? null : asset.durationMs / 1000,
    bytes: asset.bytes,
    upstream_url: asset.upstreamUrl,
    upstream_expires_at: toUnixSecondsOrNull(asset.upstreamExpiresAt),
    incomplete: asset.incomplete,
    thumbhash: asset.thumbhash,
    trashed_at: toUnixSecondsOrNull(asset.trashedAt),
    deleted_at: toUnixSecondsOrNull(asset.deletedAt),
  };
}

/** Builds what a job cost. */
export function toCost({ cost, reserved, costState, settledAt }: Job): JobObject["cost"] {
  const { estimated, charged, refunded } = cost;
  return {
    estimated,
    reserved,
    charged: costState === "not_charged" ? 0 : charged,
    refunded,
    state: costState,
    settled_at: toUnixSecondsOrNull(settledAt),
  };
}

function toQueue(job: Job, now: number): JobObject["queue"] {
  if (job.status !== "in_progress" || job.queue === null) return null;
  const { position, length } = job.queue;
  const since = job.startedAt ?? job.submittedAt;
  if (job.forecast === null || since === null) return { position, length, eta_seconds: null };
  const forecastSeconds = job.forecast.queueSeconds + job.forecast.generateSeconds;
  const remainingSeconds = forecastSeconds - (now - since) / 1000;
  return { position, length, eta_seconds: Math.max(0, Math.ceil(remainingSeconds)) };
}

/** Returns which of our files a request refers to, and in which field; upstream handles are left out. */
function toReferences(request: PreparedRequest): Pick<JobRequestObject, "references"> {
  const found = fileReferences(request);
  if (found.length === 0) return {};
  return {
    references: found.map(({ fileId, param, frame: { durationSeconds, prompt } = {} }) => ({
      file_id: fileId,
      param: nativeDialect.toParam(request.kind, param),
      ...(durationSeconds === undefined ? {} : { seconds: durationSeconds }),
      ...(prompt === undefined ? {} : { prompt }),
    })),
  };
}

function toRequestObject(request: PreparedRequest): JobRequestObject {
  const common = {
    prompt: request.prompt,
    ratio: request.ratio,
    resolution: request.resolution,
    // 0 is a size that is not known, of a job that was imported.
    width: request.width || undefined,
    height: request.height || undefined,
    seed: request.seed,
    ...toReferences(request),
  };
  if (request.tool !== undefined) return { ...common, ...toToolObject(request) };
  if (request.kind === "video") return { ...common, duration_seconds: request.durationSeconds };
  return {
    ...common,
    negative_prompt: request.negativePrompt,
    count: request.count,
    sequence: request.sequence,
    sample_strength: request.sampleStrength,
    intelligent_ratio: request.intelligentRatio,
  };
}

/** Returns the fields that only a tool's request has. */
function toToolObject(request: PreparedToolRequest): Partial<JobRequestObject> {
  switch (request.tool) {
    case "frame_interpolation":
      return {};
    case "music": {
      const { durationSeconds, title, vocals, lyrics, tags } = request;
      return { duration_seconds: durationSeconds, options: { title, vocals, lyrics, tags } };
    }
    case "speech": {
      const { voice, speechRate, pitchRate } = request;
      return { options: { voice, speech_rate: speechRate, pitch_rate: pitchRate } };
    }
    default: {
      const { count, originalStrength, detailStrength, top, bottom, left, right, product } =
        request;
      const strengths = { original_strength: originalStrength, detail_strength: detailStrength };
      const own = { item_id: product?.itemId, history_id: product?.historyId };
      return { count, options: { ...strengths, top, bottom, left, right, ...own } };
    }
  }
}
