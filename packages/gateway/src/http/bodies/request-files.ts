// Lets routes accept files: they lie in the folder `incoming` until they are kept or the answer is sent.

import type { FastifyInstance, FastifyRequest } from "fastify";

import { brokenOff } from "../../references/errors.ts";
import { abortWhenGone } from "../waiting.ts";
import { acceptForms } from "./form.ts";
import { acceptJsonReferences } from "./json-references.ts";
import type { ReceivingOptions } from "./receiving.ts";

/** Lets the routes of this plugin accept files: in JSON as data URLs, and with `forms` as multipart forms. */
export async function acceptFiles(
  app: FastifyInstance,
  options: ReceivingOptions,
  { forms }: { forms: boolean },
): Promise<void> {
  app.decorateRequest("formFiles");
  app.decorateRequest("inlineFiles");
  app.decorateRequest("senderGone");
  app.addHook("onRequest", (request, reply, done) => {
    request.formFiles = [];
    request.inlineFiles = [];
    request.senderGone = abortWhenGone(reply, brokenOff);
    done();
  });
  // Not onResponse: an answer to a sender that is gone never finishes, and its files would stay here.
  app.addHook("onSend", async (request) => {
    // A request that was refused before this plugin's onRequest has no lists.
    const { formFiles, inlineFiles }: Partial<FastifyRequest> = request;
    // A kept file has left its temporary name already; the others are removed with the answer.
    const received = [...(formFiles ?? []), ...(inlineFiles ?? [])];
    const files = received.flatMap((each) => ("file" in each ? [each.file] : []));
    await Promise.all(files.map((file) => options.files.discard(file)));
  });
  acceptJsonReferences(app, options);
  if (forms) await acceptForms(app, options);
}
