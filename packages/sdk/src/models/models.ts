// Finds models: by id, alias, upstream key, or `jimeng:key/<raw key>`.

import { JimengError } from "../errors.ts";
import { builtInModels, passThroughImage, passThroughVideo } from "./data.ts";
import type { ModelKind, Region } from "../operation.ts";
import type { Model } from "./model.ts";

/** Every built-in model, images first. */
export const models: readonly Model[] = builtInModels;

/** The day on which the built-in models were last compared with what is known (docs/upstream/models.md). */
export const builtInAsOf = Date.parse("2026-11-28T00:00:00Z");

/** The models of requests that do not name one. */
export const defaultModels = { image: "jimeng-4.0", video: "jimeng-video-3.0" } as const;

/** Prefix of the id of an unlisted model; the rest is the upstream's raw key. */
export const passThroughPrefix = "jimeng:key/";

/**
 * Finds a model by public id or alias, in any case; undefined when there is none. `jimeng:key/<raw key>` is
 * always found: with the capabilities of the built-in model of that key, else generous ones of the `kind`
 * (default: guessed from the key). `from` replaces the built-in list, e.g. by the live one.
 */
export function findModel(
  idOrAlias: string,
  options: { kind?: ModelKind; from?: readonly Model[] } = {},
): Model | undefined {
  const name = idOrAlias.trim();
  const list = options.from ?? models;
  if (name.toLowerCase().startsWith(passThroughPrefix)) {
    const listed = list.find((model) => model.id === name);
    return listed ?? passThrough(name.slice(passThroughPrefix.length), options.kind, list);
  }
  const wanted = name.toLowerCase();
  return list.find((model) => model.id === wanted || model.aliases.includes(wanted));
}

const keyPattern = /^[\w.:-]{1,200}$/;

function passThrough(
  key: string,
  kind: ModelKind | undefined,
  list: readonly Model[],
): Model | undefined {
  if (!keyPattern.test(key)) return undefined;
  const modelKeys = { cn: key, us: key, hk: key, jp: key, sg: key };
  const known = list.find((model) => Object.values(model.modelKeys).includes(key));
  const base =
    known ?? ((kind ?? guessKind(key)) === "video" ? passThroughVideo : passThroughImage);
  return { ...base, id: `${passThroughPrefix}${key}`, aliases: [], modelKeys };
}

function guessKind(key: string): ModelKind {
  return /video|seedance|veo|sora|vgfm/i.test(key) ? "video" : "image";
}

/** Finds a model by id or alias; throws `model_not_found`. */
export function requireModel(
  idOrAlias: string,
  options: Parameters<typeof findModel>[1] = {},
): Model {
  const model = findModel(idOrAlias, options);
  if (model === undefined) {
    throw new JimengError("model_not_found", `There is no model "${idOrAlias}".`, {
      param: "model",
    });
  }
  return model;
}

/** Finds a model by the upstream's key in a region; an unknown key passes through. */
export function findModelByKey(
  key: string,
  region: Region,
  from: readonly Model[] = models,
): Model | undefined {
  return (
    from.find((model) => model.modelKeys[region] === key) ??
    findModel(`${passThroughPrefix}${key}`, { from })
  );
}

/** Returns a model as a region offers it, forced sizes included. */
export function modelIn(model: Model, region: Region | undefined): Model {
  const override = region === undefined ? undefined : model.overrides?.[region];
  return override === undefined ? model : { ...model, ...override };
}
