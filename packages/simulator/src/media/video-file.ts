// Encodes playable H.264 MP4 files. Runs in the media worker; a 5 s video at 720p takes about 1.5 s of CPU at 8 frames
// a second, which is why it does not draw 24.

import { createRequire } from "node:module";

import type { H264MP4Encoder } from "h264-mp4-encoder";

import { loadCanvas } from "./canvas.ts";
import type { MediaSpec } from "./media-spec.ts";

const drawnFramesPerSecond = 8;
const blankFramesPerSecond = 1;
/** The fastest of the encoder's ten speeds. */
const encoderSpeed = 10;
const previewQuantizer = 33;
const fineQuantizer = 26;
const grey = 128;

const require = createRequire(import.meta.url);

function toEven(pixels: number): number {
  return Math.max(2, pixels - (pixels % 2));
}

/** Returns the pixels of a frame at `share` (0 to 1) of a video's length. */
type Frames = (share: number) => Uint8Array | Uint8ClampedArray;

function blankFrames({ width, height }: MediaSpec): Frames {
  const pixels = new Uint8Array(width * height * 4).fill(grey);
  return () => pixels;
}

async function drawnFrames(spec: MediaSpec): Promise<Frames> {
  await loadCanvas();
  const { drawScene, makeTextLayer } = await import("./scene.ts");
  const layer = makeTextLayer(spec);
  return (share) => drawScene(spec, share, layer).data();
}

/** Encodes the video of a spec; its length is the requested one within a frame. */
export async function makeVideo(spec: MediaSpec): Promise<Buffer> {
  const { createH264MP4Encoder } = require("h264-mp4-encoder") as {
    createH264MP4Encoder: () => Promise<H264MP4Encoder>;
  };
  const isBlank = spec.style === "blank";
  const size = { ...spec, width: toEven(spec.width), height: toEven(spec.height) };
  const rate = isBlank ? blankFramesPerSecond : drawnFramesPerSecond;
  const frames = Math.max(1, Math.round((spec.durationMs / 1000) * rate));
  const encoder = await createH264MP4Encoder();
  try {
    encoder.width = size.width;
    encoder.height = size.height;
    encoder.frameRate = rate;
    encoder.speed = encoderSpeed;
    encoder.quantizationParameter = spec.isFine ? fineQuantizer : previewQuantizer;
    encoder.groupOfPictures = rate * 2;
    encoder.initialize();
    const frameAt = isBlank ? blankFrames(size) : await drawnFrames(size);
    for (let index = 0; index < frames; index += 1) encoder.addFrameRgba(frameAt(index / frames));
    encoder.finalize();
    return Buffer.from(encoder.FS.readFile(encoder.outputFilename));
  } finally {
    encoder.delete();
  }
}
