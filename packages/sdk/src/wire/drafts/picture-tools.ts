// Builds the drafts of the picture tools: HD, smart HD, outpaint, detail fix (picture-tools.md [L]).

import type { PreparedImageToolRequest } from "../../requests.ts";
import { markNumber } from "./exact-numbers.ts";
import { imageRatioCodes } from "./image.ts";
import { buildImageInfo } from "./parts.ts";
import type { DraftInput, DraftParts } from "./parts.ts";

const draftMinVersion = "3.2.9";
const componentMinVersion = "3.0.2";
/** What every tool names as its model. */
const toolModelKey = "high_aes_general_v50";
const maxOutpaintedSide = 12_960;

const wireNames = {
  hd: { name: "normal_hd", generateType: 13 },
  smart_hd: { name: "pro_hd", generateType: 35 },
  outpaint: { name: "painting", generateType: 8 },
  detail_fix: { name: "super_resolution", generateType: 2 },
} as const;

/** Builds a picture tool's parts of a start's body. */
export function buildPictureToolParts(
  request: PreparedImageToolRequest,
  input: Pick<DraftInput, "submitId">,
  id: () => string,
): DraftParts {
  const { name, generateType } = wireNames[request.tool];
  const numbers = new Map<string, string>();
  return {
    modelKey: toolModelKey,
    minVersion: draftMinVersion,
    minFeatures: [],
    component: {
      type: "image_base_component",
      min_version: componentMinVersion,
      // The captures of detail fix have none.
      ...(request.tool === "detail_fix" ? {} : { gen_type: generateType }),
      generate_type: name,
      abilities: {
        type: "",
        id: id(),
        [name]: {
          type: "",
          id: id(),
          ...buildOwnFields(request, id),
          postedit_param: {
            type: "",
            id: id(),
            generate_type: generateType,
            ...buildSource(request, id, numbers),
          },
        },
        gen_option: { type: "", id: id(), gen_count: request.count, generate_all: false },
      },
    },
    extend: {},
    metricsExtra: buildMetrics(request, input.submitId),
    numbers,
  };
}

function buildOwnFields(request: PreparedImageToolRequest, id: () => string) {
  switch (request.tool) {
    case "smart_hd":
      return {
        resolution_type: request.resolution,
        hd_scene_type: "auto",
        original_image_strength: request.originalStrength,
        detail_strength: request.detailStrength,
      };
    case "outpaint":
      return {
        up_scale: {
          type: "",
          id: id(),
          top: request.top,
          bottom: request.bottom,
          left: request.left,
          right: request.right,
          max_size: maxOutpaintedSide,
          image_ratio: imageRatioCodes[request.ratio ?? "1:1"],
        },
      };
    case "detail_fix":
      return { core_param: { type: "", id: id(), generate_type: 0 } };
    default:
      return {};
  }
}

/** Detail fix is given the product alone: with `origin_image` it failed (picture-tools.md). */
function buildSource(
  { tool, image, product }: PreparedImageToolRequest,
  id: () => string,
  numbers: Map<string, string>,
): Record<string, unknown> {
  const ids =
    product === undefined
      ? {}
      : {
          item_id: markNumber(product.itemId, id, numbers),
          origin_history_id: markNumber(product.historyId, id, numbers),
        };
  if (tool === "detail_fix" || image === undefined) return ids;
  // The captures name neither size nor format, whatever the picture has.
  const plain = { ...image, width: 0, height: 0, format: "" };
  return { ...ids, origin_image: { ...buildImageInfo(plain, id), title: "" } };
}

function buildMetrics(request: PreparedImageToolRequest, submitId: string): string {
  const scene = {
    type: "image",
    scene: "ImageProHD",
    proHDResolutionType: request.resolution,
    reportParams: { enterSource: "generate", extraVipFunctionKey: "" },
  };
  return JSON.stringify({
    promptSource: "custom",
    generateCount: request.count,
    generateId: submitId,
    templateId: "0",
    enterFrom: "click",
    isRegenerate: false,
    isBoxSelect: false,
    isCutout: false,
    ...(request.product === undefined ? {} : { originItemId: request.product.itemId }),
    ...(request.tool === "smart_hd" ? { sceneOptions: JSON.stringify([scene]) } : {}),
  });
}
