// Builds the draft that brings a video to 60 frames a second (video-tools.md [L]).

import type { PreparedVideoToolRequest, UploadedVideo } from "../../requests.ts";
import { usualFrames } from "../history/source-video.ts";
import type { Film, SourceVideo } from "../history/source-video.ts";
import { markNumber } from "./exact-numbers.ts";
import type { DraftInput, DraftParts } from "./parts.ts";

const draftMinVersion = "3.1.0";
const componentMinVersion = "1.0.0";
const inputMinVersion = "3.0.5";
const processType = 3;
/** The model that the captures name. */
const toolModelKey = "dreamina_seedance_40_mini";
const benefitType = "video_frame_interpolation";
const targetFrames = 60;
/** Short side in pixels from which a video is sent as 1080p. */
const fullHdSide = 1080;

/** Builds the parts of a start's body: the tool's component alone, or after the one that made the finished video. */
export function buildInterpolationParts(
  { video }: PreparedVideoToolRequest,
  { submitId, source }: Pick<DraftInput, "submitId" | "source">,
  id: () => string,
): DraftParts {
  const film = source ?? ofUpload(video);
  const metrics = buildMetrics(film, source, submitId);
  const numbers = new Map(source?.numbers);
  const commerce = {
    amount: 0,
    benefit_type: benefitType,
    resource_id: "generate_video",
    resource_id_type: "str",
    resource_sub_type: "aigc",
  };
  return {
    modelKey: toolModelKey,
    minVersion: draftMinVersion,
    minFeatures: [],
    parent: source?.component,
    component: {
      type: "video_base_component",
      min_version: componentMinVersion,
      ...(source && { parent_id: source.component["id"] }),
      generate_type: "gen_video",
      process_type: processType,
      abilities: {
        type: "",
        id: id(),
        gen_video: {
          type: "",
          id: id(),
          text_to_video_params: {
            type: "",
            id: id(),
            video_gen_inputs: [buildInput(film, source, id)],
          },
          scene: "insert_frame",
          video_task_extra: metrics,
          ...(source && {
            video_ref_params: {
              type: "",
              id: id(),
              generate_type: 0,
              item_id: markNumber(source.itemId, id, numbers),
              origin_history_id: markNumber(source.historyId, id, numbers),
            },
          }),
        },
      },
    },
    extend: { m_video_commerce_info: commerce, m_video_commerce_info_list: [commerce] },
    metricsExtra: metrics,
    numbers,
  };
}

function ofUpload(video: UploadedVideo | undefined): Film {
  if (video === undefined) throw new Error("an interpolation without a video was prepared");
  const durationMs = Math.round(video.durationMs);
  return {
    videoId: video.videoId,
    prompt: "",
    framesPerSecond: usualFrames,
    // As in the capture.
    askedDurationMs: Math.max(1, Math.round(durationMs / 1000)) * 1000,
    durationMs,
    resolution: Math.min(video.width, video.height) >= fullHdSide ? "1080p" : "720p",
  };
}

function buildInput(
  film: Film,
  source: SourceVideo | undefined,
  id: () => string,
): Record<string, unknown> {
  return {
    type: "",
    id: id(),
    min_version: inputMinVersion,
    prompt: film.prompt,
    lens_motion_type: "",
    motion_speed: "",
    vid: film.videoId,
    video_mode: 2,
    fps: film.framesPerSecond,
    duration_ms: film.askedDurationMs,
    template_id: 0,
    v2v_opt: {
      type: "",
      id: id(),
      min_version: draftMinVersion,
      insert_frame: {
        type: "",
        id: id(),
        enable: true,
        target_fps: targetFrames,
        origin_fps: film.framesPerSecond,
        duration_ms: film.durationMs,
      },
    },
    resolution: film.resolution,
    idip_meta_list: [],
    ...(source && { origin_history_id: source.historyId }),
  };
}

function buildMetrics(film: Film, source: SourceVideo | undefined, submitId: string): string {
  const scene = {
    type: "video",
    scene: "VideoFrameInterpolation",
    videoDuration: Math.round(film.durationMs / 1000),
    reportParams: { enterSource: "generate" },
  };
  const originSubmitId = source?.submitId ?? submitId;
  return JSON.stringify({
    promptSource: "custom",
    isDefaultSeed: 1,
    originSubmitId,
    enterFrom: "click",
    batchNumber: 1,
    isRegenerate: false,
    sceneOptions: JSON.stringify([scene]),
    originId: source?.itemId ?? "",
    previewSubmitId: originSubmitId,
  });
}
