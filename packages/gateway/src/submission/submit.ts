// The one way to make jobs: a submission is checked, its references are resolved, and its jobs are stored once.

import { JimengError } from "@jimeng/sdk";
import { v7 as uuidv7 } from "uuid";

import type { IdempotencyContext, NewJob, SubmittedJobs } from "../jobs/job.ts";
import type { Caller } from "../keys/caller.ts";
import type { DailyLimit } from "../keys/daily-limit.ts";
import type { CallerConnection } from "./connection.ts";
import { assertWebhookUrl } from "../storage/webhook-url.ts";
import { toHandle } from "./place-references.ts";
import { prepare } from "./prepare.ts";
import { refusalOf } from "./pricing/ceiling.ts";
import { payingAccounts, quoteAll, totalOf, warnAboutBalances } from "./pricing/quote.ts";
import { toRequestHash } from "./request-hash.ts";
import { withReferences } from "./resolve-references.ts";
import type { SubmissionServices } from "./services.ts";
import type { Submission } from "./submission.ts";
import { withProduct } from "./with-product.ts";

/**
 * Makes the jobs of a submission, or returns those that an earlier request of the same content made; the job engine
 * learns from the connection what becomes of the answer. Throws before anything is stored, and before a reference is
 * fetched where that is known: as `prepare` does, `reference_unusable`, `idempotency_key_reused`, `overloaded`,
 * `budget_exceeded`, `storage_unavailable`, what the accounts refuse, and `cancelled` when the caller has left.
 */
export async function submit(
  services: SubmissionServices,
  caller: Caller,
  submission: Submission,
  connection: CallerConnection,
): Promise<SubmittedJobs> {
  const { gone } = connection;
  const { references, webhookUrl, dailyLimit, metadata } = submission;
  if (webhookUrl !== undefined) {
    const allowPrivate = services.config.allowPrivateWebhooks;
    assertWebhookUrl(webhookUrl, { allowPrivate, param: "webhook_url" });
  }
  if (dailyLimit !== undefined && metadata?.[dailyLimit.by] === undefined)
    throw notInMetadata(dailyLimit);
  const idempotency = toContext(caller, submission, gone);
  // The request may have waited unread while this process was busy, and have been answered elsewhere since.
  if (!(await connection.isOpen())) throw callerLeft();
  const mayBeKnown =
    idempotency.key !== null || references.length > 0 || submission.product !== undefined;
  const earlier = mayBeKnown ? await services.jobs.find(idempotency) : undefined;
  const content =
    earlier === undefined ? await withProduct(services, caller, submission) : submission;
  if (earlier === undefined) await checkBeforeFetching(services, caller, content);
  const made =
    earlier ??
    (await withReferences(services, caller, { references, gone }, async (files, warnings) => {
      const warned = { ...content, warnings: [...content.warnings, ...warnings] };
      const newJobs = await toNewJobs(services, caller, warned, files.map(toHandle));
      return store(services, caller, warned, newJobs, idempotency);
    }));
  connection.answered(() => made.answered());
  connection.responseLost(() => made.responseLost());
  connection.discarded(() => made.discarded());
  return made;
}

/** Refuses what no file could change, unless that depends on what a file is. */
async function checkBeforeFetching(
  services: SubmissionServices,
  caller: Caller,
  submission: Submission,
): Promise<void> {
  const { references } = submission;
  // Without references the engine itself refuses, unless an earlier request made the jobs.
  if (references.length === 0) return;
  // Whether a material is a picture, a video or a sound is known only once it was read.
  const hasUnknownKind = references.some(({ kinds }) => kinds.length > 1);
  if (!hasUnknownKind) prepare(services, caller, submission);
  await services.disk.assertRoom();
}

async function toNewJobs(
  services: SubmissionServices,
  caller: Caller,
  submission: Submission,
  handles: ReturnType<typeof toHandle>[],
): Promise<NewJob[]> {
  const prepared = prepare(services, caller, submission, handles);
  const own = caller.session();
  const account =
    own === null
      ? (submission.account ?? undefined)
      : (await services.accounts.adopt(own.text)).name;
  return prepared.map(({ request, warnings }) => ({
    request,
    warnings,
    keyId: toOwner(caller, submission),
    account,
    priority: submission.priority,
    startBefore: submission.startBefore,
    retryOf: submission.retryOf?.id,
    requestId: submission.requestId,
    metadata: submission.metadata,
    remixOf: submission.remixOf,
    urlTtlSeconds: submission.urlTtlSeconds,
    webhookUrl: submission.webhookUrl,
  }));
}

async function store(
  services: SubmissionServices,
  caller: Caller,
  submission: Submission,
  newJobs: NewJob[],
  idempotency: IdempotencyContext,
): Promise<SubmittedJobs> {
  let quoted: NewJob[];
  try {
    for (const { request, account } of newJobs)
      services.accounts.assertUsable(request, account, caller.key?.accounts);
    quoted = await quote(services, caller, submission, newJobs);
  } catch (error) {
    // What an earlier request made is the answer, whatever the accounts could do now.
    const earlier = await services.jobs.find(idempotency);
    if (earlier !== undefined) return earlier;
    throw error;
  }
  const { dailyLimit } = submission;
  return services.jobs.createOrReplay(inOneGroup(quoted), idempotency, { dailyLimit });
}

/** Returns the jobs with their expected costs. Throws `budget_exceeded` where a ceiling forbids them. */
async function quote(
  services: SubmissionServices,
  caller: Caller,
  submission: Submission,
  newJobs: NewJob[],
): Promise<NewJob[]> {
  const accounts = payingAccounts(services, caller, submission.account);
  const requests = newJobs.map(({ request }) => request);
  const quotes = await quoteAll(services, accounts, requests);
  const { maxCreditsPerJob } = services.config;
  const refusal = refusalOf(quotes, { maxCredits: submission.maxCredits, maxCreditsPerJob });
  if (refusal !== undefined) throw refusal;
  const warnings = caller.may("account") ? warnAboutBalances(accounts, totalOf(quotes)) : [];
  return newJobs.map((newJob, index) => ({
    ...newJob,
    warnings: [...newJob.warnings, ...warnings],
    expectedCredits: quotes[index]?.credits ?? null,
  }));
}

function inOneGroup(newJobs: NewJob[]): NewJob[] {
  if (newJobs.length === 1) return newJobs;
  const groupId = `group_${uuidv7()}`;
  return newJobs.map((newJob) => ({ ...newJob, groupId }));
}

function toContext(caller: Caller, submission: Submission, gone: AbortSignal): IdempotencyContext {
  const { key, isRetry, seen } = submission.idempotency;
  return {
    keyId: toOwner(caller, submission),
    requestHash: toRequestHash(submission),
    key,
    join: toJoin(submission.join, isRetry),
    gone,
    seen,
  };
}

function toJoin(join: Submission["join"], isRetry: boolean): IdempotencyContext["join"] {
  if (join === false) return "never";
  if (isRetry) return "any";
  return join === "until_result" ? join : "undelivered";
}

function toOwner(caller: Caller, { retryOf }: Submission): string | null {
  return retryOf === undefined ? caller.keyId : retryOf.keyId;
}

function notInMetadata({ by }: DailyLimit): JimengError {
  const message = `daily_limit counts by "${by}", which metadata does not have.`;
  return new JimengError("invalid_request", message, {
    param: "daily_limit.by",
    charged: "no",
    fix: `Give metadata.${by} a text, such as the id of your user.`,
  });
}

function callerLeft(): JimengError {
  return new JimengError("cancelled", "The caller has left.", { charged: "no" });
}
