// Builds the draft that brings a video to 60 frames a second (video-tools.md [L]).

import type { PreparedVideoToolRequest, UploadedVideo } from "../../requests.ts";
import type { DraftInput, DraftParts } from "./parts.ts";

const draftMinVersion = "3.1.0";
const componentMinVersion = "1.0.0";
const inputMinVersion = "3.0.5";
const processType = 3;
/** The model that the captures name. */
const toolModelKey = "dreamina_seedance_40_mini";
const benefitType = "video_frame_interpolation";
const targetFrames = 60;
const sourceFrames = 24;
/** Short side in pixels from which a video is sent as 1080p. */
const fullHdSide = 1080;

/** Builds the parts of a start's body for an uploaded video. */
export function buildInterpolationParts(
  { video }: PreparedVideoToolRequest,
  input: Pick<DraftInput, "submitId">,
  id: () => string,
): DraftParts {
  if (video === undefined) throw new Error("an interpolation without a video was prepared");
  const metrics = buildMetrics(video, input.submitId);
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
    component: {
      type: "video_base_component",
      min_version: componentMinVersion,
      generate_type: "gen_video",
      process_type: processType,
      abilities: {
        type: "",
        id: id(),
        gen_video: {
          type: "",
          id: id(),
          text_to_video_params: { type: "", id: id(), video_gen_inputs: [buildInput(video, id)] },
          scene: "insert_frame",
          video_task_extra: metrics,
        },
      },
    },
    extend: { m_video_commerce_info: commerce, m_video_commerce_info_list: [commerce] },
    metricsExtra: metrics,
  };
}

function buildInput(video: UploadedVideo, id: () => string): Record<string, unknown> {
  const durationMs = Math.round(video.durationMs);
  const shortSide = Math.min(video.width, video.height);
  return {
    type: "",
    id: id(),
    min_version: inputMinVersion,
    prompt: "",
    lens_motion_type: "",
    motion_speed: "",
    vid: video.videoId,
    video_mode: 2,
    fps: sourceFrames,
    // The captures had the length that was asked for here and the real one below; the real one works in both places.
    duration_ms: durationMs,
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
        origin_fps: sourceFrames,
        duration_ms: durationMs,
      },
    },
    resolution: shortSide >= fullHdSide ? "1080p" : "720p",
    idip_meta_list: [],
  };
}

function buildMetrics(video: UploadedVideo, submitId: string): string {
  const scene = {
    type: "video",
    scene: "VideoFrameInterpolation",
    videoDuration: Math.round(video.durationMs / 1000),
    reportParams: { enterSource: "generate" },
  };
  return JSON.stringify({
    promptSource: "custom",
    isDefaultSeed: 1,
    originSubmitId: submitId,
    enterFrom: "click",
    batchNumber: 1,
    isRegenerate: false,
    sceneOptions: JSON.stringify([scene]),
    originId: "",
    previewSubmitId: submitId,
  });
}
