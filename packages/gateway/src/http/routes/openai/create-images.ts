// Makes the pictures of an image route and answers with them, or with their jobs.

import { JimengError } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import { ServiceError } from "../../../errors.ts";
import type { ExpectedError } from "../../../errors.ts";
import { isDatabaseAway, toDatabaseAway } from "../../../database/away.ts";
import { JobFailure } from "../../error-reply.ts";
import { toJobError } from "../../../shapes/errors.ts";
import { hasEnded } from "../../../jobs/job.ts";
import type { Job, SubmittedJobs } from "../../../jobs/job.ts";
import { toUrlAnswer } from "../../../shapes/openai/image-answer.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toDiskProblem, toStorageUnavailable } from "../../../storage/disk-problem.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { hasHungUp, parsePrefer, toDisconnectSignal } from "../../waiting.ts";
import { sendAccepted } from "../../send-accepted.ts";
import { submitRequest } from "../../submit-request.ts";
import { toBase64Answer } from "./base64-answer.ts";

// The AI SDK sends no response_format. When the download of a URL fails, it repeats the whole request by itself, so it
// gets base64. Its requests carry "ai/7.0.173 ai-sdk-provider-utils/5.0.81", older ones "ai-sdk/openai-compatible".
const base64OnlyAgent = "ai-sdk";

/** Makes the pictures of a submission and answers; a failure after the jobs exist names them. */
export async function createImages(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: ImageSubmission,
): Promise<FastifyReply> {
  const made = await submitRequest(services, request, reply, submission.content);
  try {
    return await answer(services, submission, made, request, reply);
  } catch (error) {
    throw toJobFailure(error, made.jobs);
  }
}

async function answer(
  services: Services,
  submission: ImageSubmission,
  made: SubmittedJobs,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const created = made.jobs;
  const preference = parsePrefer(request.headers.prefer);
  const respondAsync = submission.respondAsync || preference.respondAsync;
  const timeoutMs = preference.waitMs ?? (respondAsync ? 0 : undefined);
  const gone = toDisconnectSignal(reply);
  const jobs =
    timeoutMs === 0
      ? created
      : await waitForAll(
          services,
          created,
          timeoutMs,
          AbortSignal.any([gone, services.closing.signal]),
        );
  if (gone.aborted) return reply.hijack();
  if (!jobs.every(hasEnded)) {
    if (services.closing.signal.aborted) {
      // This answer has no pictures: the same request, sent again, must find them.
      await made.responseLost().catch(() => undefined);
      throw toStoppedError();
    }
    return sendAccepted(services, jobs, request, reply);
  }
  if (await hasHungUp(request)) return reply.hijack();
  const failed = jobs.find(({ status }) => status !== "completed");
  if (failed !== undefined) throw toGroupFailure(failed, jobs);
  const agent = request.headers["user-agent"] ?? "";
  const format =
    submission.responseFormat ?? (agent.includes(base64OnlyAgent) ? "b64_json" : "url");
  if (format === "url") return reply.send(toUrlAnswer(jobs, urlsFor(request, services)));
  const { body, bytes } = await toBase64Answer(jobs, services.assets);
  return reply.type("application/json; charset=utf-8").header("content-length", bytes).send(body);
}

async function waitForAll(
  services: Services,
  created: [Job, ...Job[]],
  timeoutMs: number | undefined,
  signal: AbortSignal,
): Promise<[Job, ...Job[]]> {
  const [first, ...others] = await Promise.all(
    created.map(({ id }) => services.jobs.wait(id, { timeoutMs, signal })),
  );
  return [first ?? created[0], ...others];
}

function toGroupFailure(failed: Job, jobs: Job[]): JobFailure {
  const error = toJobError(failed, openaiDialect);
  if (jobs.length === 1) return new JobFailure(error, { jobId: failed.id });
  const succeeded = jobs.filter(({ status }) => status === "completed").map(({ id }) => id);
  const told =
    succeeded.length === 0
      ? error
      : new ServiceError(error.code, error.message, {
          ...error.detail,
          charged: "yes",
          fix: "The jobs in succeeded_job_ids were made: fetch their pictures before asking for the rest.",
          cause: error,
        });
  return new JobFailure(told, {
    jobId: failed.id,
    facts: { job_ids: jobs.map(({ id }) => id), succeeded_job_ids: succeeded },
  });
}

function toStoppedError(): ExpectedError {
  return new JimengError("timeout", "The gateway was stopped while the pictures were being made.", {
    charged: "unknown",
    fix: "Do not send the request again: ask for the job once the gateway runs; it goes on by itself.",
  });
}

// Once jobs exist every failure names one, so that its status is one that no client repeats.
function toJobFailure(error: unknown, jobs: [Job, ...Job[]]): unknown {
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
    new ServiceError("internal", "The pictures could not be handed over.", {
      cause: error,
      fix: `Ask for the job ${id}: its result is kept.`,
    }),
    { jobId: id },
  );
}
