// Makes starts for the tests: of any video model, and of request fixtures with really uploaded files.

import { blankPng } from "../media/png.ts";
import type { VideoModel } from "../models/models.ts";
import type { Simulator } from "../simulator.ts";
import { call, fixture, generateBody, generatePath, historyPath } from "./simulator.ts";
import type { Loose } from "./simulator.ts";
import { uploadImage, uploadMedia } from "./uploads.ts";

/** A change that a test makes to a draft and its body. */
export type Edit = (draft: Loose, body: Loose) => void;

interface VideoParameters {
  model_req_key: string;
  video_gen_inputs: [Record<string, unknown>];
}

interface VideoDraft {
  min_features: string[];
  component_list: [{ abilities: { gen_video: { text_to_video_params: VideoParameters } } }];
}

interface VideoBody {
  extend: { root_model: string; m_video_commerce_info: { benefit_type: string } };
}

interface VideoRecord {
  item_list: [{ video: { transcoded_video: { origin: { video_url: string } } } }];
}

/** Returns the parameters of a video draft. */
export function parametersOf(draft: Loose): Loose {
  return (draft as VideoDraft).component_list[0].abilities.gen_video.text_to_video_params;
}

/** Returns the one input of a video draft. */
export function inputOf(draft: Loose): Loose {
  return (parametersOf(draft) as VideoParameters).video_gen_inputs[0];
}

/** Makes a text-to-video start of a model and a resolution with the right price tag. */
export function startOf(
  model: VideoModel,
  resolution: string,
  edit: Edit = () => undefined,
): ReturnType<typeof generateBody> {
  return generateBody("t2v", (draft: VideoDraft, body: VideoBody) => {
    const benefit = model.benefitWithoutVideo ?? model.benefit;
    const parameters = draft.component_list[0].abilities.gen_video.text_to_video_params;
    const [input] = parameters.video_gen_inputs;
    body.extend.root_model = parameters.model_req_key = model.key;
    body.extend.m_video_commerce_info.benefit_type = benefit(resolution);
    Object.assign(input, { duration_ms: (model.durations[0] ?? 0) * 1000, resolution });
    if (model.isDraft === true) {
      draft.min_features = ["AIGC_Video_Seedance25ResultAction"];
      input["is_draft_mode"] = true;
    }
    edit(draft, body);
  });
}

/** Makes an MP4 file by letting another account make a video. */
export async function makeMp4(simulator: Simulator): Promise<Buffer> {
  const session = "fake-video-maker";
  const sent = generateBody("t2v");
  await call(simulator.url, generatePath, sent, { session });
  simulator.advance(60_000);
  const ids = { submit_ids: [sent.submit_id] };
  const answer = await call(simulator.url, historyPath, ids, { session });
  const { data } = answer.body as { data: Record<string, VideoRecord> };
  const url = data[sent.submit_id]?.item_list[0].video.transcoded_video.origin.video_url ?? "";
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

/** Makes a start of a request fixture with fresh, really uploaded files in the place of its placeholders. */
export async function withUploads(
  simulator: Simulator,
  name: string,
  edit?: Edit,
): Promise<ReturnType<typeof generateBody>> {
  const text = JSON.stringify(fixture(`requests/${name}`)._draft);
  const uris = new Set(text.match(/tos-cn-i-tb4s082cfz\/0{26,}\w+/g));
  const vids = new Set(text.match(/v0PLACEHOLDERVID\d+/g));
  const replacements = new Map<string, string>();
  for (const uri of uris) {
    replacements.set(uri, await uploadImage(simulator.url, blankPng(768, 1024)));
  }
  for (const vid of vids) {
    replacements.set(vid, await uploadMedia(simulator.url, await makeMp4(simulator)));
  }
  return generateBody(name, (copy: object, body: object) => {
    let filled = JSON.stringify(copy);
    for (const [from, to] of replacements) filled = filled.replaceAll(from, to);
    Object.assign(copy, JSON.parse(filled) as object);
    edit?.(copy, body);
  });
}

/** An own product that a tool works on. */
export interface Product {
  historyId: string;
  itemId: string;
  /** The vid of a video. */
  vid?: string;
}

/**
 * Makes the start of a tool from a request fixture; the ids of an own product are written as numbers with all their
 * digits, as the site's page sends them.
 */
export async function toolStart(
  simulator: Simulator,
  name: string,
  product?: Product,
  edit?: Edit,
): Promise<ReturnType<typeof generateBody>> {
  const body = await withUploads(simulator, name, edit);
  if (product === undefined) return body;
  const text = body.draft_content
    .replaceAll(/"item_id":\d+/g, `"item_id":${product.itemId}`)
    .replaceAll(/"origin_history_id":\d+/g, `"origin_history_id":${product.historyId}`)
    .replaceAll(/"origin_history_id":"\d+"/g, `"origin_history_id":"${product.historyId}"`);
  const vid = product.vid;
  if (vid === undefined) return { ...body, draft_content: text };
  return { ...body, draft_content: text.replaceAll(/"vid":"[^"]*"/g, `"vid":"${vid}"`) };
}
