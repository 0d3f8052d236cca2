// What the readers of forms and of JSON bodies share: where received files are noted, limits, refused bodies.

import type { FastifyRequest } from "fastify";

import type { Files } from "../../references/files.ts";
import type { FormFile, InlineFile } from "../../references/incoming-files.ts";
import type { UploadMegabytes } from "../../references/upload-limits.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The files of a multipart form, in their order. */
    formFiles: FormFile[];
    /** The long data URLs of a JSON body, by the index in their marks. */
    inlineFiles: InlineFile[];
    /** Aborted when the sender goes away before the answer: what is done with its files stops then. */
    senderGone: AbortSignal;
  }
}

/** What bodies with files are read with. */
export interface ReceivingOptions {
  files: Files;
  uploadMegabytes: UploadMegabytes;
}

// A client that still sends loses the answer unless its body is read on; but not for ever.
const drainMs = 10_000;

/** Reads and discards the rest of a refused body for a while, so that the sender receives the answer. */
export function drain(request: FastifyRequest): void {
  const { raw } = request;
  raw.unpipe();
  raw.on("error", () => undefined);
  raw.resume();
  if (raw.complete) return;
  const timer = setTimeout(() => raw.destroy(), drainMs);
  timer.unref();
  raw.once("close", () => clearTimeout(timer));
}
