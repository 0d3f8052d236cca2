// The answer to an image generation: OpenAI's JSON with URLs, or with base64 streamed from the files.

import { Readable } from "node:stream";

import type { ImagesAnswer } from "../../../api/images.ts";
import type { WarningObject } from "../../../api/warnings.ts";
import { toUnixSeconds, toWarningObjects } from "../../../shapes/native/job.ts";
import type { Asset, Job } from "../../../jobs/job.ts";
import { toSizeText } from "../../../shapes/openai/openai.ts";
import type { Services } from "../../services.ts";
import type { Urls } from "../../../shapes/urls.ts";

/** Gives the pictures that were asked for, in order; extra ones stay assets of their jobs. */
export function toAnswerAssets(jobs: readonly Job[]): Asset[] {
  return jobs.flatMap((job) =>
    [...job.assets]
      .sort((left, right) => left.index - right.index)
      .slice(0, job.request.kind === "image" ? job.request.count : undefined),
  );
}

/** Builds the answer with URLs. */
export function toUrlAnswer(jobs: readonly [Job, ...Job[]], urls: Urls): ImagesAnswer {
  const { created, ...rest } = toFrame(jobs);
  return {
    created,
    data: toAnswerAssets(jobs).map(({ id }) => ({ url: urls.asset(id) })),
    ...rest,
  };
}

/** Builds the answer with base64: a stream of JSON and its length in bytes. Throws when a file is missing. */
export async function toBase64Answer(
  jobs: readonly [Job, ...Job[]],
  files: Services["assets"],
): Promise<{ body: Readable; bytes: number }> {
  const { created, ...rest } = toFrame(jobs);
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

/** Turns bytes into base64 piece by piece; pieces may have any length, a file's reads do too. */
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

function toFrame(jobs: readonly [Job, ...Job[]]): Omit<ImagesAnswer, "data"> {
  const [first] = jobs;
  const size = toSizeText(first);
  return {
    created: toUnixSeconds(first.completedAt ?? first.createdAt),
    ...(size === "" ? {} : { size }),
    warnings: toDistinctWarnings(jobs),
    job_id: first.id,
    job_ids: jobs.map(({ id }) => id),
  };
}

function toDistinctWarnings(jobs: readonly Job[]): WarningObject[] {
  const byText = new Map<string, WarningObject>();
  for (const warning of jobs.flatMap((job) => toWarningObjects(job.kind, job.warnings))) {
    byText.set(JSON.stringify(warning), warning);
  }
  return [...byText.values()];
}
