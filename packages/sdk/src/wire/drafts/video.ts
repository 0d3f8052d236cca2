// Builds the drafts of videos: the parts that all modes share, the telemetry strings and the price tag.

import type { Model } from "../../models/model.ts";
import { kindOfReference } from "../../prepare/video.ts";
import type { Region } from "../../operation.ts";
import type { PreparedVideoRequest } from "../../requests.ts";
import { requireModelKey } from "./parts.ts";
import type { DraftInput, DraftParts } from "./parts.ts";
import { buildModeFields } from "./video-modes.ts";

/** The oldest client version that may open a video's draft (generate.md [C]). */
const videoMinVersion = "3.0.5";
const componentMinVersion = "1.0.0";
const framesPerSecond = 24;
const videoMode = 2;

/** Builds a video's parts of a start's body (generate.md). */
export function buildVideoParts(
  request: PreparedVideoRequest,
  input: DraftInput,
  id: () => string,
): DraftParts {
  const modelKey = requireModelKey(input.model, input.region);
  const mode = buildModeFields(request, id);
  const minVersion = mode.minVersion ?? videoMinVersion;
  const metrics = buildMetrics(request, modelKey, mode.functionMode, id());
  const commerce = buildCommerceInfo(request, input.model, input.region);
  return {
    modelKey,
    minVersion,
    minFeatures: mode.minFeatures,
    component: {
      type: "video_base_component",
      min_version: componentMinVersion,
      generate_type: "gen_video",
      ...mode.component,
      abilities: {
        type: "",
        id: id(),
        gen_video: {
          type: "",
          id: id(),
          text_to_video_params: {
            type: "",
            id: id(),
            model_req_key: modelKey,
            priority: 0,
            seed: request.seed,
            video_aspect_ratio: request.ratio,
            video_gen_inputs: [
              {
                type: "",
                id: id(),
                min_version: minVersion,
                prompt: mode.prompt,
                video_mode: videoMode,
                fps: framesPerSecond,
                duration_ms: Math.round(request.durationSeconds * 1000),
                ...(input.model.resolutionFieldSent === true
                  ? { resolution: request.resolution }
                  : {}),
                ...mode.input,
              },
            ],
          },
          video_task_extra: metrics,
        },
      },
    },
    // An unknown price tag is left out rather than guessed.
    extend:
      commerce === undefined
        ? {}
        : { m_video_commerce_info: commerce, m_video_commerce_info_list: [commerce] },
    metricsExtra: metrics,
  };
}

const materialTypeCodes = { image: 1, video: 2, audio: 3 } as const;

/** Builds the telemetry string; generation ignores it (generate.md [C]). */
function buildMetrics(
  request: PreparedVideoRequest,
  modelKey: string,
  functionMode: string | undefined,
  originSubmitId: string,
): string {
  const common = {
    enterFrom: "click",
    isDefaultSeed: 1,
    promptSource: "custom",
    isRegenerate: false,
    originSubmitId,
  };
  if (functionMode !== "omni_reference") return JSON.stringify({ ...common, functionMode });
  const { promptSource: _promptSource, ...rest } = common;
  const scene = {
    type: "video",
    scene: "BasicVideoGenerateButton",
    modelReqKey: modelKey,
    videoDuration: request.durationSeconds,
    reportParams: {
      enterSource: "generate",
      vipSource: "generate",
      extraVipFunctionKey: modelKey,
      useVipFunctionDetailsReporterHoc: true,
    },
    materialTypes: (request.references ?? []).map(
      (reference) => materialTypeCodes[kindOfReference(reference)],
    ),
  };
  return JSON.stringify({
    ...rest,
    position: "page_bottom_box",
    functionMode,
    sceneOptions: JSON.stringify([scene]),
  });
}

function buildCommerceInfo(
  request: PreparedVideoRequest,
  model: Model,
  region: Region,
): Record<string, unknown> | undefined {
  const benefitType = chooseBenefit(request, model, region);
  if (benefitType === undefined) return undefined;
  return {
    benefit_type: benefitType,
    resource_id: "generate_video",
    resource_id_type: "str",
    resource_sub_type: "aigc",
  };
}

function chooseBenefit(
  request: PreparedVideoRequest,
  model: Model,
  region: Region,
): string | undefined {
  const benefit = model.benefitType;
  const withVideo = (request.references ?? []).some(
    (reference) => kindOfReference(reference) === "video",
  );
  if (withVideo && benefit?.withVideo !== undefined) return benefit.withVideo;
  if (region !== "cn" && benefit?.international !== undefined) return benefit.international;
  return benefit?.byResolution?.[request.resolution] ?? benefit?.default;
}
