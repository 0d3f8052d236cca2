// The routes of batches: many requests in one call, their list, their results, and what stops them.

import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import * as z from "zod";

import {
  batchCreateQuerySchema,
  batchListSchema,
  batchQuerySchema,
  batchResultQuerySchema,
  batchSchema,
} from "../../../api/batches/batches.ts";
import type { BatchObject } from "../../../api/batches/batches.ts";
import type { Batch } from "../../../batches/batch.ts";
import type { LineResult } from "../../../batches/results.ts";
import { toBatchObject, toResultObject } from "../../../shapes/batches/batch-object.ts";
import { toListPage } from "../../../shapes/values.ts";
import { sendLines, withBlankLines } from "../../answers/json-lines.ts";
import { sendBatch } from "../../answers/send-batch.ts";
import {
  acceptLines,
  bodyOf,
  createLineParser,
  lineTypes,
  readingBody,
} from "../../bodies/line-bodies.ts";
import { toIdempotency } from "../../idempotency-headers.ts";
import { errorResponses } from "../../responses.ts";
import { baseFor, urlsFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { toDisconnectSignal } from "../../waiting.ts";

const idSchema = z.object({ id: z.string() });
const tags = ["batches"];

/** Registers the batch routes. */
export function batchRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(createRoute(services));
    await app.register(resultRoutes(services));

    app.get(
      "/v1/batches",
      {
        config: { scope: "read" },
        schema: {
          summary: "List batches",
          tags,
          querystring: batchQuerySchema,
          response: { 200: batchListSchema, ...errorResponses },
        },
      },
      async (request) => {
        const keyId = request.caller.listKeyId();
        const { batches, hasMore } = await services.batches.list({ ...request.query, keyId });
        const data = await Promise.all(batches.map((batch) => show(services, request, batch)));
        return toListPage(data, hasMore);
      },
    );

    app.get(
      "/v1/batches/:id",
      {
        config: { scope: "read" },
        schema: {
          summary: "Retrieve a batch",
          tags,
          params: idSchema,
          response: { 200: batchSchema, ...errorResponses },
        },
      },
      async (request) => {
        const batch = await services.batches.retrieve(request.caller, request.params.id);
        return await show(services, request, batch);
      },
    );

    app.post(
      "/v1/batches/:id/cancel",
      {
        config: { scope: "generate", confirmedSession: false },
        schema: {
          summary: "Stop a batch: what was not started never is, what runs goes on",
          tags,
          params: idSchema,
          response: { 200: batchSchema, ...errorResponses },
        },
      },
      async (request) => {
        const batch = await services.batches.cancel(request.caller, request.params.id);
        return await show(services, request, batch);
      },
    );
  };
}

function createRoute(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    acceptLines(app, [...lineTypes, "application/json"]);
    const parse = createLineParser(app);

    app.post(
      "/v1/jobs/batch",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make a batch of JSONL, one request on each line, or of a JSON array",
          tags,
          consumes: [...lineTypes, "application/json"],
          querystring: batchCreateQuerySchema,
          response: { 202: batchSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { max_credits: maxCredits, confirm } = request.query;
        const received = await readingBody(request, () =>
          services.batches.create({
            caller: request.caller,
            key: toIdempotency(request.headers).key,
            body: bodyOf(request),
            parse,
            options: {
              endpoint: "/v1/jobs",
              inputFileId: null,
              completionWindow: null,
              metadata: null,
              ownBase: baseFor(request, services),
              maxCredits: maxCredits ?? null,
              confirmed: confirm ?? false,
            },
          }),
        );
        return await sendBatch(services, request, reply.code(202), received);
      },
    );
  };
}

function resultRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      "/v1/batches/:id/results",
      {
        config: { scope: "read" },
        schema: {
          summary: "Get the results of a batch as JSONL, in the order of its lines",
          tags,
          params: idSchema,
          querystring: batchResultQuerySchema,
          response: errorResponses,
        },
      },
      async (request, reply) => {
        const batch = await services.batches.retrieve(request.caller, request.params.id);
        const { after, follow: follows = false } = request.query;
        const signal = AbortSignal.any([toDisconnectSignal(reply), services.closing.signal]);
        const results = services.batches.results(batch, { after, follows, signal });
        const texts = toTexts(services, request, results);
        return sendLines(
          request,
          reply,
          follows ? withBlankLines(texts, services.heartbeatMs) : texts,
        );
      },
    );
  };
}

async function* toTexts(
  services: Services,
  request: FastifyRequest,
  results: AsyncIterable<LineResult>,
): AsyncGenerator<string> {
  const urls = urlsFor(request, services);
  for await (const result of results) {
    yield `${JSON.stringify(toResultObject(result, urls, services.now()))}\n`;
  }
}

async function show(
  services: Services,
  request: FastifyRequest,
  batch: Batch,
): Promise<BatchObject> {
  const refused = await services.batches.refused(batch);
  return toBatchObject(batch, refused, urlsFor(request, services));
}
