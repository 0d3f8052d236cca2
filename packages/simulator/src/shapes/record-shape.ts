// Builds a history record in every state, key for key as captured (fixtures history_*, generate_ok_*).

import { createHash } from "node:crypto";

import type { GenerationPlan, PlanInput } from "../drafts/plan.ts";
import type { GenerationRecord } from "../records/generation-record.ts";
import { queueStatus, recordStatus } from "../records/progress.ts";
import type { Progress } from "../records/progress.ts";
import { itemIdOf } from "../records/records.ts";
import { audioItem } from "./audio-item-shape.ts";
import { imageItem, imageParameters, videoItem } from "./item-shape.ts";
import type { ItemContext } from "./item-shape.ts";

/** The type of a finished image record, 0 before (history.md). */
const finishedImageType = 3;
const confirmed = 2;
const queueLength = 240;
const videoGroupKey = "#generate_video";
/** The result code of an item that was refused, as in fixture history_partial_images. */
const refusedItemCode = 2038;

function task(record: GenerationRecord, progress: Progress): Record<string, unknown> {
  const plan = record.plan;
  const isDone = progress.status === recordStatus.success;
  return {
    task_id: record.historyId,
    submit_id: record.submitId,
    aid: 0,
    status: progress.failure?.taskStatus ?? progress.status,
    finish_time: finishTime(progress),
    history_id: record.historyId,
    task_payload: null,
    original_input: null,
    req_first_frame_image: null,
    ai_gen_prompt: "",
    priority: 0,
    lip_sync_info: null,
    multi_size_first_frame_image: null,
    multi_size_end_frame_image: null,
    process_flows: null,
    create_time: 0,
    aigc_image_params: isDone && plan.kind === "image" ? imageParameters(record, plan) : null,
    ref_item: null,
    resp_ret: { ret: "" },
  };
}

function finishTime(progress: Progress): number {
  return progress.finishedAt === null ? 0 : Math.floor(progress.finishedAt / 1000);
}

/** Builds `queue_info` of a record (history.md [C]). */
export function queueInfo(record: GenerationRecord, progress: Progress): Record<string, unknown> {
  const isQueued = progress.queueStatus === queueStatus.queueing && record.queueMs > 0;
  const behind = isQueued ? Math.ceil(queueLength * (1 - progress.queueShare)) : 0;
  return {
    queue_idx: behind,
    priority: 3,
    queue_status: progress.queueStatus,
    queue_length: isQueued ? queueLength : 0,
    polling_config: { interval_seconds: 30, timeout_seconds: 86_400 },
    priority_queue_display_threshold: {
      vip_queuing_time_threshold: 300,
      waiting_time_threshold: 60,
    },
  };
}

function modelInfo(plan: GenerationPlan): Record<string, unknown> {
  if (plan.kind === "image") {
    return {
      icon_url: "https://simulated.invalid/icon.png",
      model_name_starling_key: "dreamina_image4_title",
      model_tip_starling_key: "dreamina_image4_desc",
      model_req_key: plan.modelKey,
      model_name: plan.modelName,
      video_model_options: null,
    };
  }
  const isVideo = plan.kind === "video";
  const commerce = () => ({
    resource_sub_type: "aigc",
    resource_id_type: "str",
    resource_id: isVideo ? "generate_video" : "generate_audio",
    benefit_type: isVideo ? plan.benefitType : "",
    amount: 0,
  });
  return {
    icon_url: "https://simulated.invalid/icon.webp",
    model_name_starling_key: "video_3",
    model_tip_starling_key: "video_3_desc",
    model_req_key: plan.modelKey,
    model_name: plan.modelName,
    commercial_config: {
      commerce_info_map: { basic: commerce(), retry: commerce() },
      image_model_commerce_config: null,
    },
    video_model_options: [],
  };
}

function resource(input: PlanInput, context: ItemContext): Record<string, unknown> {
  const url = (variant?: Parameters<typeof context.links.image>[2]) =>
    context.links.image(context.place, input.uri, variant);
  return {
    key: input.uri,
    type: "image",
    name: "",
    platform: 1,
    image_info: {
      image_uri: input.uri,
      image_url: url(),
      width: input.width,
      height: input.height,
      format: "png",
      cover_url_map: Object.fromEntries(
        context.scenes.map((scene) => [scene.key, url(scene.variant)]),
      ),
      smart_crop_loc: null,
    },
  };
}

