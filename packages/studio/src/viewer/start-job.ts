// Starts a job of the viewer: one press is one Idempotency-Key.

import type { JobBodyInput } from "@jimeng/gateway/api";

import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import { tellFailure } from "../library/act.ts";
import * as words from "../words/viewer.js";

/** Starts a job and says so; `goToJobs` leads to it. Returns whether it was taken. */
export async function startJob(body: JobBodyInput, goToJobs: () => void): Promise<boolean> {
  try {
    await client.jobs.create(body, { idempotencyKey: crypto.randomUUID() });
    showToast({ text: words.startedToast(), action: { label: words.seeJobs(), run: goToJobs } });
    return true;
  } catch (error) {
    tellFailure(error);
    return false;
  }
}
