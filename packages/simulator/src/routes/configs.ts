// Answers the live lists of image and video models, which a guest may read too (common-config.md).

import * as z from "zod";

import { checkBody } from "../endpoint.ts";
import type { Endpoint } from "../endpoint.ts";
import { imageModelShape } from "../shapes/image-model-shape.ts";
import { videoModelShape } from "../shapes/video-model-shape.ts";

/** The endpoint that lists the image models of the region. */
export const commonConfigEndpoint: Endpoint = {
  name: "common_config",
  path: "/mweb/v1/get_common_config",
  envelope: "mweb",
  allowsGuests: true,
  handle: ({ world: { models }, region }) => ({
    model_list: models
      .imagesOf(region)
      .map((model) => imageModelShape(model, models.benefitsOf(model.key))),
  }),
};

const videoScenes: ReadonlySet<string> = new Set(["generate_video", "video_generate"]);
const lipSyncScenes = ["lip_sync_image_generate_video", "lip_sync_video_generate_video"];
const videoSchema = z.looseObject({
  scene: z.enum([...videoScenes, ...lipSyncScenes]).default("generate_video"),
  params: z.looseObject({}).optional(),
});

/** The endpoint that lists the video models of the region; the scenes of lip sync have no models here. */
export const videoConfigEndpoint: Endpoint = {
  name: "video_common_config",
  path: "/mweb/v1/video_generate/get_common_config",
  envelope: "mweb",
  allowsGuests: true,
  handle: ({ world: { models }, region, body }) => {
    const { scene } = checkBody(videoSchema, body, "scene is not known");
    if (!videoScenes.has(scene)) return { model_list: [] };
    return {
      model_list: models
        .videosOf(region)
        .map((model) => videoModelShape(model, region, models.benefitsOf(model.key))),
    };
  },
};
