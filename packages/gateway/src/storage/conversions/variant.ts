// Says in which other form a stored picture is wanted: its format, its size and its quality.

import { convertibleTypes, pictureFormats } from "../../api/words/picture-formats.ts";
import type { PictureFormat } from "../../api/words/picture-formats.ts";

/** Another form of a picture. */
export interface Variant {
  format: PictureFormat;
  /** The largest width and height in pixels; null for the picture's own. The ratio is kept, nothing is enlarged. */
  maxWidth: number | null;
  maxHeight: number | null;
  /** 0 to 100, for JPEG and WebP; null for the usual one. */
  quality: number | null;
}

/** What a caller wants of a picture; null where it left the choice open. */
export interface WantedVariant {
  format: PictureFormat | null;
  width: number | null;
  quality: number | null;
}

/** What is known of a stored picture. */
export interface Picture {
  id: string;
  contentType: string;
  width: number | null;
  height: number | null;
  bytes: number;
  /** Whether the file ends early or is damaged. */
  incomplete: boolean;
}

const thumbnailSide = 512;
const thumbnailQuality = 80;

/** The small picture that lists show. */
export const thumbnail: Variant = {
  format: "webp",
  maxWidth: thumbnailSide,
  maxHeight: thumbnailSide,
  quality: thumbnailQuality,
};

// A new number wherever the encoder makes other bytes than before: callers keep what they have for a year.
const encodingRevision = 1;

/** Returns whether a stored file is a picture. */
export function isPicture(contentType: string): boolean {
  return contentType.startsWith("image/");
}

/** Returns whether a stored picture of this type can be converted. */
export function isConvertible(contentType: string): boolean {
  return convertibleTypes.has(contentType);
}

/** Returns the variant that meets a caller's request; null where the stored file does. */
export function chooseVariant(picture: Picture, wanted: WantedVariant): Variant | null {
  const own = formatOf(picture.contentType);
  const format = wanted.format ?? own ?? "webp";
  const { width, quality } = wanted;
  const isSmaller = width !== null && (picture.width === null || width < picture.width);
  if (format === own && !isSmaller && quality === null) return null;
  return { format, maxWidth: isSmaller ? width : null, maxHeight: null, quality };
}

/** Returns the format of a content type; undefined for one that nothing is converted to. */
export function formatOf(contentType: string): PictureFormat | undefined {
  return pictureFormats.find((format) => contentType === `image/${format}`);
}

/** Returns the name of a variant, which differs from that of every other one. */
export function variantName({ format, maxWidth, maxHeight, quality }: Variant): string {
  const parts = [
    maxWidth === null ? "" : `w${maxWidth}`,
    maxHeight === null ? "" : `h${maxHeight}`,
    quality === null ? "" : `q${quality}`,
    `r${encodingRevision}`,
  ];
  return `${parts.filter((part) => part !== "").join("-")}.${format}`;
}
