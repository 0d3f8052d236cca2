// Plans the interpolation of a video to 60 frames a second (video-tools.md): of an own product, whose component stands
// before it, or of an uploaded video alone.

import * as z from "zod";

import { checkDraft, invalidDraft } from "./draft-check.ts";
import type { DraftContext, KnownInput } from "./draft-check.ts";
import type { DraftComponent } from "./draft-schema.ts";
import type { VideoPlan } from "./plan.ts";
import { isOlder } from "./versions.ts";

const minDraftVersion = "3.1.0";
const processType = 3;
const scene = "insert_frame";
const benefitType = "video_frame_interpolation";
const targetFrames = 60;

/** A 64-bit id sent as a number. */
const numericId = z.union([z.int(), z.bigint()]);

const input = z.looseObject({
  vid: z.string().min(1),
  duration_ms: z.int().min(1),
  fps: z.int().min(1).max(120),
  lens_motion_type: z.literal(""),
  motion_speed: z.literal(""),
  template_id: z.literal(0),
  origin_history_id: z.string().min(1).optional(),
  v2v_opt: z.looseObject({
    insert_frame: z.looseObject({
      enable: z.literal(true),
      target_fps: z.literal(targetFrames),
      origin_fps: z.int().min(1),
      duration_ms: z.int().min(1),
    }),
  }),
});

const abilities = z.looseObject({
  gen_video: z.looseObject({
    scene: z.literal(scene),
    text_to_video_params: z.looseObject({ video_gen_inputs: z.array(input).length(1) }),
    video_ref_params: z
      .looseObject({
        generate_type: z.literal(0),
        item_id: numericId,
        origin_history_id: numericId,
      })
      .optional(),
  }),
});

type Abilities = z.infer<typeof abilities>["gen_video"];

/** Tells whether a component of videos is an interpolation, by its scene or its process type. */
export function isFrameInterpolation(component: DraftComponent): boolean {
  const ability = component.abilities["gen_video"] as { scene?: unknown } | undefined;
  return component.process_type === processType || ability?.scene === scene;
}

interface Source extends KnownInput {
  uri: string;
  prompt: string;
  historyId: string | null;
}

/** Finds the own product that an interpolation names, with the checks that only products need. */
function findProduct(
  component: DraftComponent,
  components: DraftComponent[],
  ability: Abilities,
  context: DraftContext,
): Source {
  const reference = ability.video_ref_params;
  const vid = ability.text_to_video_params.video_gen_inputs[0]?.vid;
  const named = ability.text_to_video_params.video_gen_inputs[0]?.origin_history_id;
  const item = reference && context.findItem(String(reference.item_id));
  if (item?.kind !== "video") {
    throw invalidDraft("video_ref_params names no finished video of this account");
  }
  if (String(reference?.origin_history_id) !== item.historyId || named !== item.historyId) {
    throw invalidDraft("origin_history_id does not belong to item_id");
  }
  if (vid !== item.uri) throw invalidDraft("vid does not belong to item_id");
  const parent = components.find((one) => one.id === component.parent_id);
  if (parent?.type !== "video_base_component" || parent === component) {
    throw invalidDraft("parent_id names no component of a video");
  }
  return item;
}

function findSource(
  component: DraftComponent,
  components: DraftComponent[],
  ability: Abilities,
  context: DraftContext,
): Source {
  if (ability.video_ref_params !== undefined || component.parent_id !== undefined) {
    return findProduct(component, components, ability, context);
  }
  const uri = ability.text_to_video_params.video_gen_inputs[0]?.vid ?? "";
  const upload = context.findInput(uri);
  if (upload?.kind !== "video") throw invalidDraft("vid is no committed video of this account");
  return { ...upload, uri, prompt: "", historyId: null };
}

/** Plans an interpolation; refuses what the pages do not show with 1000. It is free. */
export function planFrames(
  component: DraftComponent,
  components: DraftComponent[],
  context: DraftContext,
): VideoPlan {
  if (component.generate_type !== "gen_video" || component.process_type !== processType) {
    throw invalidDraft(`frame interpolation is gen_video with process_type ${processType}`);
  }
  if (isOlder(context.minVersion, minDraftVersion)) {
    throw invalidDraft(`min_version of frame interpolation is ${minDraftVersion} at least`);
  }
  if (context.benefitType !== benefitType) throw invalidDraft(`benefit_type is ${benefitType}`);
  const { gen_video: ability } = checkDraft(abilities, component.abilities, "abilities");
  const source = findSource(component, components, ability, context);
  const isUpload = source.historyId === null;
  return {
    kind: "video",
    generateType: 10,
    mode: "frame_interpolation",
    modelKey: context.rootModel,
    modelName: "视频补帧",
    benefitType,
    prompt: source.prompt,
    seed: 0,
    aspectRatio: "",
    resolution: "720p",
    width: source.width,
    height: source.height,
    durationMs: source.durationMs,
    framesPerSecond: targetFrames,
    inputs: isUpload
      ? [{ kind: "video", uri: source.uri, width: source.width, height: source.height }]
      : [],
    fixedCredits: 0,
    originHistoryId: source.historyId,
  };
}
