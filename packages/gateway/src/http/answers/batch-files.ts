// Sends the files of a batch's results, which are written while they are read, in OpenAI's shape.

import type { FastifyReply, FastifyRequest } from "fastify";

import type { FileObject } from "../../api/files.ts";
import { isActive } from "../../batches/batch.ts";
import type { Batch } from "../../batches/batch.ts";
import type { LineResult } from "../../batches/results.ts";
import type { Job } from "../../jobs/job.ts";
import {
  frameOfOutput,
  linesOfOutput,
  parseOutputFileId,
  toAnswerForm,
  toErrorLine,
  toOutputFileObject,
} from "../../shapes/batches/output-files.ts";
import type { AnswerForm, OutputKind } from "../../shapes/batches/output-files.ts";
import { toJobObject } from "../../shapes/native/job.ts";
import { toChatAnswer } from "../../shapes/openai/chat-answer.ts";
import { toUrlAnswer } from "../../shapes/openai/image-answer.ts";
import { toVideoObject } from "../../shapes/openai/videos.ts";
import { toListPage } from "../../shapes/values.ts";
import { toBase64Answer } from "../routes/openai/base64-answer.ts";
import { urlsFor } from "../services.ts";
import type { Services } from "../services.ts";
import { toDisconnectSignal } from "../waiting.ts";
import { sendLines } from "./json-lines.ts";

/** Returns the facts of the file that an id names; undefined for an id of any other file. Throws `not_found`. */
export async function findBatchFile(
  services: Services,
  request: FastifyRequest,
  id: string,
): Promise<{ object: FileObject; batch: Batch; kind: OutputKind } | undefined> {
  const named = parseOutputFileId(id);
  if (named === undefined) return undefined;
  const batch = await services.batches.retrieve(request.caller, named.batchId);
  if (batch.status === "validating" || isActive(batch)) return undefined;
  return { object: toOutputFileObject(batch, named.kind), batch, kind: named.kind };
}

/** Sends the file of a batch. */
export function sendBatchFile(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  { batch, kind }: { batch: Batch; kind: OutputKind },
): FastifyReply {
  const signal = AbortSignal.any([toDisconnectSignal(reply), services.closing.signal]);
  const states = linesOfOutput[kind];
  const results = services.batches.results(batch, { states, signal });
  return sendLines(request, reply, toTexts(services, request, { batch, kind, results }));
}

async function* toTexts(
  services: Services,
  request: FastifyRequest,
  { batch, kind, results }: { batch: Batch; kind: OutputKind; results: AsyncIterable<LineResult> },
): AsyncGenerator<string> {
  for await (const result of results) {
    if (kind === "errors") {
      yield toErrorLine(result, batch.id);
      continue;
    }
    const [first, ...others] = result.jobs;
    if (first === undefined) continue;
    const form = toAnswerForm(await services.batches.content(batch, result.line.number));
    const { head, tail } = frameOfOutput(result, batch.id);
    yield head;
    yield* toBody(services, request, [first, ...others], form);
    yield tail;
  }
}

/** Yields the answer that the route of a line would have given. */
async function* toBody(
  services: Services,
  request: FastifyRequest,
  jobs: [Job, ...Job[]],
  { url, model, wantsBase64, output }: AnswerForm,
): AsyncGenerator<string> {
  const urls = urlsFor(request, services);
  const [first] = jobs;
  switch (url) {
    case "/v1/images/generations":
    case "/v1/images/edits":
      if (!wantsBase64) {
        yield JSON.stringify(toUrlAnswer(jobs, urls, { output }));
        return;
      }
      {
        const { body } = await toBase64Answer(services, request.log, jobs, { output });
        for await (const piece of body) yield String(piece);
      }
      return;
    case "/v1/videos":
      yield JSON.stringify(toVideoObject(first, urls));
      return;
    case "/v1/chat/completions":
      yield JSON.stringify(toChatAnswer(jobs, model ?? first.request.model, urls));
      return;
    default: {
      const objects = jobs.map((job) => toJobObject(job, urls, services.now()));
      yield JSON.stringify(objects.length === 1 ? objects[0] : toListPage(objects, false));
    }
  }
}
