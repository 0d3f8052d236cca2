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
  tool?: undefined;
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
  tool?: undefined;
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

/** A finished result of this account, as the site names it; the ids have up to 19 digits. */
export interface Product {
  itemId: string;
  historyId: string;
  submitId?: string;
}

/** A tool that edits a picture: HD (超清), smart HD (智能超清), outpaint (扩图), detail fix (细节修复). */
export type ImageTool = "hd" | "smart_hd" | "outpaint" | "detail_fix";

/** The properties that no tool has; ordinary requests have them. */
interface NoOrdinaryProperties {
  width?: undefined;
  height?: undefined;
  seed?: undefined;
  intelligentRatio?: undefined;
  sequence?: undefined;
  references?: undefined;
}

/** A request of a picture tool (picture-tools.md). */
export interface ImageToolRequest extends NoOrdinaryProperties {
  kind: "image";
  tool: ImageTool;
  /** The tool's own id in the registry; filled in. */
  model?: string;
  prompt?: "";
  /** The picture; every tool but `detail_fix` needs it, and that one takes none. */
  image?: UploadedImage;
  /** The picture as a result of this account: `detail_fix` needs it, the others may name where `image` comes from. */
  product?: Product;
  /** `smart_hd` only: `2k`, `4k` or `8k`; default 2k. */
  resolution?: string;
  /** `smart_hd` only, 0 to 1; default 0.65. */
  originalStrength?: number;
  /** `smart_hd` only, 0 to 1; default 0.65. */
  detailStrength?: number;
  /** `outpaint` only: how much is added at each side; default 0.9 each when no side is named, else 0. */
  top?: number;
  bottom?: number;
  left?: number;
  right?: number;
  /** `outpaint` only: the ratio of the result. */
  ratio?: string;
  /** Number of pictures; default 1. `outpaint` makes up to 4. */
  count?: number;
}

/** A request of a video tool: frame interpolation to 60 frames a second (补帧, video-tools.md). */
export interface VideoToolRequest extends NoOrdinaryProperties {
  kind: "video";
  tool: "frame_interpolation";
  model?: string;
  prompt?: "";
  resolution?: undefined;
  ratio?: undefined;
  durationSeconds?: undefined;
  /** The video, uploaded; either this or `product`. */
  video?: UploadedVideo;
  /** The video as a result of this account; its file is not uploaded again. */
  product?: Product;
}

/** A request for music (music.md): an instrumental piece, or a song. */
export interface MusicRequest extends NoOrdinaryProperties {
  kind: "audio";
  tool: "music";
  model?: string;
  prompt: string;
  resolution?: undefined;
  ratio?: undefined;
  title?: string;
  /** Whole seconds, 30 to 360; default 120. */
  durationSeconds?: number;
  /** Whether the piece is sung; default true where lyrics are given, else false. */
  vocals?: boolean;
  /** The text of a song, one paragraph a line. */
  lyrics?: string;
  /** Tags of a song's style. */
  tags?: string[];
}

/** A request for speech (speech.md); `audio.speech` runs it, no start does. */
export interface SpeechRequest extends NoOrdinaryProperties {
  kind: "audio";
  tool: "speech";
  model?: string;
  /** The text that is spoken. */
  prompt: string;
  resolution?: undefined;
  ratio?: undefined;
  durationSeconds?: undefined;
  /** Id of a voice, from `audio.voices`. */
  voice: string;
  /** As the site counts; default 0. */
  speechRate?: number;
  /** As the site counts; default 0. */
  pitchRate?: number;
}

/** A request of one of the tools. */
export type ToolRequest = ImageToolRequest | VideoToolRequest | MusicRequest | SpeechRequest;

/** A request that a model fulfils. */
export type ModelRequest = ImageRequest | VideoRequest;

/** A request of any kind. */
export type GenerationRequest = ModelRequest | ToolRequest;

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

/** The properties that every prepared request of a tool has. */
interface PreparedTool {
  model: string;
  count: number;
  /** Number of results that the upstream makes in one start. */
  upstreamCount: number;
}

/** An ImageToolRequest with every value filled in. */
export interface PreparedImageToolRequest extends ImageToolRequest, PreparedTool {
  model: string;
  prompt: "";
  count: number;
}

/** A VideoToolRequest with every value filled in. */
export interface PreparedVideoToolRequest extends VideoToolRequest, PreparedTool {
  model: string;
  prompt: "";
}

/** A MusicRequest with every value filled in. */
export interface PreparedMusicRequest extends MusicRequest, PreparedTool {
  model: string;
  durationSeconds: number;
  vocals: boolean;
}

/** A SpeechRequest with every value filled in. */
export interface PreparedSpeechRequest extends SpeechRequest, PreparedTool {
  model: string;
  speechRate: number;
  pitchRate: number;
}

/** A request of a tool with every value filled in. */
export type PreparedToolRequest =
  | PreparedImageToolRequest
  | PreparedVideoToolRequest
  | PreparedMusicRequest
  | PreparedSpeechRequest;

/** A ModelRequest with every value filled in. */
export type PreparedModelRequest = PreparedImageRequest | PreparedVideoRequest;

/** A request with every value filled in. */
export type PreparedRequest = PreparedModelRequest | PreparedToolRequest;

/** The result of checking a request. */
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

/** One finished sound (music.md). */
export interface AudioOutput {
  kind: "audio";
  itemId: string;
  url: string;
  width: null;
  height: null;
  durationMs: number | null;
  format: string | null;
  expiresAt: number | null;
}

/** One usable result. */
export type GenerationOutput = ImageOutput | VideoOutput | AudioOutput;

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
