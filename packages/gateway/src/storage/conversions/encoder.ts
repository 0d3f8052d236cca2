// Converts pictures with sharp, which works in threads of its own, and makes their placeholders.

import { JimengError } from "@jimeng/sdk";
import type { default as Sharp } from "sharp";

import type { Variant } from "./variant.ts";

/** How a picture is read. */
export interface ReadOptions {
  /** Reads a damaged file as far as it goes. */
  isDamaged?: boolean;
}

// A picture of 10,000 × 10,000 takes 400 MB of memory when it is decoded at once.
const maxPixels = 100_000_000;
const largestPlaceholderSide = 100;
const usualQuality = 90;
// Level 4 takes three times as long for 5 % less; small pictures are made in no time at any level.
const webpEffort = { small: 4, large: 2 } as const;
const whiteBackground = "#ffffff";

/** Converts pictures; sharp is loaded with the first one. */
export class PictureEncoder {
  #loading: Promise<typeof Sharp> | undefined;

  /** Makes a variant of a picture. Throws `invalid_request` (param format) for a file that cannot be read as one. */
  async encode(
    input: string | Uint8Array,
    variant: Variant,
    { isDamaged = false }: ReadOptions = {},
  ): Promise<Buffer> {
    const sharp = await this.#sharp();
    const { maxWidth, maxHeight, format } = variant;
    const isWhole = maxWidth === null && maxHeight === null;
    try {
      const picture = sharp(input, readOptions(isDamaged)).autoOrient();
      // A label that the upstream wrote into the file says where the picture comes from: it is kept with the picture.
      if (isWhole) picture.keepXmp();
      else {
        picture.resize({
          width: maxWidth ?? undefined,
          height: maxHeight ?? undefined,
          fit: "inside",
          withoutEnlargement: true,
        });
      }
      if (format === "png") return await picture.png().toBuffer();
      const quality = Math.max(1, variant.quality ?? usualQuality);
      if (format === "webp") {
        const effort = isWhole ? webpEffort.large : webpEffort.small;
        return await picture.webp({ quality, effort }).toBuffer();
      }
      return await picture.flatten({ background: whiteBackground }).jpeg({ quality }).toBuffer();
    } catch (cause) {
      throw unreadable(cause);
    }
  }

  /** Makes the placeholder (ThumbHash) of a picture, in base64. Throws as `encode` does. */
  async placeholder(
    input: string | Uint8Array,
    { isDamaged = false }: ReadOptions = {},
  ): Promise<string> {
    const sharp = await this.#sharp();
    const { rgbaToThumbHash } = await import("thumbhash");
    const side = largestPlaceholderSide;
    try {
      const { data, info } = await sharp(input, readOptions(isDamaged))
        .autoOrient()
        .resize({ width: side, height: side, fit: "inside", withoutEnlargement: true })
        .toColourspace("srgb")
        .ensureAlpha()
        .raw()
        .toBuffer({ resolveWithObject: true });
      return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString("base64");
    } catch (cause) {
      throw unreadable(cause);
    }
  }

  #sharp(): Promise<typeof Sharp> {
    return (this.#loading ??= load());
  }
}

async function load(): Promise<typeof Sharp> {
  const { default: sharp } = await import("sharp");
  // One thread for each picture: the others are the event loop's, the database's and those of files.
  sharp.concurrency(1);
  // What is made is kept on the disk: a second copy in memory helps nobody.
  sharp.cache(false);
  return sharp;
}

function readOptions(isDamaged: boolean) {
  return {
    limitInputPixels: maxPixels,
    sequentialRead: true,
    failOn: isDamaged ? "none" : "error",
  } as const;
}

function unreadable(cause: unknown): JimengError {
  const isTooLarge = cause instanceof Error && cause.message.includes("pixel limit");
  const message = isTooLarge
    ? `The picture has more than ${maxPixels / 1_000_000} million pixels, too many to be converted.`
    : "The stored file cannot be read as a picture.";
  return new JimengError("invalid_request", message, {
    param: "format",
    fix: "Ask for the stored file without format, width and quality.",
    cause,
  });
}
