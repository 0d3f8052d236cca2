// Builds the drafts of videos: the parts that all modes share, the telemetry strings and the price tag.

import type { Model, PriceTag } from "../../models/model.ts";
import { kindOfReference, secondsOf } from "../../prepare/video.ts";
import type { Region } from "../../operation.ts";
import type { PreparedVideoRequest } from "../../requests.ts";
import { laterVersion, requireModelKey } from "./parts.ts";
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
  const modeMinVersion = mode.minVersion ?? videoMinVersion;
  const minVersion = laterVersion(modeMinVersion, input.model.minDraftVersion ?? modeMinVersion);
  const makesSamples = input.model.makesSamples === true;
  const metrics = buildMetrics(request, modelKey, mode.functionMode, id(), makesSamples);
  const commerce = buildCommerceInfo(request, input.model, input.region);
  return {
    modelKey,
    minVersion,
    minFeatures: [...mode.minFeatures, ...(input.model.minFeatures ?? [])],
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
                ...buildResolution(request, input.model),
                ...(makesSamples ? { is_draft_mode: true } : {}),
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

function buildResolution(request: PreparedVideoRequest, model: Model): Record<string, unknown> {
  const { resolution } = request;
  // Only the default may go without saying (ipt's captures of 2.0 name none, generate.md).
  const isNamed = model.resolutionFieldSent === true || resolution !== model.defaultResolution;
  return isNamed ? { resolution: model.resolutionNames?.[resolution] ?? resolution } : {};
}

const materialTypeCodes = { image: 1, video: 2, audio: 3 } as const;

/** Builds the telemetry string; generation ignores it (generate.md [C]). */
function buildMetrics(
  request: PreparedVideoRequest,
  modelKey: string,
  functionMode: string | undefined,
  originSubmitId: string,
  makesSamples: boolean,
): string {
  const common = {
    enterFrom: "click",
    isDefaultSeed: 1,
    promptSource: "custom",
    isRegenerate: false,
    originSubmitId,
    ...(makesSamples ? { videoStage: "draft" } : {}),
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
    ...(model.amountSent === true ? { amount: chargedSeconds(request) } : {}),
  };
}

/** Returns the seconds that are made and the seconds of video that are given; it is not the charge (generate.md [L]). */
function chargedSeconds(request: PreparedVideoRequest): number {
  const seconds = request.durationSeconds + secondsOf(request.references ?? [], "video");
  return Math.round(seconds * 100) / 100;
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
  const tagOf = (tag: PriceTag): string | undefined =>
    typeof tag === "string" ? tag : tag[request.resolution];
  if (region !== "cn" && benefit?.international !== undefined) return tagOf(benefit.international);
  if (withVideo && benefit?.withVideo !== undefined) return tagOf(benefit.withVideo);
  return benefit?.byResolution?.[request.resolution] ?? benefit?.default;
}
