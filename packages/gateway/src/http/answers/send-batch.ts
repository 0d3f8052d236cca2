// Sends a batch that a call has made, and notes that the answer went out.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { ReceivedBatch } from "../../batches/receive.ts";
import { toBatchObject } from "../../shapes/batches/batch-object.ts";
import { urlsFor } from "../services.ts";
import type { Services } from "../services.ts";

/** Sends the batch; the header `idempotent-replayed` tells that an earlier call made it. */
export async function sendBatch(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { batch, isReplayed }: ReceivedBatch,
): Promise<FastifyReply> {
  const refused = await services.batches.refused(batch);
  const answer = toBatchObject(batch, refused, urlsFor(request, services));
  reply.raw.once("finish", () => {
    services.batches.answered(batch.id).catch((error: unknown) => {
      request.log.error({ err: error }, "Failed to record what became of an answer.");
    });
  });
  if (isReplayed) void reply.header("idempotent-replayed", "true");
  return reply.header("location", answer.urls.self).send(answer);
}
