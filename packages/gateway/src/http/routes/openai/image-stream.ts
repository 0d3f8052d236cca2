// Streams the pictures of an image route: one event for each as soon as it is there.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { Asset, Job } from "../../../jobs/job.ts";
import { toPictureEvent } from "../../../shapes/openai/image-answer.ts";
import { chooseOutput } from "../../../shapes/openai/output-format.ts";
import type { ImageSubmission } from "../../../shapes/openai/images.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import type { OutgoingEvent } from "../../answers/event-stream.ts";
import { followResults } from "../../answers/follow-results.ts";
import { streamSubmission } from "../../answers/submission-stream.ts";
import { toAnswerPicture } from "../../answers/answer-pictures.ts";
import type { AnswerPicture } from "../../answers/answer-pictures.ts";
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
  const { output, responseFormat, revisedPrompt } = submission;
  const words = revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt };
  const describe = (contentType: string): Record<string, unknown> => ({
    type: name,
    ...toPictureEvent(job, asset, { output, contentType }),
    ...words,
  });
  if (responseFormat === "url") {
    const variant = chooseOutput(asset, output);
    const rest = describe(variant === null ? asset.contentType : `image/${variant.format}`);
    const urls = urlsFor(request, services);
    const expires = { expires_at: urls.expiresAt(job) };
    return { name, data: { ...rest, url: urls.asset(asset, job, variant), ...expires } };
  }
  const picture = await toAnswerPicture(services, asset, output, request.log);
  return { name, data: undefined, pieces: withBase64(describe(picture.contentType), picture) };
}

async function* withBase64(
  rest: Record<string, unknown>,
  picture: AnswerPicture,
): AsyncGenerator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"b64_json":"`;
  yield* toBase64(await picture.open());
  yield '"}';
}
