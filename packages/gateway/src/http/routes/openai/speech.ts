// OpenAI's speech route, and the list of the voices it speaks with.

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import { jobSchema } from "../../../api/jobs.ts";
import { speechBodySchema, voiceListSchema, voicesQuerySchema } from "../../../api/speech.ts";
import { openaiDialect } from "../../../shapes/openai/names.ts";
import { toSpeechSubmission, toVoiceName } from "../../../shapes/openai/speech.ts";
import { awaitResults } from "../../answers/await-results.ts";
import { toJobFailure } from "../../answers/job-failures.ts";
import { errorResponses } from "../../responses.ts";
import { sendFile } from "../../send-file.ts";
import type { Services } from "../../services.ts";
import { submitRequest, toTranslationContext } from "../../submit-request.ts";
import { chooseAccounts } from "../native/account-choice.ts";

const tags = ["audio"];

/** Registers the routes of speech. */
export function speechRoutes(services: Services): FastifyPluginAsyncZod {
  const { accounts, voices } = services;
  return async (app) => {
    app.post(
      "/v1/audio/speech",
      {
        config: { scope: "generate", dialect: openaiDialect, confirmedSession: true },
        schema: {
          summary: "Speak a text; the answer is the MP3",
          tags,
          body: speechBodySchema,
          response: { 200: z.any(), 202: jobSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { body, caller } = request;
        const [access] = chooseAccounts(accounts, caller, body.account ?? undefined);
        const voice = await voices.find(access, toVoiceName(body));
        const content = toSpeechSubmission(body, voice, toTranslationContext(request, services));
        const made = await submitRequest(services, request, reply, content);
        try {
          const awaited = await awaitResults(services, request, reply, made, {
            respondAsync: false,
          });
          if ("answer" in awaited) return awaited.answer;
          const [asset] = awaited.jobs[0].assets;
          if (asset === undefined) throw new Error("a completed speech has no file");
          return await sendFile(request, reply, asset, services.assets);
        } catch (error) {
          throw toJobFailure(error, made.jobs);
        }
      },
    );

    app.get(
      "/v1/audio/voices",
      {
        config: { scope: "read", confirmedSession: true },
        schema: {
          summary: "List the voices of the site",
          tags,
          querystring: voicesQuerySchema,
          response: { 200: voiceListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const [access] = chooseAccounts(accounts, request.caller, request.query.account);
        const all = await voices.list(access);
        return {
          object: "list" as const,
          data: all.map(({ id, title }) => ({ id, object: "voice" as const, title })),
        };
      },
    );
  };
}
