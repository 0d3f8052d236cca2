// Streams OpenAI's answer to an image generation with the pictures as base64 from their files.

import { Readable } from "node:stream";

import type { Asset, Job } from "../../../jobs/job.ts";
import { toAnswerAssets, toAnswerFrame } from "../../../shapes/openai/image-answer.ts";
import type { Services } from "../../services.ts";

/** Builds the answer with base64: a stream of JSON and its length in bytes. Throws when a file is missing. */
export async function toBase64Answer(
  jobs: readonly [Job, ...Job[]],
  files: Services["assets"],
): Promise<{ body: Readable; bytes: number }> {
  const { created, ...rest } = toAnswerFrame(jobs);
  const assets = toAnswerAssets(jobs);
  await Promise.all(assets.map((asset) => files.check(asset)));
  const head = `{"created":${created},"data":[`;
  const tail = `],${JSON.stringify(rest).slice(1)}`;
  const base64Bytes = assets.reduce((sum, { bytes }) => sum + 4 * Math.ceil(bytes / 3), 0);
  const framing =
    assets.length * (openItem.length + closeItem.length) + Math.max(0, assets.length - 1);
  return {
    body: Readable.from(encode(head, assets, files, tail), { objectMode: false }),
    bytes: Buffer.byteLength(head) + framing + base64Bytes + Buffer.byteLength(tail),
  };
}

const openItem = '{"b64_json":"';
const closeItem = '"}';

async function* encode(
  head: string,
  assets: Asset[],
  files: Services["assets"],
  tail: string,
): AsyncGenerator<string> {
  yield head;
  for (const [index, asset] of assets.entries()) {
    yield index === 0 ? openItem : `,${openItem}`;
    yield* toBase64(await files.open(asset));
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
