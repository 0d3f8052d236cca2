// Keeps the models of one simulator: the built-in list, additions and retirements.

import type { Region } from "../regions.ts";
import { imageModels } from "./image-models.ts";
import type { ImageModel, VideoModel } from "./models.ts";
import { videoModels } from "./video-models.ts";

/** An image model to add; everything but the key has the values of 4.0 where it is left out. */
export type ExtraImageModel = Partial<ImageModel> & { key: string };

const patternKey = "high_aes_general_v40";

/** A change of one model while the simulator runs, as on the day when the site changes it. */
export interface ModelSetting {
  key: string;
  /** True to take the model off the list and refuse it with 2061, false to offer it again. */
  retired?: boolean;
  /** The benefit type that the list names for each resolution from now on. */
  benefitTypes?: Readonly<Record<string, string>>;
}

/** One model as the control route shows it. */
export interface ModelSummary {
  key: string;
  name: string;
  kind: "image" | "video";
  regions: readonly Region[];
  retired: boolean;
}

/** The models of one simulator, by key and by region. */
export class ModelRegistry {
  readonly #images: readonly ImageModel[];
  readonly #retired: ReadonlySet<string>;
  readonly #changes = new Map<string, ModelSetting>();

  constructor(extra: ExtraImageModel[] = [], retired: string[] = []) {
    const pattern = imageModels.find((model) => model.key === patternKey);
    const added = extra.flatMap((model) => (pattern === undefined ? [] : { ...pattern, ...model }));
    this.#images = [...added, ...imageModels];
    this.#retired = new Set(retired);
  }

  /** Finds an image model by its upstream key, retired ones included. */
  findImage(key: string): ImageModel | undefined {
    return this.#images.find((model) => model.key === key);
  }

  /** Finds a video model by its upstream key, retired ones included. */
  findVideo(key: string): VideoModel | undefined {
    return videoModels.find((model) => model.key === key);
  }

  /** Tells whether a model was taken off the list. */
  isRetired(key: string): boolean {
    return this.#changes.get(key)?.retired ?? this.#retired.has(key);
  }

  /** Returns the benefit types that were set for a model, by resolution; undefined where none was. */
  benefitsOf(key: string): Readonly<Record<string, string>> | undefined {
    return this.#changes.get(key)?.benefitTypes;
  }

  /** Lists the image models of a region. */
  imagesOf(region: Region): ImageModel[] {
    return this.#images.filter((model) => this.#isOffered(model, region));
  }

  /** Lists the video models of a region. */
  videosOf(region: Region): VideoModel[] {
    return videoModels.filter((model) => this.#isOffered(model, region));
  }

  /** Changes a model; what a setting leaves out stays. False, with nothing changed, for a key that is not known. */
  change({ key, retired, benefitTypes }: ModelSetting): boolean {
    if (this.findImage(key) === undefined && this.findVideo(key) === undefined) return false;
    const before = this.#changes.get(key);
    this.#changes.set(key, {
      key,
      retired: retired ?? before?.retired,
      benefitTypes: benefitTypes ?? before?.benefitTypes,
    });
    return true;
  }

  /** Lists the changes in force, for the store. */
  changes(): ModelSetting[] {
    return [...this.#changes.values()];
  }

  /** Lists every model, the images first. */
  list(): ModelSummary[] {
    const summarise = (model: ImageModel | VideoModel, kind: ModelSummary["kind"]) => ({
      key: model.key,
      name: model.name,
      kind,
      regions: model.regions,
      retired: this.isRetired(model.key),
    });
    return [
      ...this.#images.map((model) => summarise(model, "image")),
      ...videoModels.map((model) => summarise(model, "video")),
    ];
  }

  /** Takes back every change; the models that the options retire stay retired. */
  reset(): void {
    this.#changes.clear();
  }

  #isOffered(model: ImageModel | VideoModel, region: Region): boolean {
    return model.regions.includes(region) && !this.isRetired(model.key);
  }
}
