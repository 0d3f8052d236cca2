// Streams the pictures of an image route: one event for each as soon as it is there.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Asset, Job } from "../../../jobs/job.ts";
import { toPictureEvent } from "../../../shapes/openai/image-answer.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import type { OutgoingEvent } from "../../answers/event-stream.ts";
import { followResults } from "../../answers/follow-results.ts";
import { streamSubmission } from "../../answers/submission-stream.ts";
import { toBase64 } from "./base64-answer.ts";

/** Makes the pictures of a submission and sends each one as an event; failures are `error` events. */
export async function streamImages(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  submission: ImageSubmission,
): Promise<FastifyReply> {
  return await streamSubmission(services, request, reply, submission.content, {
    async *events(jobs, signal) {
      for await (const { job, landed } of followResults(services.jobs, jobs, signal)) {
        for (const asset of landed) {
          yield await toPicture(services, request, submission, { job, asset });
        }
      }
    },
    toErrorEvent: (body) => ({ name: "error", data: { type: "error", ...body } }),
  });
}

async function toPicture(
  services: Services,
  request: FastifyRequest,
  submission: ImageSubmission,
  { job, asset }: { job: Job; asset: Asset },
): Promise<OutgoingEvent> {
  const name = submission.isEdit ? "image_edit.completed" : "image_generation.completed";
  const rest = { type: name, ...toPictureEvent(job, asset) };
  if (submission.responseFormat === "url") {
    return { name, data: { ...rest, url: urlsFor(request, services).asset(asset) } };
  }
  await services.assets.check(asset);
  return { name, data: undefined, pieces: withBase64(rest, asset, services) };
}

async function* withBase64(
  rest: Record<string, unknown>,
  asset: Asset,
  { assets }: Services,
): AsyncGenerator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"b64_json":"`;
  yield* toBase64(await assets.open(asset));
  yield '"}';
}
