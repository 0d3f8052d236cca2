// The route that tells what a job or a batch would make and cost; nothing is started.

import { Readable } from "node:stream";

import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { validatorCompiler } from "fastify-type-provider-zod";
import * as z from "zod";

import { batchEstimateSchema } from "../../../api/batches/batches.ts";
import { estimateSchema } from "../../../api/batches/estimate.ts";
import { jobBodySchema } from "../../../api/jobs.ts";
import { toBatchEstimateObject } from "../../../shapes/batches/batch-object.ts";
import { toEstimateObject } from "../../../shapes/native/estimate.ts";
import type { Caller } from "../../../keys/caller.ts";
import { normalizeJobBody } from "../../../shapes/native/fields.ts";
import { toJobSubmission } from "../../../shapes/native/job-body.ts";
import { estimate } from "../../../submission/pricing/estimate.ts";
import type { Estimate } from "../../../submission/pricing/estimate.ts";
import {
  acceptLines,
  bodyOf,
  createLineParser,
  lineTypes,
  readingBody,
} from "../../bodies/line-bodies.ts";
import { acceptFiles } from "../../bodies/request-files.ts";
import { errorResponses } from "../../responses.ts";
import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";
import { toTranslationContext } from "../../submit-request.ts";

/** Registers the route of estimates. */
export function estimateRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const { uploadMegabytes } = services.config;
    await acceptFiles(app, { files: services.files, uploadMegabytes }, { forms: false });
    acceptLines(app, lineTypes);
    const parse = createLineParser(app);

    app.post(
      "/v1/estimate",
      {
        config: { scope: "read" },
        preValidation: async (request) => {
          request.body = normalizeJobBody(request.body) as typeof request.body;
        },
        schema: {
          summary: "Estimate what a job or a batch would cost; nothing is started",
          tags: ["jobs"],
          body: jobBodySchema,
          response: { 200: z.union([estimateSchema, batchEstimateSchema]), ...errorResponses },
        },
        validatorCompiler: checkUnlessBatch as never,
      },
      async (request) => {
        const body: unknown = request.body;
        if (!isBatch(body)) {
          const context = toTranslationContext(request, services);
          const content = toJobSubmission(request.body, context);
          const found = await estimate(services, request.caller, content);
          return toEstimateObject(await withBudgets(services, request.caller, found), request.id);
        }
        const found = await readingBody(request, () =>
          services.batches.estimate({
            caller: request.caller,
            body: Array.isArray(body) ? inOnePiece(body) : bodyOf(request),
            parse,
            options: { endpoint: "/v1/jobs", ownBase: baseFor(request, services) },
          }),
        );
        return toBatchEstimateObject(found);
      },
    );
  };
}

/** Adds the refusal of the key's budgets where no ceiling refuses already. */
async function withBudgets(
  { keyUse }: Pick<Services, "keyUse">,
  { key }: Caller,
  found: Estimate,
): Promise<Estimate> {
  if (key === null || found.refusal !== undefined) return found;
  const prices = found.jobs.map(({ quote }) => quote.credits);
  return { ...found, refusal: await keyUse.refusalOf(key, prices) };
}

/** Makes the check of a part of the request; the lines of a batch are checked one by one. */
function checkUnlessBatch(route: Parameters<typeof validatorCompiler>[0]) {
  const check = validatorCompiler(route);
  return (data: unknown) => (isBatch(data) ? { value: data } : check(data));
}

function isBatch(body: unknown): boolean {
  return Array.isArray(body) || body instanceof Readable;
}

async function* inOnePiece(array: unknown[]): AsyncGenerator<Uint8Array> {
  yield Buffer.from(JSON.stringify(array));
}
