// Turns media specs into bytes, one at a time, in the worker thread, so that drawing never blocks the API.

import { parentPort } from "node:worker_threads";

import { loadCanvas } from "./canvas.ts";
import type { MediaSpec } from "./media-spec.ts";
import { blankPng, encodePng } from "./png.ts";
import { silentMp3 } from "./silence.ts";
import { makeVideo } from "./video-file.ts";

const lossyQuality = 85;
const musicSampleRate = 48_000;

/** A request to the worker. */
export interface MediaJob {
  id: number;
  spec: MediaSpec;
}

/** The worker's answer: the bytes, or why there are none. */
export interface MediaAnswer {
  id: number;
  bytes?: Uint8Array;
  error?: string;
}

async function makeImage(spec: MediaSpec): Promise<Buffer> {
  const isBlank = spec.style === "blank";
  if (isBlank && spec.format === "png") return blankPng(spec.width, spec.height);
  const { createCanvas } = await loadCanvas();
  const { drawScene } = await import("./scene.ts");
  if (spec.format === "png") {
    return encodePng(drawScene(spec, 0).data(), spec.width, spec.height);
  }
  const canvas = isBlank ? createCanvas(spec.width, spec.height) : drawScene(spec, 0);
  return spec.format === "webp"
    ? canvas.encode("webp", lossyQuality)
    : canvas.encode("jpeg", lossyQuality);
}

async function makeFile(spec: MediaSpec): Promise<Buffer> {
  if (spec.kind === "audio") return silentMp3(spec.durationMs, musicSampleRate);
  return spec.kind === "video" ? makeVideo(spec) : makeImage(spec);
}

let queue: Promise<void> = Promise.resolve();

/** Lets the loop of events turn: only then does the canvas give back the pixels of what was drawn. */
const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

async function answer(job: MediaJob): Promise<void> {
  try {
    const made = await makeFile(job.spec);
    const bytes = new Uint8Array(made);
    parentPort?.postMessage({ id: job.id, bytes } satisfies MediaAnswer, [bytes.buffer]);
  } catch (error) {
    const text = error instanceof Error ? error.message : "drawing failed";
    parentPort?.postMessage({ id: job.id, error: text } satisfies MediaAnswer);
  }
}

parentPort?.on("message", (job: MediaJob) => {
  queue = queue.then(() => answer(job)).then(nextTurn);
});
