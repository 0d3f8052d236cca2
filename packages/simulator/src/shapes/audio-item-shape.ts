// Builds the item of a piece of music: the track's URL where clients read it (history.md).

import type { AudioPlan } from "../drafts/plan.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { itemIdOf } from "../records/records.ts";
import { videoObjectOf } from "./item-shape.ts";
import type { ItemContext } from "./item-shape.ts";

/** The type of the item was never captured [I]. */
const audioEffectType = 210;
const itemStatus = 144;

/** Builds the item of a record of music. */
export function audioItem(
  record: GenerationRecord,
  plan: AudioPlan,
  context: ItemContext,
): Record<string, unknown> {
  const id = itemIdOf(record, 0);
  const url = context.links.audio(context.place, videoObjectOf(record));
  const createdAt = Math.floor((record.createdAt + record.queueMs + record.generateMs) / 1000);
  return {
    common_attr: {
      id,
      effect_id: id,
      effect_type: audioEffectType,
      title: "",
      description: plan.prompt,
      cover_url: "",
      item_urls: [url],
      md5: "",
      create_time: createdAt,
      status: itemStatus,
      local_item_id: id,
    },
    author: null,
    audio: {
      origin_audio: { url, format: "mp3", duration_ms: plan.durationMs },
    },
    gen_result_data: { result_code: 0, result_msg: "Success" },
    metadata_param: "{}",
  };
}
