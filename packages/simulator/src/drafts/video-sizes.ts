// Computes the pixel size of a video (sizes.md).

const aspectRatios: Readonly<Record<string, number>> = {
  "21:9": 21 / 9,
  "16:9": 16 / 9,
  "4:3": 4 / 3,
  "1:1": 1,
  "3:4": 3 / 4,
  "9:16": 9 / 16,
  "4:5": 4 / 5,
  "5:4": 5 / 4,
  "9:21": 9 / 21,
};

const shortSides: Readonly<Record<string, number>> = {
  "480p": 480,
  "720p": 720,
  "768p": 768,
  "1080p": 1080,
  "2k": 1440,
  "4k": 2160,
};

/** The side of the blocks that pixels come in, as in the observed 832x1120 made from 3:4 images. */
const blockPixels = 16;

function toBlock(pixels: number): number {
  return Math.max(blockPixels, Math.round(pixels / blockPixels) * blockPixels);
}

/**
 * Returns the size of a video: the nominal one of its ratio and resolution or, with a frame image, the same area in
 * that image's ratio (sizes.md). Undefined for an unknown ratio.
 */
export function videoSize(
  aspectRatio: string,
  resolution: string,
  frame: { width: number; height: number } | undefined,
): { width: number; height: number } | undefined {
  const ratio = aspectRatios[aspectRatio];
  const short = shortSides[resolution];
  if (ratio === undefined || short === undefined) return undefined;
  if (frame !== undefined && frame.width > 0 && frame.height > 0) {
    const area = short * short * (16 / 9);
    const frameRatio = Math.min(3, Math.max(1 / 3, frame.width / frame.height));
    const height = Math.sqrt(area / frameRatio);
    return { width: toBlock(height * frameRatio), height: toBlock(height) };
  }
  return ratio >= 1
    ? { width: Math.round((short * ratio) / 2) * 2, height: short }
    : { width: short, height: Math.round(short / ratio / 2) * 2 };
}
