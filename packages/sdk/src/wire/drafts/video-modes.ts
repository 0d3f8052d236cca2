// Builds what each mode of a video adds to a draft: frames, subjects, multi-frame, omni reference.

import { splitMentions } from "../../prepare/mentions.ts";
import { kindOfReference, videoLimits, videoModeOf } from "../../prepare/video.ts";
import type { MediaReference, PreparedVideoRequest, VideoFrame } from "../../requests.ts";
import { buildImageInfo } from "./parts.ts";

/** The parts of a draft that depend on the mode. */
export interface ModeFields {
  prompt: string;
  input: Record<string, unknown>;
  component: Record<string, unknown>;
  minFeatures: readonly string[];
  /** Minimum version, where the mode needs another than usual. */
  minVersion?: string;
  /** Name of the mode in telemetry, where captures show one. */
  functionMode?: string;
}

const omniMinVersion = "3.3.9";
const omniProcessType = 1;
const multiFrameMediaImage = 1;

/** Builds the fields of the mode that the request asks for (generate.md). */
export function buildModeFields(request: PreparedVideoRequest, id: () => string): ModeFields {
  const mode = videoModeOf(request);
  switch (mode) {
    case "subject_reference":
      return buildSubjects(request, id);
    case "multi_frame":
      return buildMultiFrame(request, id);
    case "omni_reference":
      return buildOmni(request, id);
    default:
      return buildFrames(request, id);
  }
}

function buildFrames(request: PreparedVideoRequest, id: () => string): ModeFields {
  const { firstFrame, lastFrame } = request;
  return {
    prompt: request.prompt,
    input: {
      ...(firstFrame === undefined ? {} : { first_frame_image: buildImageInfo(firstFrame, id) }),
      ...(lastFrame === undefined ? {} : { end_frame_image: buildImageInfo(lastFrame, id) }),
    },
    component: {},
    minFeatures: [],
  };
}

/** Builds a subject reference (主体参考): the prompt becomes a list of texts and positions [C]. */
function buildSubjects(request: PreparedVideoRequest, id: () => string): ModeFields {
  const subjects = request.subjects ?? [];
  const parts = splitMentions(
    request.prompt,
    subjects.map(() => "image"),
  );
  return {
    prompt: "",
    input: {
      idip_frames: subjects.map((subject) => buildImageInfo(subject, id)),
      idip_meta_list: parts.map((part) =>
        "text" in part
          ? { type: "", id: id(), meta_type: "text", text: part.text }
          : {
              type: "",
              id: id(),
              meta_type: "idip_frame",
              text: "",
              frame_info: { type: "", id: id(), image_idx: part.reference },
            },
      ),
    },
    component: {},
    minFeatures: ["AIGC_GenerateType_VideoIdipFrame"],
    functionMode: "main_reference",
  };
}

/** Builds a multi-frame video (智能多帧): each frame has its prompt and its duration [R]. */
function buildMultiFrame(request: PreparedVideoRequest, id: () => string): ModeFields {
  return {
    prompt: "",
    input: {
      multi_frames: (request.frames ?? []).map((frame, index) =>
        buildFrame(frame, index, request.prompt, id),
      ),
    },
    component: {},
    minFeatures: ["AIGC_GenerateType_VideoMultiFrame"],
    functionMode: "multi_frame",
  };
}

function buildFrame(
  frame: VideoFrame,
  index: number,
  prompt: string,
  id: () => string,
): Record<string, unknown> {
  return {
    type: "",
    id: id(),
    idx: index,
    duration_ms: Math.round((frame.durationSeconds ?? videoLimits.frameSeconds.default) * 1000),
    prompt: frame.prompt ?? prompt,
    media_info: {
      type: "",
      id: id(),
      media_type: multiFrameMediaImage,
      image_info: buildImageInfo(frame.image, id),
    },
  };
}

/** Builds an omni reference (全能参考): materials, and the prompt as texts and positions among them [C]. */
function buildOmni(request: PreparedVideoRequest, id: () => string): ModeFields {
  const references = request.references ?? [];
  const kinds = references.map(kindOfReference);
  return {
    prompt: "",
    input: {
      idip_meta_list: [],
      unified_edit_input: {
        type: "",
        id: id(),
        material_list: references.map((reference) => buildMaterial(reference, id)),
        meta_list: splitMentions(request.prompt, kinds).map((part) =>
          "text" in part
            ? { type: "", id: id(), meta_type: "text", text: part.text }
            : {
                type: "",
                id: id(),
                meta_type: kinds[part.reference],
                text: "",
                material_ref: { type: "", id: id(), material_idx: part.reference },
              },
        ),
      },
    },
    component: { process_type: omniProcessType },
    minFeatures: ["AIGC_Video_UnifiedEdit"],
    minVersion: omniMinVersion,
    functionMode: "omni_reference",
  };
}

function buildMaterial(reference: MediaReference, id: () => string): Record<string, unknown> {
  const common = { type: "", id: id(), material_type: kindOfReference(reference) };
  if ("imageUri" in reference) {
    return {
      ...common,
      image_info: { ...buildImageInfo(reference, id), aigc_image: { type: "", id: id() } },
    };
  }
  if ("videoId" in reference) {
    const { videoId, width, height, durationMs, name } = reference;
    return {
      ...common,
      video_info: {
        type: "video",
        id: id(),
        source_from: "upload",
        name,
        vid: videoId,
        fps: 0,
        width,
        height,
        duration: durationMs,
      },
    };
  }
  const { audioId, durationMs, name } = reference;
  return {
    ...common,
    audio_info: {
      type: "audio",
      id: id(),
      source_from: "upload",
      vid: audioId,
      duration: durationMs,
      name,
    },
  };
}
