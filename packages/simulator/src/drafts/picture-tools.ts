// Plans the picture tools: HD, smart HD, outpainting and detail fix of one picture (picture-tools.md).

import * as z from "zod";

import { liveSizes2k } from "../models/sizes.ts";
import { checkDraft, invalidDraft, resolveInputs } from "./draft-check.ts";
import type { DraftContext, KnownItem } from "./draft-check.ts";
import { genOption, imageReference } from "./draft-schema.ts";
import type { DraftComponent } from "./draft-schema.ts";
import type { ImagePlan, PlanInput } from "./plan.ts";
import { isOlder } from "./versions.ts";

/** The oldest draft that a tool may be in, and the model that every tool names (picture-tools.md). */
const minDraftVersion = "3.2.9";
const toolModel = "high_aes_general_v50";
const squareRatio = 1;
const maxOutpaintCount = 8;
/** The side of a smart HD of 2k, and of an outpainted square (one client's paid runs). */
const smartSide = { "2k": 2160, "4k": 4320, "8k": 8640 } as const;
const outpaintSide = 4000;
/** What one outpainted picture costs was never measured [I]. */
const outpaintCredits = 2;

/** An id of 19 digits, sent as a number in every capture. */
const numericId = z.union([z.int(), z.bigint()]);
const share = z.number().min(0).max(1);

const originImage = imageReference.extend({
  source_from: z.literal("upload"),
  platform_type: z.literal(1),
});

/** The block that all tools share. */
interface PostEdit {
  generate_type: number;
  item_id?: number | bigint;
  origin_history_id?: number | bigint;
  origin_image?: z.infer<typeof originImage>;
}

/** Builds the schema of the shared block for a tool that gets its picture in `origin_image`. */
function postEdit(generateType: number): z.ZodType<PostEdit> {
  return z.looseObject({
    generate_type: z.literal(generateType),
    item_id: numericId.optional(),
    origin_history_id: numericId.optional(),
    origin_image: originImage,
  });
}

const abilitySchemas = {
  normal_hd: z.looseObject({ postedit_param: postEdit(13) }),
  pro_hd: z.looseObject({
    resolution_type: z.enum(["2k", "4k", "8k"]),
    hd_scene_type: z.literal("auto"),
    original_image_strength: share,
    detail_strength: share,
    postedit_param: postEdit(35),
  }),
  painting: z.looseObject({
    up_scale: z.looseObject({
      top: z.number().min(0),
      bottom: z.number().min(0),
      left: z.number().min(0),
      right: z.number().min(0),
      max_size: z.int().min(1),
      image_ratio: z.int().min(0),
    }),
    postedit_param: postEdit(8),
  }),
  super_resolution: z.looseObject({
    // A start without this block was accepted and failed in one client's runs; here it is refused.
    core_param: z.looseObject({ generate_type: z.literal(0) }),
    postedit_param: z.looseObject({
      generate_type: z.literal(2),
      item_id: numericId,
      origin_history_id: numericId,
      // With an uploaded picture it failed four times in one client's runs.
      origin_image: z.undefined().optional(),
    }),
  }),
};

/** The name of a tool, which is both the component's `generate_type` and the key of its ability. */
export type PictureTool = keyof typeof abilitySchemas;

interface Source {
  width: number;
  height: number;
  prompt: string;
  input: PlanInput | undefined;
  item: KnownItem | undefined;
}

/** What a tool makes of a source. */
interface Output {
  width: number;
  height: number;
  resolutionType: string;
  count: number;
  fixedCredits: number;
  title: string;
}

/** Tells whether a component is one of the picture tools. */
export function isPictureTool(generateType: string): generateType is PictureTool {
  return Object.hasOwn(abilitySchemas, generateType);
}

/** Finds the account's own picture that a tool names; refuses an id that does not belong to its record. */
function findOwn(edit: PostEdit, context: DraftContext): KnownItem | undefined {
  if (edit.item_id === undefined) return undefined;
  const item = context.findItem(String(edit.item_id));
  if (item?.kind !== "image" || String(edit.origin_history_id) !== item.historyId) {
    throw invalidDraft("item_id and origin_history_id name no finished picture of this account");
  }
  return item;
}