function deliveredIndexes(record: GenerationRecord, progress: Progress): number[] {
  const plan = record.plan;
  if (plan.kind !== "image") return [0];
  const lost = plan.count - Math.min(plan.count, record.script.deliver ?? plan.count);
  const indexes = Array.from({ length: progress.finishedItems + lost }, (_, index) => index);
  return indexes.filter((index) => index < plan.count - lost || index >= plan.count);
}

function items(record: GenerationRecord, progress: Progress, context: ItemContext): unknown[] {
  const plan = record.plan;
  const emptyPolls = record.script.emptyItemPolls;
  const isWithheld = emptyPolls !== undefined && record.polls <= emptyPolls;
  if (progress.finishedItems === 0 || isWithheld) return [];
  if (plan.kind === "video") return [videoItem(record, plan, context, "preview")];
  if (plan.kind === "audio") return [audioItem(record, plan, context)];
  return deliveredIndexes(record, progress).map((index) => imageItem(record, plan, index, context));
}

function failedItems(record: GenerationRecord, progress: Progress): Record<string, unknown> {
  const { plan, script } = record;
  if (plan.kind !== "image" || script.deliver === undefined || progress.finishedItems === 0) {
    return {};
  }
  const lost = Array.from({ length: plan.count - script.deliver }, (_, index) => ({
    common_attr: { id: itemIdOf(record, (script.deliver ?? 0) + index), status: 0 },
    gen_result_data: { result_code: refusedItemCode, result_msg: "InputTextRisk" },
  }));
  return { failed_item_list: lost };
}

function failFields(progress: Progress): { code?: string; message?: string } {
  if (progress.failure !== null) {
    return { code: progress.failure.failCode, message: progress.failure.failMessage };
  }
  return progress.status === recordStatus.success ? { code: "0", message: "Success" } : {};
}

/** Builds a history record as the wire carries it at this point of its progress. */
export function recordShape(
  record: GenerationRecord,
  progress: Progress,
  context: ItemContext,
): Record<string, unknown> {
  const { plan } = record;
  const isImage = plan.kind === "image";
  const groupKey = plan.kind === "video" ? videoGroupKey : plan.prompt.replace(/^#+/, "");
  const images = plan.inputs.filter((input) => input.kind === "image");
  const fail = failFields(progress);
  return {
    generate_type: plan.generateType,
    history_record_id: record.historyId,
    origin_history_record_id: (plan.kind !== "audio" && plan.originHistoryId) || null,
    created_time: record.createdAt / 1000,
    item_list: items(record, progress, context),
    origin_item_list: [],
    ...failedItems(record, progress),
    task: task(record, progress),
    mode: "workbench",
    asset_option: { has_favorited: false },
    uid: record.uid,
    aigc_flow: { version: record.minVersion },
    status: progress.status,
    history_group_key_md5: createHash("md5").update(groupKey).digest("hex"),
    history_group_key: groupKey,
    draft_content: record.draftContent,
    ...(images.length > 0 ? { resources: images.map((input) => resource(input, context)) } : {}),
    ...(fail.code === undefined ? {} : { fail_code: fail.code }),
    submit_id: record.submitId,
    capflow_id: record.submitId,
    metrics_extra: record.metricsExtra,
    ...(fail.message === undefined ? {} : { fail_msg: fail.message }),
    generate_id: record.generateId,
    finish_time: finishTime(progress),
    model_info: modelInfo(plan),
    forecast_generate_cost: record.forecastSeconds,
    forecast_queue_cost: record.forecastQueueSeconds,
    fail_starling_key: progress.failure?.starlingKey ?? "",
    fail_starling_message: progress.failure?.starlingMessage ?? "",
    min_feats: record.minFeatures.length === 0 ? null : record.minFeatures,
    queue_info: queueInfo(record, progress),
    agent_history_id: null,
    total_image_count: isImage ? progress.totalItems : 0,
    finished_image_count: isImage ? progress.finishedItems : 0,
    confirm_status: progress.status === recordStatus.success ? confirmed : 0,
    confirm_token: "",
    image_type: isImage && progress.totalItems > 0 ? finishedImageType : 0,
    ...(plan.kind === "video"
      ? {
          pre_gen_item_ids: [itemIdOf(record, 0)],
          forecast_resolution: { width: plan.width, height: plan.height },
        }
      : {}),
  };
}
