// Streams OpenAI's answer to an image generation with the pictures as base64 from their files.

import { Readable } from "node:stream";

import type { FastifyBaseLogger } from "fastify";

import type { Job } from "../../../jobs/job.ts";
import {
  toAnswerAssets,
  toAnswerFrame,
  toPictureFacts,
} from "../../../shapes/openai/image-answer.ts";
import type { PictureAnswer } from "../../../shapes/openai/image-answer.ts";
import { toAnswerPicture } from "../../answers/answer-pictures.ts";
import type { AnswerPicture } from "../../answers/answer-pictures.ts";
import type { Services } from "../../services.ts";

/** Builds the answer with base64: a stream of JSON and its length in bytes. Throws when a file is missing. */
export async function toBase64Answer(
  services: Pick<Services, "assets" | "conversions">,
  log: Pick<FastifyBaseLogger, "warn">,
  jobs: readonly [Job, ...Job[]],
  { output, revisedPrompt }: PictureAnswer,
): Promise<{ body: Readable; bytes: number }> {
  const pictures = await Promise.all(
    toAnswerAssets(jobs).map((asset) => toAnswerPicture(services, asset, output, log)),
  );
  const contentTypes = pictures.map(({ contentType }) => contentType);
  const { created, ...rest } = {
    ...toAnswerFrame(jobs, { output, contentTypes }),
    ...toPictureFacts(jobs),
  };
  const head = `{"created":${created},"data":[`;
  const tail = `],${JSON.stringify(rest).slice(1)}`;
  const base64Bytes = pictures.reduce((sum, { bytes }) => sum + 4 * Math.ceil(bytes / 3), 0);
  const closeItem = toItemEnd(revisedPrompt);
  const framing =
    pictures.length * (openItem.length + Buffer.byteLength(closeItem)) +
    Math.max(0, pictures.length - 1);
  return {
    body: Readable.from(encode({ head, closeItem, tail }, pictures), { objectMode: false }),
    bytes: Buffer.byteLength(head) + framing + base64Bytes + Buffer.byteLength(tail),
  };
}

const openItem = '{"b64_json":"';

function toItemEnd(revisedPrompt: string | undefined): string {
  return revisedPrompt === undefined
    ? '"}'
    : `","revised_prompt":${JSON.stringify(revisedPrompt)}}`;
}

async function* encode(
  { head, closeItem, tail }: { head: string; closeItem: string; tail: string },
  pictures: readonly AnswerPicture[],
): AsyncGenerator<string> {
  yield head;
  for (const [index, picture] of pictures.entries()) {
    yield index === 0 ? openItem : `,${openItem}`;
    yield* toBase64(await picture.open());
    yield closeItem;
  }
  yield tail;
}

/** Encodes bytes as base64 piece by piece; the pieces may have any length. */
export async function* toBase64(pieces: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    // Base64 turns three bytes into four characters; only the very end may be padded.
    const whole = bytes.length - (bytes.length % 3);
    if (whole > 0) yield bytes.toString("base64", 0, whole);
    rest = bytes.subarray(whole);
  }
  if (rest.length > 0) yield rest.toString("base64");
}
