// OpenAI's chat route, for clients that can only chat: the last message becomes a picture or a video.

import { randomUUID } from "node:crypto";

import type { FastifyReply, FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { chatAnswerSchema, chatBodySchema } from "../../../api/chat.ts";
import { jobListSchema, jobSchema } from "../../../api/jobs.ts";
import type { Asset } from "../../../jobs/job.ts";
import { normalizeChatBody, toChatSubmission } from "../../../shapes/openai/chat.ts";
import type { ChatSubmission } from "../../../shapes/openai/chat.ts";
import {
  toChatAnswer,
  toChunk,
  toErrorChunk,
  toProgressLine,
  toResultDelta,
  toUsageChunk,
} from "../../../shapes/openai/chat-answer.ts";
import type { ChatFrame } from "../../../shapes/openai/chat-answer.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toUnixSeconds } from "../../../shapes/values.ts";
import { awaitResults, toJsonAnswer } from "../../answers/await-results.ts";
import type { OutgoingEvent } from "../../answers/event-stream.ts";
import { followResults } from "../../answers/follow-results.ts";
import { toJobFailure } from "../../answers/job-failures.ts";
import { streamSubmission } from "../../answers/submission-stream.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import { urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { submitRequest, toTranslationContext } from "../../submit-request.ts";

/** Registers the chat route. */
export function chatRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { files, config } = services;
    const { uploadMegabytes } = config;
    await acceptFiles(app, { files, uploadMegabytes }, { forms: false });

    app.post(
      "/v1/chat/completions",
      {
        config: { scope: "generate", dialect: openaiDialect },
        preValidation: async (request) => {
          request.body = normalizeChatBody(request.body) as typeof request.body;
        },
        schema: {
          summary: "Make pictures or a video from the last message of a chat",
          tags: ["chat"],
          body: chatBodySchema,
          response: {
            200: chatAnswerSchema,
            202: z.union([jobSchema, jobListSchema]),
            ...errorResponses,
          },
        },
      },
      async (request, reply) => {
        const submission = toChatSubmission(request.body, toTranslationContext(request, services));
        return submission.streams
          ? await stream(services, request, reply, submission)
          : await answer(services, request, reply, submission);
      },
    );
  };
}

async function answer(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { content, model }: ChatSubmission,
): Promise<FastifyReply> {
  const made = await submitRequest(services, request, reply, content);
  const json = toJsonAnswer(services, request, reply, { respondAsync: false });
  try {
    const awaited = await awaitResults(services, request, reply, made, { respondAsync: false });
    if ("answer" in awaited) return awaited.answer;
    return await json.send(toChatAnswer(awaited.jobs, model, urlsFor(request, services)));
  } catch (error) {
    return json.fail(toJobFailure(error, made.jobs));
  } finally {
    json.stop();
  }
}

async function stream(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { content, model, tellsUsage }: ChatSubmission,
): Promise<FastifyReply> {
  const frame: ChatFrame = {
    id: `chatcmpl-${randomUUID()}`,
    created: toUnixSeconds(services.now()),
    model,
  };
  const urls = urlsFor(request, services);
  return await streamSubmission(services, request, reply, content, {
    opening: { data: toChunk(frame, { role: "assistant", content: "" }) },
    async *events(jobs, signal): AsyncGenerator<OutgoingEvent> {
      let line = "";
      let isFirst = true;
      for await (const { job, landed } of followResults(services.jobs, jobs, signal)) {
        const now = toProgressLine(job);
        // A message that shows results already needs no word of progress.
        if (isFirst && landed.length === 0 && now !== line && job.status !== "completed") {
          line = now;
          yield { data: toChunk(frame, { reasoning_content: `${line}\n` }) };
        }
        if (landed.length === 0) continue;
        const linkOf = (asset: Asset): string => urls.asset(asset, job);
        yield { data: toChunk(frame, toResultDelta(landed, isFirst, linkOf)) };
        isFirst = false;
      }
      if (signal.aborted) return;
      yield { data: toChunk(frame, {}, "stop") };
      if (tellsUsage) yield { data: toUsageChunk(frame) };
    },
    toErrorEvent: (body) => ({ data: toErrorChunk(body) }),
  });
}