function sourceOf(edit: PostEdit, context: DraftContext): Source {
  const item = findOwn(edit, context);
  if (edit.origin_image === undefined) {
    if (item === undefined) throw invalidDraft("postedit_param names no picture");
    return { width: item.width, height: item.height, prompt: item.prompt, input: undefined, item };
  }
  const { image_uri: uri, width, height } = edit.origin_image;
  const [input] = resolveInputs([{ kind: "image", uri, width, height }], context);
  if (input === undefined) throw invalidDraft("origin_image is not known");
  return { width: input.width, height: input.height, prompt: item?.prompt ?? "", input, item };
}

/** Returns the size with the area of a square of `side` and the ratio of a source. */
function scaledTo(side: number, { width, height }: { width: number; height: number }) {
  const factor = Math.sqrt((side * side) / (width * height));
  return { width: Math.round(width * factor), height: Math.round(height * factor) };
}

function outpaintedSize(ratioCode: number): { width: number; height: number } {
  const [width, height] = liveSizes2k[ratioCode] ?? [1, 1];
  return scaledTo(outpaintSide, { width, height });
}

/** The abilities of a tool's component, before its own part is checked. */
const toolAbilities = z.looseObject({ gen_option: genOption.optional() });

function planOutpainting(ability: unknown, count: number): Output {
  const { up_scale: scale } = checkDraft(abilitySchemas.painting, ability, "abilities.painting");
  if (count < 1 || count > maxOutpaintCount) throw invalidDraft("gen_count is not offered");
  const size = outpaintedSize(scale.image_ratio);
  return {
    ...size,
    resolutionType: "4k",
    count,
    fixedCredits: outpaintCredits * count,
    title: "扩图",
  };
}

function planSmartHd(ability: unknown, source: Source): Output {
  const { resolution_type: type } = checkDraft(abilitySchemas.pro_hd, ability, "abilities.pro_hd");
  const size = scaledTo(smartSide[type], source);
  return { ...size, resolutionType: type, count: 1, fixedCredits: 1, title: `智能超清2.0-${type}` };
}

const oneFree = { count: 1, fixedCredits: 0 };

function outputOf(tool: PictureTool, ability: unknown, source: Source, count: number): Output {
  if (tool === "pro_hd") return planSmartHd(ability, source);
  if (tool === "painting") return planOutpainting(ability, count);
  const { width, height } = source;
  if (tool === "normal_hd") {
    const size = { width: width * 2, height: height * 2 };
    return { ...size, resolutionType: "4k", ...oneFree, title: "超清" };
  }
  return { width, height, resolutionType: "2k", ...oneFree, title: "细节修复" };
}

function checkFrame(component: DraftComponent, context: DraftContext): void {
  if (isOlder(context.minVersion, minDraftVersion)) {
    throw invalidDraft(`min_version of a picture tool is ${minDraftVersion} at least`);
  }
  if (component.min_version === undefined) throw invalidDraft("min_version of the component");
  if (context.rootModel !== toolModel) {
    throw invalidDraft(`extend.root_model of a picture tool is ${toolModel}`);
  }
}

/** Plans a picture tool; refuses what the pages do not show with 1000. */
export function planPictureTool(
  component: DraftComponent,
  tool: PictureTool,
  context: DraftContext,
): ImagePlan {
  checkFrame(component, context);
  const abilities = checkDraft(toolAbilities, component.abilities, "abilities");
  const ability = abilities[tool];
  const schema: z.ZodType<{ postedit_param: PostEdit }> = abilitySchemas[tool];
  const { postedit_param: edit } = checkDraft(schema, ability, `abilities.${tool}`);
  const source = sourceOf(edit, context);
  const count = abilities.gen_option?.gen_count ?? (tool === "painting" ? 4 : 1);
  const { title, ...output } = outputOf(tool, ability, source, count);
  return {
    kind: "image",
    generateType: edit.generate_type,
    modelKey: toolModel,
    modelName: title,
    modelSource: "Seedream 5.0",
    prompt: source.prompt,
    negativePrompt: "",
    seed: 0,
    sampleStrength: 0,
    imageRatio: squareRatio,
    ...output,
    total: output.count,
    inputs: source.input === undefined ? [] : [source.input],
    originHistoryId: source.item?.historyId ?? null,
  };
}
