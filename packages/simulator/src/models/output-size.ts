// Tells which sizes a model makes, and which size a request comes out in (sizes.md).

import type { ImageModel } from "./models.ts";
import { liveSizes1point5k, liveSizes2k, liveSizes4k } from "./sizes.ts";
import type { SizeTable } from "./sizes.ts";

/** The sides and the number of pixels that the pictures of one resolution may have. */
export interface SizeRange {
  minLength: number;
  maxLength: number;
  maxPixels: number;
}

interface Size {
  width: number;
  height: number;
}

/** Returns the sizes of a model's pictures in one resolution. */
export function sizesOf(model: ImageModel, resolution: string): SizeTable {
  if (resolution === "1k") return model.sizes1k;
  if (resolution === "1.5k") return liveSizes1point5k;
  return resolution === "4k" ? liveSizes4k : liveSizes2k;
}

/** Returns the smallest and the largest side of a table, and its largest number of pixels. */
export function rangeOf(table: SizeTable): SizeRange {
  const sizes = Object.values(table);
  const sides = sizes.flat();
  return {
    minLength: Math.min(...sides),
    maxLength: Math.max(...sides),
    maxPixels: Math.max(...sizes.map(([width, height]) => width * height)),
  };
}

/** Returns the size of a table whose ratio is nearest to the ratio of a sent size. */
function nearestSize(table: SizeTable, sent: Size): Size {
  const distance = ([width, height]: readonly [number, number]) =>
    Math.abs(Math.log(width / height / (sent.width / sent.height)));
  const [width, height] = Object.values(table).reduce((best, size) =>
    distance(size) < distance(best) ? size : best,
  );
  return { width, height };
}

/**
 * Returns the size that a picture comes out in. `resolution_type` wins over width and height: 1024x1024 sent with "2k"
 * comes out as 2048x2048 and is billed as 2k (sizes.md, one client's paid run). A size that lies within the sides of
 * its resolution stays as it is; of any other size only the ratio counts [I].
 */
export function outputSize(model: ImageModel, resolution: string, sent: Size): Size {
  if (model.keepsSentSize) return sent;
  const table = sizesOf(model, resolution);
  const { minLength, maxLength, maxPixels } = rangeOf(table);
  const isWithin =
    Math.min(sent.width, sent.height) >= minLength &&
    Math.max(sent.width, sent.height) <= maxLength &&
    sent.width * sent.height <= maxPixels;
  return isWithin ? sent : nearestSize(table, sent);
}
