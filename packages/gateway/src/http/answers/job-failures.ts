// Builds the failures of a request whose jobs exist.

import { JimengError } from "@jimeng/sdk";

import { isDatabaseAway, toDatabaseAway } from "../../database/away.ts";
import { ServiceError } from "../../errors.ts";
import type { ExpectedError } from "../../errors.ts";
import type { Job } from "../../jobs/job.ts";
import { toJobError } from "../../shapes/errors.ts";
import { openaiDialect } from "../../shapes/openai/names.ts";
import { toDiskProblem, toStorageUnavailable } from "../../storage/disk-problem.ts";
import { JobFailure } from "../error-reply.ts";

/** Returns the failure of the first job of a request that did not complete; it names those that did. */
export function toGroupFailure(failed: Job, jobs: Job[]): JobFailure {
  const error = toJobError(failed, openaiDialect);
  if (jobs.length === 1) return new JobFailure(error, { jobId: failed.id });
  const succeeded = jobs.filter(({ status }) => status === "completed").map(({ id }) => id);
  const told =
    succeeded.length === 0
      ? error
      : new ServiceError(error.code, error.message, {
          ...error.detail,
          charged: "yes",
          fix: "The jobs in succeeded_job_ids were made: fetch their results before asking for the rest.",
          cause: error,
        });
  return new JobFailure(told, {
    jobId: failed.id,
    facts: { job_ids: jobs.map(({ id }) => id), succeeded_job_ids: succeeded },
  });
}

/** Returns the error of a request whose gateway stops. */
export function toStoppedError(): ExpectedError {
  return new JimengError("timeout", "The gateway was stopped while the job was running.", {
    charged: "unknown",
    fix: "Do not send the request again: ask for the job once the gateway runs; it goes on by itself.",
  });
}

/**
 * Returns the failure of a request whose node stops before its jobs have ended, where other nodes go on with them. It
 * is the one answer of a job's route that asks to be repeated: the repeated request joins the jobs, and pays nothing.
 */
export function toFoundElsewhere([{ id }]: readonly [Job, ...Job[]]): JobFailure {
  const error = new ServiceError(
    "overloaded",
    "This node stops; another one goes on with the job.",
    {
      charged: "unknown",
      retryAfterMs: 1000,
      fix: "Send the same request again: it finds its job and pays nothing.",
    },
  );
  return new JobFailure(error, { jobId: id, isFoundElsewhere: true });
}

/**
 * Returns what was thrown after the jobs were made as a failure that names one: its status is then one that no client
 * repeats.
 */
export function toJobFailure(error: unknown, jobs: [Job, ...Job[]]): JobFailure {
  if (error instanceof JobFailure) return error;
  const [{ id }] = jobs;
  if (JimengError.isInstance(error)) return new JobFailure(error, { jobId: id });
  if (isDatabaseAway(error)) return new JobFailure(toDatabaseAway(error), { jobId: id });
  const problem = toDiskProblem(error);
  if (problem !== undefined) {
    const charged = "unknown";
    return new JobFailure(toStorageUnavailable(problem, { charged, cause: error }), { jobId: id });
  }
  return new JobFailure(
    new ServiceError("internal", "The result could not be handed over.", {
      cause: error,
      fix: `Ask for the job ${id}: its result is kept.`,
    }),
    { jobId: id },
  );
}
