// Translates the fields of a tool's body, which are the same in every dialect, into the domain request.

import type { ImageToolRequest, MusicRequest, VideoToolRequest, Warning } from "@jimeng/sdk";

import type { SubmissionFields } from "../api/generations.ts";
import type { SubmissionContent, SubmissionReference } from "../submission/submission.ts";
import {
  ignoredImageFields,
  ignoredVideoFields,
  invalid,
  refuseInImages,
  toSubmissionFields,
  warnAboutFields,
  withoutUndefined,
} from "./body-fields.ts";
import type { TranslationContext } from "./context.ts";
import {
  imageReferenceFields,
  toImageReferences,
  toVideoSources,
  videoSourceFields,
} from "./reference-fields.ts";

/** Fields that other bodies have and that change nothing for a tool. */
export const ignoredToolFields = [...ignoredImageFields, "prompt", "quality"] as const;

/** The fields of music that are known to have no effect. */
export const ignoredMusicFields = [...ignoredVideoFields, "response_format"] as const;

/** The fields that every tool's body shares, as a validated body carries them. */
interface ToolBody extends SubmissionFields {
  [field: string]: unknown;
  account?: string | null;
  model?: string | null;
}

/** The fields of a picture tool's body. */
export interface ImageToolBody extends ToolBody {
  resolution?: string | null;
  ratio?: string | null;
  original_strength?: number | null;
  detail_strength?: number | null;
  top?: number | null;
  bottom?: number | null;
  left?: number | null;
  right?: number | null;
}

/** The fields of a body of music. */
export interface MusicFields extends ToolBody {
  prompt: string;
  title?: string | null;
  vocals?: boolean | null;
  lyrics?: string | null;
  tags?: string[] | null;
}

/** Translates the body of a picture tool. Throws `invalid_request` and `reference_unusable` for what cannot be had. */
export function toImageToolContent(
  tool: ImageToolRequest["tool"],
  body: ImageToolBody,
  wanted: { count: number | null | undefined; known: readonly string[] },
  context: TranslationContext,
): SubmissionContent {
  refuseInImages(body);
  const [picture, ...others] = toImageReferences(body, context);
  if (picture === undefined) {
    throw invalid(
      "image",
      "No picture is given.",
      "Send one as a file in the field image, or as a URL, data URL, file id, asset id or job id.",
    );
  }
  if (others.length > 0) {
    throw invalid("image", "A tool works on one picture.", "Send one request for each picture.");
  }
  const request: ImageToolRequest = withoutUndefined({
    kind: "image",
    tool,
    model: body.model ?? undefined,
    count: wanted.count ?? undefined,
    resolution: body.resolution ?? undefined,
    ratio: body.ratio ?? undefined,
    originalStrength: body.original_strength ?? undefined,
    detailStrength: body.detail_strength ?? undefined,
    top: body.top ?? undefined,
    bottom: body.bottom ?? undefined,
    left: body.left ?? undefined,
    right: body.right ?? undefined,
  });
  const content = {
    requests: [request] as const,
    ...toSubmissionFields(body, context),
    warnings: warnAboutTool(body, [...wanted.known, ...imageReferenceFields], ignoredToolFields),
  };
  if (tool !== "detail_fix") {
    return { ...content, references: [{ ...picture, place: { property: "image" } }] };
  }
  return { ...content, references: [], product: toProduct(picture) };
}

/** Returns the result that a detail fix works on. Throws `reference_unusable` for anything but an own result. */
function toProduct({ source, param }: SubmissionReference): SubmissionContent["product"] {
  if (source.from === "asset" || source.from === "job") return { source, param };
  throw invalid(
    param,
    "Detail fix works on finished pictures of the account only.",
    "Name a result (asset_… or job_…). For another picture use POST /v1/images/upscale, or make a picture from it first.",
  );
}

/** Translates the body of frame interpolation. Throws `invalid_request` and `reference_unusable`. */
export function toInterpolationContent(
  body: ToolBody,
  known: readonly string[],
  context: TranslationContext,
): SubmissionContent {
  const [video, ...others] = toVideoSources(body, context);
  if (video === undefined) {
    throw invalid(
      "video",
      "No video is given.",
      "Send one as a file in the field video, or as a URL, file id, asset id or job id.",
    );
  }
  if (others.length > 0) {
    throw invalid("video", "The tool works on one video.", "Send one request for each video.");
  }
  const request: VideoToolRequest = withoutUndefined({
    kind: "video",
    tool: "frame_interpolation",
    model: body.model ?? undefined,
  });
  return {
    requests: [request],
    references: [video],
    ...toSubmissionFields(body, context),
    warnings: warnAboutTool(body, [...known, ...videoSourceFields], ignoredToolFields),
  };
}

/** Translates a body of music. */
export function toMusicContent(
  body: MusicFields,
  wanted: { durationSeconds: number | null | undefined; known: readonly string[] },
  context: TranslationContext,
): SubmissionContent {
  const request: MusicRequest = withoutUndefined({
    kind: "audio",
    tool: "music",
    model: body.model ?? undefined,
    prompt: body.prompt,
    title: body.title ?? undefined,
    durationSeconds: wanted.durationSeconds ?? undefined,
    vocals: body.vocals ?? undefined,
    lyrics: body.lyrics ?? undefined,
    tags: body.tags ?? undefined,
  });
  return {
    requests: [request],
    references: [],
    ...toSubmissionFields(body, context),
    warnings: warnAboutTool(body, wanted.known, ignoredMusicFields),
  };
}

function warnAboutTool(
  body: Record<string, unknown>,
  known: readonly string[],
  ignored: readonly string[],
): Warning[] {
  return warnAboutFields(body, { known, ignored });
}
