// Starts a job of the viewer: one press is one Idempotency-Key.

import type { JobBodyInput } from "@jimeng/gateway/api";

import { showToast } from "../controls/toast.tsx";
import { client } from "../data/client.ts";
import * as words from "../words/viewer.js";

/** Starts a job and says so; `goToJobs` leads to it. Throws what the gateway answers. */
export async function startJob(body: JobBodyInput, goToJobs: () => void): Promise<void> {
  await client.jobs.create(body, { idempotencyKey: crypto.randomUUID() });
  showToast({ text: words.startedToast(), action: { label: words.seeJobs(), run: goToJobs } });
}
