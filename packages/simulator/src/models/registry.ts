// Keeps the models of one simulator: the built-in list, additions and retirements.

import type { Region } from "../regions.ts";
import { imageModels } from "./image-models.ts";
import type { ImageModel, VideoModel } from "./models.ts";
import { videoModels } from "./video-models.ts";

/** An image model to add; everything but the key has the values of 4.0 where it is left out. */
export type ExtraImageModel = Partial<ImageModel> & { key: string };

const patternKey = "high_aes_general_v40";

/** The models of one simulator, by key and by region. */
export class ModelRegistry {
  readonly #images: ImageModel[];
  readonly #videos: VideoModel[];

  constructor(extra: ExtraImageModel[] = [], retired: string[] = []) {
    const pattern = imageModels.find((model) => model.key === patternKey);
    const added = extra.flatMap((model) => (pattern === undefined ? [] : { ...pattern, ...model }));
    const isAlive = (model: { key: string }) => !retired.includes(model.key);
    this.#images = [...added, ...imageModels].filter(isAlive);
    this.#videos = videoModels.filter(isAlive);
  }

  /** Finds an image model by its upstream key. */
  findImage(key: string): ImageModel | undefined {
    return this.#images.find((model) => model.key === key);
  }

  /** Finds a video model by its upstream key. */
  findVideo(key: string): VideoModel | undefined {
    return this.#videos.find((model) => model.key === key);
  }

  /** Lists the image models of a region. */
  imagesOf(region: Region): ImageModel[] {
    return this.#images.filter((model) => model.regions.includes(region));
  }

  /** Lists the video models of a region. */
  videosOf(region: Region): VideoModel[] {
    return this.#videos.filter((model) => model.regions.includes(region));
  }
}
