// Makes a video and answers with it at once, as OpenAI's Video object.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { VideoObject } from "../../../api/videos.ts";
import type { Job } from "../../../jobs/job.ts";
import { toJobError } from "../../../shapes/errors.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toVideoObject } from "../../../shapes/openai/videos.ts";
import type { SubmissionContent } from "../../../submission/submission.ts";
import { JobFailure } from "../../error-reply.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { submitRequest } from "../../submit-request.ts";

/** Makes the video of a submission. Throws the failure of a job that has met one already. */
export async function createVideo(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  content: SubmissionContent,
): Promise<VideoObject> {
  const { jobs } = await submitRequest(services, request, reply, content);
  const [job] = jobs;
  // The job exists: a failure that it has met already must not invite the client to repeat the request.
  if (job.status === "failed") throw toVideoFailure(job);
  return toVideoObject(job, urlsFor(request, services));
}

/** Returns the failure of a video's job. */
export function toVideoFailure(job: Job): JobFailure {
  return new JobFailure(toJobError(job, openaiDialect), { jobId: job.id });
}
