// Starts a job of the viewer, and says so.

import type { JobBodyInput } from "@jimeng/gateway/api";

import { showToast } from "../controls/toast.tsx";
import { makeBody } from "../create/make.ts";
import * as words from "../words/viewer.js";

/** Starts a job and says so; `goToJobs` leads to it. Throws what the gateway answers. */
export async function startJob(body: JobBodyInput, goToJobs: () => void): Promise<void> {
  await makeBody(body);
  showToast({ text: words.startedToast(), action: { label: words.seeJobs(), run: goToJobs } });
}
