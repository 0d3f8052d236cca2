// Makes the pictures of an image route and answers with them, or with their jobs.

import type { FastifyReply, FastifyRequest } from "fastify";

import { toUrlAnswer } from "../../../shapes/openai/image-answer.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { awaitResults, toJsonAnswer } from "../../answers/await-results.ts";
import { toJobFailure } from "../../answers/job-failures.ts";
import { responseFormatOf } from "../../answers/response-format.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { submitRequest } from "../../submit-request.ts";
import { toBase64Answer } from "./base64-answer.ts";
import { streamImages } from "./image-stream.ts";

/** Makes the pictures of a submission and answers; a failure after the jobs exist names them. */
export async function createImages(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: ImageSubmission,
): Promise<FastifyReply> {
  if (submission.streams) return await streamImages(services, request, reply, submission);
  const made = await submitRequest(services, request, reply, submission.content);
  const json = toJsonAnswer(services, request, reply, submission);
  try {
    const awaited = await awaitResults(services, request, reply, made, submission);
    if ("answer" in awaited) return awaited.answer;
    const { jobs } = awaited;
    const format = responseFormatOf(request, services.config, submission.responseFormat);
    if (format === "url") {
      return await json.send(toUrlAnswer(jobs, urlsFor(request, services), submission));
    }
    const { body, bytes } = await toBase64Answer(services, request.log, jobs, submission);
    return await json.sendStream(body, bytes);
  } catch (error) {
    return json.fail(toJobFailure(error, made.jobs));
  } finally {
    json.stop();
  }
}
