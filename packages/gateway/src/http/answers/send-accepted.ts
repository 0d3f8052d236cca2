// Sends the answer 202: the jobs instead of their results.

import type { FastifyReply, FastifyRequest } from "fastify";

import { toJobObject } from "../../shapes/native/job.ts";
import { toListPage } from "../../shapes/values.ts";
import type { Job } from "../../jobs/job.ts";
import { urlsFor } from "../services.ts";
import type { Services } from "../services.ts";

/** Sends the job, or a list of jobs where one start could not make everything. */
export function sendAccepted(
  services: Services,
  jobs: readonly Job[],
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const urls = urlsFor(request, services);
  const objects = jobs.map((job) => toJobObject(job, urls, services.now()));
  const [first, ...others] = objects;
  return reply
    .code(202)
    .header("preference-applied", "respond-async")
    .header("location", first?.urls.self)
    .send(others.length === 0 ? first : toListPage(objects, false));
}
