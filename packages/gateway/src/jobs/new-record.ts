// Builds the row of a new job.

import { v7 as uuidV7 } from "uuid";

import type { NewJob } from "./job.ts";
import type { JobRecord } from "./record.ts";
import { deadlineMs } from "./settings.ts";
import type { JobSettings } from "./settings.ts";

/** Builds the row of a new job. */
export function newRecord(settings: JobSettings, now: number, newJob: NewJob): JobRecord {
  const { request } = newJob;
  return {
    id: `job_${uuidV7()}`,
    kind: request.kind,
    status: "queued",
    request,
    warnings: newJob.warnings,
    account: newJob.account ?? null,
    submitId: null,
    operation: null,
    forecast: null,
    queue: null,
    progress: 0,
    outputs: null,
    error: null,
    attempts: 0,
    runAt: now,
    priority: newJob.priority ?? 0,
    deadlineAt: now + deadlineMs(settings, request.kind),
    submittedAt: null,
    uncertainSince: null,
    resolveBy: null,
    uncertainStarts: 0,
    startedAt: null,
    cancelRequested: false,
    cancelSentAt: null,
    keyId: newJob.keyId,
    groupId: newJob.groupId ?? null,
    retryOf: newJob.retryOf ?? null,
    startBefore: newJob.startBefore ?? null,
    continuedCount: null,
    continuedAt: null,
    handlesRenewedAt: null,
    settleAt: null,
    settledAt: null,
    brokenDownloads: 0,
    deletedAt: null,
    remixOf: newJob.remixOf ?? null,
    urlTtlSeconds: newJob.urlTtlSeconds ?? null,
    webhookUrl: newJob.webhookUrl ?? null,
    cost: { estimated: newJob.expectedCredits ?? null, charged: null, refunded: null },
    reserved: newJob.expectedCredits ?? null,
    requestId: newJob.requestId ?? null,
    metadata: newJob.metadata ?? {},
    traceparent: null,
    logid: null,
    version: 1,
    createdAt: now,
    updatedAt: now,
    completedAt: null,
  };
}
