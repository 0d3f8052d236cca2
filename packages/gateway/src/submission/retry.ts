// The submission that repeats an ended job.

import type { Warning } from "@jimeng/sdk";

import type { Accounts } from "../accounts/accounts.ts";
import { ServiceError } from "../errors.ts";
import { hasEnded, isOpenEnded } from "../jobs/job.ts";
import type { Job } from "../jobs/job.ts";
import type { Caller } from "../keys/caller.ts";
import type { SubmissionContent } from "./submission.ts";

/**
 * Returns the submission that asks once more for what a job asked for. Throws `conflict` where the job has not
 * ended, where its result may be paid for and still come (unless `force`), and where its request is not known.
 */
export function toRetry(
  { accounts }: { accounts: Pick<Accounts, "get"> },
  caller: Caller,
  job: Job,
  { force }: { force: boolean },
): SubmissionContent {
  checkRetry(job, force);
  const before = job.account === null ? undefined : accounts.get(job.account);
  // Only the account that made a result can work on it again.
  const isTied = before?.adopted === true || ("product" in job.request && job.request.product);
  return {
    requests: [job.request],
    references: [],
    // A configured account is chosen anew, since the old one may be why the job failed; a caller's own is not.
    account: caller.session() === null && isTied ? job.account : null,
    priority: job.priority,
    urlTtlSeconds: job.urlTtlSeconds ?? undefined,
    metadata: job.metadata,
    webhookUrl: job.webhookUrl ?? undefined,
    warnings: job.warnings.filter(isOfRequest),
    retryOf: job,
  };
}

function checkRetry(job: Job, force: boolean): void {
  if (!hasEnded(job)) {
    throw new ServiceError("conflict", "The job has not ended.", {
      fix: "Wait for it, or cancel it first.",
    });
  }
  if (isOpenEnded(job) && !force) {
    throw new ServiceError("conflict", "The job may still have a result that is paid for.", {
      fix: `Recheck it first; {"force": true} asks for another one all the same.`,
    });
  }
  const isImportedSound =
    job.kind === "audio" && job.warnings.some(({ code }) => code === "imported");
  if (job.request.resolution === "" || isImportedSound) {
    throw new ServiceError(
      "conflict",
      "The job was made elsewhere; what it asked for is not known.",
      { fix: "Write a new request." },
    );
  }
}

// The warnings about the first job's result do not concern the second one.
const resultWarnings: ReadonlySet<string> = new Set([
  "extra_images",
  "fewer_images",
  "size_differs",
  "unusual_format",
  "incomplete_file",
  "preview_quality",
  "cancel_refused",
  "cancel_too_late",
  "rechecked",
  "balance_low",
]);

function isOfRequest({ code }: Warning): boolean {
  return !resultWarnings.has(code);
}
