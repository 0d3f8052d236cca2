// The types of requests and of their results.

import type { JimengError } from "./errors.ts";
import type { Forecast, Operation } from "./operation.ts";

/** A part of a request that was not met exactly. */
export interface Warning {
  /** Stable and machine-readable, e.g. `size_substituted`. */
  code: string;
  /** The parameter concerned. */
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

/** The decision of the site's free check about one material; `unknown` is no reason to leave a start. */
export type AuditDecision = "passed" | "refused" | "unknown";

/** One frame of a multi-frame video (智能多帧): a picture, its duration, and the transition to the next frame. */
export interface VideoFrame {
  image: UploadedImage;
  /** Seconds until the next frame, 1 to 6, fractions allowed; default 5. */
  durationSeconds?: number;
  /** Description of the transition to the next frame; default the request's prompt. */
  prompt?: string;
}

/** A request for pictures, with `ratio` + `resolution`, or with `width` + `height` for the nearest pair. */
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
  /** Number of pictures; default the model's own. */
  count?: number;
  /** An unsigned 32-bit number; default random. */
  seed?: number;
  /** 0 to 1; default 0.5. */
  sampleStrength?: number;
  /** Whether the upstream chooses the ratio from the prompt (智能), 4.0 and later. */
  intelligentRatio?: boolean;
  /** Pictures to work from (图生图), in the order the prompt speaks of them; at most the model's number. */
  references?: UploadedImage[];
  /** Strength of each reference, 0 to 1; default 0.5. */
  referenceStrength?: number;
  /**
   * Number of pictures of one series (组图, 2 to 15), instead of `count` single ones; 4.0 and later. The
   * upstream reads the number from the prompt, so words are added to it (warning `prompt_extended`), and it
   * may make a few more or fewer (5→5, 6→8, 10→14 were observed).
   */
  sequence?: number;
}

/** A request for one video. */
export interface VideoRequest {
  kind: "video";
  model: string;
  prompt: string;
  /** `21:9 16:9 4:3 1:1 3:4 9:16`; default 16:9; ignored by the site when a first frame is given. */
  ratio?: string;
  /** One of the model's: `720p 1080p`; default the model's own. */
  resolution?: string;
  /** Pixels, from which the nearest ratio and resolution are chosen. */
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

/** A request of either kind. */
export type GenerationRequest = ImageRequest | VideoRequest;

/** An ImageRequest with every value filled in; starting it again sends the same draft. */
export interface PreparedImageRequest extends ImageRequest {
  resolution: string;
  width: number;
  height: number;
  count: number;
  seed: number;
  sampleStrength: number;
  intelligentRatio: boolean;
  /** Number of pictures that the upstream makes in one start (never below `count`). */
  upstreamCount: number;
}

/** A VideoRequest with every value filled in. */
export interface PreparedVideoRequest extends VideoRequest {
  ratio: string;
  resolution: string;
  durationSeconds: number;
  seed: number;
}

/** A request with every value filled in. */
export type PreparedRequest = PreparedImageRequest | PreparedVideoRequest;

/** The result of checking a request against the model registry. */
export interface Preparation<P extends PreparedRequest = PreparedRequest> {
  request: P;
  warnings: Warning[];
}

/** The generation's place in the upstream's queue (`queue_info`, history.md [C]). */
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

/** The state of a generation upstream. */
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
   * Number of announced results that are neither shown nor refused. A successful record may show them some polls
   * later; only a number that stays above 0 means that fewer came than were announced.
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
  /** True when a series has stalled until it is continued (`generations.continue`). */
  needsContinuation?: boolean;
  /** The prompt, from `generations.list` only; null where the record does not show it. */
  prompt?: string | null;
  logid: string | null;
}
