// Builds an entry of the live list of image models (common-config.md, fixture common_config_image).

import type { ImageModel } from "../models/models.ts";
import { rangeOf, sizesOf } from "../models/output-size.ts";
import { priceConfigs, priceTag } from "./price-shape.ts";

const iconUrl = "https://simulated.invalid/icon.png";
const online = 0;
const resource = { id: "generate_img", amount: 1 };
const resolutionNames: Readonly<Record<string, string>> = {
  "1k": "标清 1K",
  "1.5k": "标清 1.5K",
  "2k": "高清 2K",
  "4k": "超清 4K",
};

function resolutionEntry(model: ImageModel, resolution: string): Record<string, unknown> {
  const table = sizesOf(model, resolution);
  const { minLength, maxLength, maxPixels } = rangeOf(table);
  return {
    image_ratio_sizes: Object.entries(table).map(([code, [width, height]]) => ({
      ratio_type: Number(code),
      width,
      height,
    })),
    image_range_config: {
      min_length: minLength,
      max_length: maxLength,
      max_pixel_num: maxPixels,
    },
    resolution_name: resolutionNames[resolution] ?? resolution,
  };
}

/**
 * Builds `commercial_config`: the tag of the default resolution where two clients read it, and one for each resolution
 * in the form that the list of video models has [I]. Undefined where no tag is known (common-config.md).
 */
function commercialConfig(
  model: ImageModel,
  benefits: Readonly<Record<string, string>>,
): Record<string, unknown> | undefined {
  const [first] = Object.values(benefits);
  if (first === undefined) return undefined;
  const usual = benefits[model.defaultResolution] ?? first;
  return {
    image_model_commerce_config: { base: { default: priceTag(usual, resource) } },
    resolution_price_configs: priceConfigs(benefits, resource),
  };
}

/** Builds the entry of one model; `changed` holds benefit types that were set while the simulator runs. */
export function imageModelShape(
  model: ImageModel,
  changed: Readonly<Record<string, string>> | undefined,
): Record<string, unknown> {
  return {
    icon_url: iconUrl,
    model_req_key: model.key,
    model_name: model.name,
    model_name_starling_key: "dreamina_image4_title",
    model_tip: "支持多参考图、系列组图生成",
    is_new_model: true,
    sample_steps: { steps: 16, min_steps: 10, max_steps: 41 },
    feats: ["new_model"],
    generate_count_options: model.counts,
    default_generate_count: model.defaultCount,
    resolution_map: Object.fromEntries(
      model.resolutions.map((resolution) => [resolution, resolutionEntry(model, resolution)]),
    ),
    default_resolution_type: model.defaultResolution,
    input_image_limit: [{ max_image_num: model.maxReferences, ability_name: "byte_edit" }],
    extra: { model_source: `by ${model.source}` },
    model_status: online,
    commercial_config: commercialConfig(model, { ...model.benefits, ...changed }),
  };
}
