// What the readers of forms and of JSON bodies share: where received files are noted, limits, refused bodies.

import type { FastifyRequest } from "fastify";

import { limitOf } from "../../references/receive-file.ts";
import type { Files } from "../../references/files.ts";
import type { FormFile, InlineFile } from "../../references/incoming-files.ts";

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
  maxUploadMegabytes: number;
}

// How much larger than one picture all references of a request may be together.
const requestFactor = 10;

/** Returns how many bytes all references of a request may have together. */
export function requestLimitOf(maxUploadMegabytes: number): number {
  return requestFactor * limitOf("image", maxUploadMegabytes);
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
