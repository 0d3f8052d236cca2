// Makes the pictures of an image route and answers with them, or with their jobs.

import type { FastifyReply, FastifyRequest } from "fastify";

import { hasEnded } from "../../../jobs/job.ts";
import type { Job, SubmittedJobs } from "../../../jobs/job.ts";
import { toUrlAnswer } from "../../../shapes/openai/image-answer.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { hasHungUp, parsePrefer, toDisconnectSignal } from "../../waiting.ts";
import { sendAccepted } from "../../send-accepted.ts";
import { submitRequest } from "../../submit-request.ts";
import { toBase64Answer } from "./base64-answer.ts";
import { streamImages } from "./image-stream.ts";
import { toGroupFailure, toJobFailure, toStoppedError } from "./image-failures.ts";

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
  if (submission.streams) return await streamImages(services, request, reply, submission);
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
