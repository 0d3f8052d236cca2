// The tools about one job: wait for it, read it, cancel it.

import * as z from "zod";

import { shownByJobApp } from "../app/job-app.ts";
import { withGateway } from "../face.ts";
import { jobOutput } from "../results/output-schema.ts";
import { answerJobs, retrieveJobs } from "../waiting/answer-jobs.ts";
import { jobId, toIds, waitSeconds } from "./arguments.ts";
import { defineTool, readOnly } from "./tool.ts";

/** Waits for a job. */
export const waitForJob = defineTool({
  name: "wait_for_job",
  title: "Wait for a job",
  description: "Waits until a job has ended, at most wait_seconds, and answers with its results.",
  arguments: z.strictObject({ job_id: jobId, wait_seconds: waitSeconds }),
  annotations: readOnly,
  output: jobOutput,
  meta: shownByJobApp,
  run: async ({ job_id, wait_seconds }, call) =>
    answerJobs(call, { jobs: await retrieveJobs(call, toIds(job_id)) }, wait_seconds),
});

/** Reads a job. */
export const getJob = defineTool({
  name: "get_job",
  title: "Read a job",
  description: "Tells how a job goes, or its results, without waiting.",
  arguments: z.strictObject({ job_id: jobId }),
  annotations: readOnly,
  output: jobOutput,
  meta: shownByJobApp,
  run: async ({ job_id }, call) =>
    answerJobs(call, { jobs: await retrieveJobs(call, toIds(job_id)) }, 0),
});

/** Cancels a job. */
export const cancelJob = defineTool({
  name: "cancel_job",
  title: "Cancel a job",
  description:
    "Asks for a job to be cancelled: free before its start; afterwards the site decides. No other tool cancels anything.",
  arguments: z.strictObject({ job_id: jobId }),
  annotations: {
    readOnlyHint: false,
    destructiveHint: true,
    idempotentHint: true,
    openWorldHint: true,
  },
  output: jobOutput,
  meta: shownByJobApp,
  async run({ job_id }, call) {
    const { face, signal } = call;
    const jobs = await Promise.all(
      toIds(job_id).map((id) =>
        withGateway(face, signal, (client) => client.jobs.cancel(id, { signal })),
      ),
    );
    return await answerJobs(call, { jobs }, 0);
  },
});
