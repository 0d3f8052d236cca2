// OpenAI's way to make a batch: of a file of JSONL that was uploaded before.

import { JimengError } from "@jimeng/sdk";
import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import type * as z from "zod";

import { batchBodySchema, batchSchema } from "../../../api/batches/batches.ts";
import type { BatchOptions } from "../../../batches/batch.ts";
import type { StoredFile } from "../../../references/file-store.ts";
import { sendBatch } from "../../answers/send-batch.ts";
import { createLineParser } from "../../bodies/line-bodies.ts";
import { toIdempotency } from "../../idempotency-headers.ts";
import { errorResponses } from "../../responses.ts";
import { baseFor } from "../../services.ts";
import type { Services } from "../../services.ts";

/** Registers the route. */
export function fileBatchRoutes(services: Services): FastifyPluginAsyncZod {
  return async (app) => {
    const parse = createLineParser(app);

    app.post(
      "/v1/batches",
      {
        config: { scope: "generate" },
        schema: {
          summary: "Make a batch of an uploaded file of JSONL",
          tags: ["batches"],
          body: batchBodySchema,
          response: { 200: batchSchema, ...errorResponses },
        },
      },
      async (request, reply) => {
        const { body, caller } = request;
        const { key, isRetry } = toIdempotency(request.headers);
        // OpenAI's clients repeat a call whose answer was lost, without a key.
        const earlier =
          key === null && isRetry
            ? await services.batches.repeated(caller, body.input_file_id)
            : undefined;
        if (earlier !== undefined) {
          return await sendBatch(services, request, reply, { batch: earlier, isReplayed: true });
        }
        const file = await requireLines(services, request, body.input_file_id);
        const received = await services.batches.create({
          caller,
          key,
          body: await services.files.open(file),
          parse,
          options: toOptions(body, baseFor(request, services)),
        });
        return await sendBatch(services, request, reply, received);
      },
    );
  };
}

function toOptions(body: z.output<typeof batchBodySchema>, ownBase: string): BatchOptions {
  const { metadata } = body;
  return {
    endpoint: body.endpoint,
    inputFileId: body.input_file_id,
    completionWindow: body.completion_window ?? null,
    metadata: metadata ?? null,
    ownBase,
    maxCredits: body.max_credits ?? toCredits(metadata?.["max_credits"]),
    confirmed: body.confirm ?? metadata?.["confirm"] === "true",
  };
}

/** Reads the ceiling of clients whose types have no field for it. */
function toCredits(text: string | undefined): number | null {
  if (text === undefined) return null;
  const credits = text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(credits) && credits >= 0) return credits;
  throw new JimengError("invalid_request", "max_credits is no number of credits.", {
    param: "metadata.max_credits",
    fix: 'Give a number as text, such as "100", or leave it out.',
  });
}

async function requireLines(
  services: Services,
  { caller }: FastifyRequest,
  id: string,
): Promise<StoredFile> {
  const file = await services.files.get(id);
  if (file === undefined || !caller.maySee(file.keyId)) {
    throw new JimengError("not_found", "There is no file of this id.", {
      what: "file",
      param: "input_file_id",
      fix: "Check the id; files uploaded with another key or session are not shown.",
    });
  }
  if (file.kind === "text") return file;
  throw new JimengError("invalid_request", "The file does not hold the lines of a batch.", {
    param: "input_file_id",
    fix: "Upload JSONL with a name that ends in .jsonl.",
  });
}
