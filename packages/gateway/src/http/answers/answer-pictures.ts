// Opens the pictures of an answer in the format that was asked for, and as they are stored where they cannot be had in it:
// they were paid for.

import type { Readable } from "node:stream";

import type { FastifyBaseLogger } from "fastify";

import type { Asset } from "../../jobs/job.ts";
import { chooseOutput } from "../../shapes/openai/output-format.ts";
import type { PictureOutput } from "../../shapes/openai/output-format.ts";
import type { Services } from "../services.ts";

/** A picture of an answer. */
export interface AnswerPicture {
  contentType: string;
  bytes: number;
  open(): Promise<Readable>;
}

/** Makes a picture ready to be sent, converted where that is wanted. Throws when its stored file is missing. */
export async function toAnswerPicture(
  { assets, conversions }: Pick<Services, "assets" | "conversions">,
  asset: Asset,
  output: PictureOutput | null,
  log: Pick<FastifyBaseLogger, "warn">,
): Promise<AnswerPicture> {
  const variant = chooseOutput(asset, output);
  if (variant !== null) {
    try {
      const converted = await conversions.prepare(asset, variant, { isPatient: true });
      const { contentType, bytes } = converted;
      return { contentType, bytes, open: () => conversions.open(converted) };
    } catch (error) {
      log.warn({ err: error, asset: asset.id }, "A picture is answered as it is stored");
    }
  }
  await assets.check(asset);
  const { contentType, bytes } = asset;
  return { contentType, bytes, open: () => assets.open(asset) };
}
