// The shapes of what can be wished for and what comes back.

import type { JimengError } from "./errors.ts";
import type { Forecast, Operation } from "./operation.ts";
import type {} from "./operation.ts";

/** Something that was not honoured exactly. */
export interface Warning {
  /** Stable and machine-readable, e.g. `size_substituted`. */
  code: string;
  /** Names the parameter concerned. */
  param?: string;
  message: string;
}

/** The upstream's handle of an uploaded image. */
export interface UploadedImage {
  imageUri: string;
  /** Pixels; 0 when unknown (accepted by the upstream, generate.md [C]). */
  width: number;
  height: number;
  /** E.g. `png`, or empty when unknown. */
  format: string;
}

/** The upstream's handle of an uploaded video (vod-upload.md [C]). */
export interface UploadedVideo {
  /** What drafts refer to (`vid`), not the storage URI. */
  videoId: string;
  /** Pixels; 0 when unknown. */
  width: number;
  height: number;
  durationMs: number;
  /** The file's name, shown on the site. */
  name: string;
}

/** The upstream's handle of an uploaded sound. */
export interface UploadedAudio {
  audioId: string;
  durationMs: number;
  name: string;
}

/** One material of an omni reference (全能参考). */
export type MediaReference = UploadedImage | UploadedVideo | UploadedAudio;

/** One frame of a multi-frame video (智能多帧): a picture, how long it leads on, and how. */
export interface VideoFrame {
  image: UploadedImage;
  /** 1 to 6 whole or broken seconds until the next frame; default 5. */
  durationSeconds?: number;
  /** Says how it turns into the next; default the request's prompt. */
  prompt?: string;
}

/** Asks for pictures. Give `ratio` + `resolution`, or `width` + `height` for the nearest pair. */
export interface ImageRequest {
  kind: "image";
  /** A public id (`jimeng-4.0`) or alias. */
  model: string;
  prompt: string;
  negativePrompt?: string;
  /** `1:1 3:4 16:9 4:3 9:16 2:3 3:2 21:9`; default 1:1. */
  ratio?: string;
  /** One of the model's: `1k 2k 4k`; default the model's own. */
  resolution?: string;
  /** Pixels. */
  width?: number;
  height?: number;
  /** How many pictures are wanted; default the model's own. */
  count?: number;
  /** An unsigned 32-bit number; default random. */
  seed?: number;
  /** 0 to 1; default 0.5. */
  sampleStrength?: number;
  /** Lets the upstream choose the ratio from the prompt (智能), 4.0 and later. */
  intelligentRatio?: boolean;
  /** Pictures to work from (图生图), in the order the prompt speaks of them; at most the model's number. */
  references?: UploadedImage[];
  /** How strongly each reference counts, 0 to 1; default 0.5. */
  referenceStrength?: number;
  /**
   * Asks for one series of n pictures (组图, 2 to 15) instead of `count` single ones, 4.0 and later. The
   * upstream reads the number from the prompt, so words are added to it (warning `prompt_extended`), and it
   * may make a few more or fewer (5→5, 6→8, 10→14 were observed).
   */
  sequence?: number;
}

/** Asks for one video. */
export interface VideoRequest {
  kind: "video";
  model: string;
  prompt: string;
  /** `21:9 16:9 4:3 1:1 3:4 9:16`; default 16:9; ignored by the site when a first frame is given. */
  ratio?: string;
  /** One of the model's: `720p 1080p`; default the model's own. */
  resolution?: string;
  /** Pixels; choose the nearest ratio (and resolution) instead of naming them. */
  width?: number;
  height?: number;
  /** One of the model's durations in seconds; default the model's shortest. */
  durationSeconds?: number;
  seed?: number;
  firstFrame?: UploadedImage;
  lastFrame?: UploadedImage;
  /** 1 to 4 subjects to keep (主体参考); the prompt names them as `@1`, `@图片2`, `@image3`. */
  subjects?: UploadedImage[];
  /** 2 to 10 frames (智能多帧); the duration is the sum of theirs. */
  frames?: VideoFrame[];
  /**
   * Materials (全能参考): at most 9 pictures, 3 videos, 12 in all, 15 s of video. The prompt names them
   * as `@1` (any kind), `@图片1`, `@视频1`, `@音频1`, `@image1`, `@video1`, `@audio1`; one not named is referred
   * to before the text.
   */
  references?: MediaReference[];
}

/** What `generations.start` takes. */
export type GenerationRequest = ImageRequest | VideoRequest;

/** An ImageRequest with every choice made; starting it again yields the same draft. */
export interface PreparedImageRequest extends ImageRequest {
  resolution: string;
  width: number;
  height: number;
  count: number;
  seed: number;
  sampleStrength: number;
  intelligentRatio: boolean;
  /** How many pictures the upstream will make in one start (never below `count`). */
  upstreamCount: number;
}

/** A VideoRequest with every choice made. */
export interface PreparedVideoRequest extends VideoRequest {
  ratio: string;
  resolution: string;
  durationSeconds: number;
  seed: number;
}

/** A request with every choice made. */
export type PreparedRequest = PreparedImageRequest | PreparedVideoRequest;

/** The result of checking a request against the model registry. */
export interface Preparation<P extends PreparedRequest = PreparedRequest> {
  request: P;
  warnings: Warning[];
}

/** Where the generation stands in the upstream's queue (`queue_info`, history.md [C]). */
export interface QueueInfo {
  state: "pending" | "queued" | "generating" | "finished" | "failed" | "unknown";
  position: number;
  length: number;
}

/** One finished picture; the URL is signed and lives about an hour (history.md). */
export interface ImageOutput {
  kind: "image";
  itemId: string;
  url: string;
  width: number | null;
  height: number | null;
  format: string | null;
  /** Unix milliseconds, from the URL's `x-expires`; null when it does not say. */
  expiresAt: number | null;
}

/** One finished video (history.md). */
export interface VideoOutput {
  kind: "video";
  itemId: string;
  url: string;
  width: number | null;
  height: number | null;
  fps: number | null;
  durationMs: number | null;
  format: string | null;
  coverUrl: string | null;
  hasAudio: boolean | null;
  expiresAt: number | null;
}

/** One usable result. */
export type GenerationOutput = ImageOutput | VideoOutput;

/** What the upstream says of a generation now. An id it does not know yet is absent, not failed. */
export interface Generation {
  operation: Operation;
  status: "pending" | "completed" | "failed";
  /** The usable results so far, also while pending. */
  outputs: GenerationOutput[];
  /** True when it ended with fewer results than it announced. */
  partial: boolean;
  expectedCount: number | null;
  finishedCount: number | null;
  /**
   * How many announced results are neither shown nor refused. A record that says success may show them some
   * looks later: only when it stays above 0 did fewer come than were announced.
   */
  missingCount?: number;
  queue: QueueInfo | null;
  forecast: Forecast | null;
  error: JimengError | null;
  /** Unix milliseconds by the upstream's clock. */
  createdAt: number | null;
  finishedAt: number | null;
  /** The raw record status, for logs only. */
  upstreamStatus: number;
  /** Item ids that the upstream reserved early; they lead to results that the record does not show. */
  reservedItemIds?: string[];
  /** True when a series stands still until it is continued (`generations.continue`). */
  needsContinuation?: boolean;
  /** What it was made from, told by `generations.list` only; null where the record does not say. */
  prompt?: string | null;
  logid: string | null;
}
