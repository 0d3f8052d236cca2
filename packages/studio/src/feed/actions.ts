// What can be done with a job: cancel, make again, look again, take into the composer.

import { GatewayError } from "@jimeng/gateway/api/client";
import type { JobObject } from "@jimeng/gateway/api";

import { showToast } from "../controls/toast.tsx";
import { toDraft } from "../create/again.ts";
import { proposeDraft } from "../create/propose.ts";
import { newPressId, noteRetry } from "../create/press.ts";
import { client } from "../data/client.ts";
import { keepAnswered, queryClient } from "../data/query-client.ts";
import { errorWords } from "../words/errors.ts";
import * as words from "../words/feed.js";

async function act(work: () => Promise<JobObject>): Promise<void> {
  try {
    await keepAnswered(queryClient, async () => [await work()]);
  } catch (error) {
    if (!(error instanceof GatewayError)) throw error;
    const { message, fix } = errorWords(error);
    const text = words.acted({ reason: message });
    showToast({ text: fix === null ? text : `${text} ${fix}`, tone: "bad" });
  }
}

/** Cancels a job. */
export function cancelJob({ id }: JobObject): Promise<void> {
  return act(() => client.jobs.cancel(id));
}

// One press makes one job: the key of a press that was not answered is used again, also after a reload.
const storageKey = "jimeng.retry.";

/** Makes a job again. */
export async function retryJob({ id }: JobObject, force: boolean): Promise<void> {
  const kept = `${storageKey}${id}`;
  const idempotencyKey = localStorage.getItem(kept) ?? newPressId();
  localStorage.setItem(kept, idempotencyKey);
  noteRetry(id);
  await act(async () => {
    const job = await client.jobs.retry(id, { idempotencyKey, ...(force ? { force } : {}) });
    localStorage.removeItem(kept);
    return job;
  });
}

/** Asks the site again for a job. */
export function recheckJob({ id }: JobObject): Promise<void> {
  return act(() => client.jobs.recheck(id));
}

const recheckable: ReadonlySet<string> = new Set(["generation_timeout", "outcome_unknown"]);

/** Tells whether the site can be asked again for a job. */
export function mayRecheck({ error, result }: JobObject): boolean {
  const isDamaged = result?.assets.some(({ incomplete }) => incomplete) ?? false;
  return isDamaged || (error !== null && recheckable.has(error.code));
}

/** Tells whether a job that is made again may be paid twice. */
export function mayPayTwice({ error, cost }: JobObject): boolean {
  return error !== null && cost.state !== "not_charged" && error.charged === "unknown";
}

/** Takes a job into the composer; a new seed each time. */
export function reuseJob(job: JobObject): void {
  proposeDraft({ ...toDraft(job), seed: null });
}

/** Copies a text, and says so. */
export async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    showToast({ text: words.copied() });
  } catch {
    showToast({ text: words.copyFailed(), tone: "bad" });
  }
}
