// Reads in which format pictures are answered (output_format, output_compression), and chooses it for each picture.

import type { Warning } from "@jimeng/sdk";

import { toPictureFormat } from "../../api/assets.ts";
import type { PictureFormat } from "../../api/words/picture-formats.ts";
import type { ImageBody } from "../../api/images.ts";
import type { Asset } from "../../jobs/job.ts";
import { chooseVariant, isConvertible } from "../../storage/conversions/variant.ts";
import type { Variant } from "../../storage/conversions/variant.ts";
import { invalid } from "../body-fields.ts";

/** The format that the pictures of an answer are wanted in. */
export interface PictureOutput {
  format: PictureFormat;
  /** 0 to 100; null for the usual one. */
  quality: number | null;
}

const wholeQuality = 100;

/** Reads the wanted format; null for pictures as they are stored. Throws `invalid_request` for what cannot be had. */
export function toPictureOutput(
  body: Pick<ImageBody, "output_format" | "output_compression">,
  warnings: Warning[],
): PictureOutput | null {
  const format = toPictureFormat(body.output_format);
  const quality = body.output_compression ?? null;
  if (format === null) {
    // Clients send OpenAI's default along.
    if (quality === null || quality === wholeQuality) return null;
    warnings.push({
      code: "parameter_ignored",
      param: "output_compression",
      message: '"output_compression" has no effect without "output_format": jpeg or webp.',
    });
    return null;
  }
  if (format !== "png") return { format, quality };
  if (quality === null || quality === wholeQuality) return { format, quality: null };
  throw invalid(
    "output_compression",
    "A PNG has no compression: it loses nothing.",
    'Leave "output_compression" out, or set "output_format" to jpeg or webp.',
  );
}

/** Returns the form in which a picture is answered; null for the stored one. */
export function chooseOutput(asset: Asset, output: PictureOutput | null): Variant | null {
  if (output === null || !isConvertible(asset.contentType)) return null;
  return chooseVariant(asset, { ...output, width: null });
}

/** Returns the warning about pictures that are not answered in the wanted format; none where all are. */
export function toFormatWarnings(
  output: PictureOutput | null,
  contentTypes: readonly string[],
): Warning[] {
  if (output === null) return [];
  const other = contentTypes.find((contentType) => contentType !== `image/${output.format}`);
  if (other === undefined) return [];
  return [
    {
      code: "output_format_unavailable",
      param: "output_format",
      message: `A picture could not be converted to ${output.format} and is answered as ${other}.`,
    },
  ];
}
