// The provider: hands out models and the interface to files, all of one gateway.

import { NoSuchModelError } from "@ai-sdk/provider";
import type {
  Experimental_VideoModelV4 as VideoModelV4,
  FilesV4,
  ImageModelV4,
  ProviderV4,
} from "@ai-sdk/provider";

import { JimengFiles } from "./files.ts";
import { JimengImageModel } from "./images/image-model.ts";
import { ModelFacts } from "./model-facts.ts";
import { resolveSettings } from "./settings.ts";
import type { JimengProviderSettings } from "./settings.ts";
import { JimengVideoModel } from "./videos/video-model.ts";

/** The models of one gateway for the AI SDK. */
export interface JimengProvider extends ProviderV4 {
  /** Returns an image model, such as `jimeng-4.0`. */
  image(modelId: string): ImageModelV4;
  imageModel(modelId: string): ImageModelV4;
  /** Returns a video model, such as `jimeng-video-3.0`. */
  video(modelId: string): VideoModelV4;
  videoModel(modelId: string): VideoModelV4;
  /** Returns the interface to uploaded reference files. */
  files(): FilesV4;
}

/** Creates a provider; nothing is sent before the first call. */
export function createJimeng(settings: JimengProviderSettings = {}): JimengProvider {
  const resolved = resolveSettings(settings);
  const image = (modelId: string): ImageModelV4 =>
    new JimengImageModel(modelId, resolved, new ModelFacts(modelId));
  const video = (modelId: string): VideoModelV4 =>
    new JimengVideoModel(modelId, resolved, new ModelFacts(modelId));
  return {
    specificationVersion: "v4",
    image,
    imageModel: image,
    video,
    videoModel: video,
    files: () => new JimengFiles(resolved),
    languageModel: (modelId) => {
      throw new NoSuchModelError({ modelId, modelType: "languageModel" });
    },
    embeddingModel: (modelId) => {
      throw new NoSuchModelError({ modelId, modelType: "embeddingModel" });
    },
  };
}
