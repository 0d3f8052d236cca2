// What a request brought besides its words: files that lie in `incoming` until they are kept or the answer is sent.

import type { JimengError } from "@jimeng/sdk";
import type { FastifyInstance, FastifyRequest } from "fastify";

import type { Files, ReceivedFile } from "../../references/files.ts";
import { takeForms } from "./form.ts";
import { takeJsonReferences } from "./json-references.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** The files of a multipart form, in their order. */
    receivedParts: ReceivedPart[];
    /** The long data URLs of a JSON body, by the number in their marks. */
    receivedStrings: ReceivedString[];
  }
}

/** One file of a form. */
export interface ReceivedPart {
  /** The field's name, without `[]`. */
  field: string;
  file: ReceivedFile;
}

/** What became of one long data URL; why it cannot be used is told where its field is read. */
export type ReceivedString = { file: ReceivedFile } | { error: JimengError };

/** What bodies with files are read with. */
export interface ReceivingOptions {
  files: Files;
  maxUploadMegabytes: number;
}

/** Lets the routes of this plugin take files: in JSON as data URLs, and with `forms` as multipart forms. */
export async function takeReferences(
  app: FastifyInstance,
  options: ReceivingOptions,
  { forms }: { forms: boolean },
): Promise<void> {
  app.decorateRequest("receivedParts");
  app.decorateRequest("receivedStrings");
  app.addHook("onRequest", (request, _reply, done) => {
    request.receivedParts = [];
    request.receivedStrings = [];
    done();
  });
  // Not onResponse: an answer to a sender that has gone never finishes, and what came before would lie here.
  app.addHook("onSend", async (request) => {
    // A request that was refused before anything else has no lists yet.
    const { receivedParts: parts, receivedStrings: strings }: Partial<FastifyRequest> = request;
    // What was kept has left its temporary name; the rest goes with the answer.
    const received = [...(parts ?? []), ...(strings ?? [])];
    const files = received.flatMap((each) => ("file" in each ? [each.file] : []));
    await Promise.all(files.map((file) => options.files.discard(file)));
  });
  takeJsonReferences(app, options);
  if (forms) await takeForms(app, options);
}
