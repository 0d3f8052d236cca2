// Reads what clients that can only name a model write behind it: `jimeng-4.0:16x9@2k`, `jimeng-video-3.0:9x16`, `…:edit`.

import { defaultModels, findModel } from "@jimeng/sdk";
import type { Model, ModelKind } from "@jimeng/sdk";

/** What a model's name asks for. */
export interface NamedModel {
  /** The model's id, without what stands behind it. */
  model: string;
  kind: ModelKind;
  ratio?: string;
  resolution?: string;
  /** Pixels as WIDTHxHEIGHT. */
  size?: string;
  seconds?: number;
  /** True for `:edit`: work from the pictures of the last answer. */
  editsPrevious: boolean;
}

const suffix = /[:@][^:@]+/g;
// Two sides below this are a ratio, others pixels.
const maxRatioSide = 99;

/**
 * Reads a model's name. What cannot be read stays part of the name, so that the error of an unknown model shows it as
 * it was sent.
 */
export function readModelName(name: string | null | undefined): NamedModel {
  const whole = name?.trim() || defaultModels.image;
  const known = toNamed(whole);
  if (known !== undefined) return known;
  // The shortest name that is a model's: ids of raw keys have a colon of their own.
  for (const { index } of whole.matchAll(suffix)) {
    const base = toNamed(whole.slice(0, index));
    const read = base && readParts(base, whole.slice(index).match(suffix) ?? []);
    if (read !== undefined) return read;
  }
  return { model: whole, kind: "image", editsPrevious: false };
}

/** Returns a model's names with one of its ratios or resolutions behind them, for chat clients that only know a list. */
export function toVariantNames({
  id,
  kind,
  ratios,
  resolutions,
  defaultResolution,
}: Model): string[] {
  const others = resolutions.filter((resolution) => resolution !== defaultResolution);
  return [
    ...ratios.map((ratio) => `${id}:${ratio.replace(":", "x")}`),
    ...others.map((resolution) => `${id}@${resolution}`),
    ...(kind === "image" ? [`${id}:edit`] : []),
  ];
}

function toNamed(id: string): NamedModel | undefined {
  const model = findModel(id);
  return model && { model: id, kind: model.kind, editsPrevious: false };
}

function readParts(base: NamedModel, parts: readonly string[]): NamedModel | undefined {
  const named = { ...base };
  for (const part of parts) {
    const value = part.slice(1).toLowerCase();
    if (part.startsWith("@")) {
      named.resolution = value;
      continue;
    }
    const pair = /^(\d{1,5})x(\d{1,5})$/.exec(value);
    const seconds = /^(\d{1,3})s$/.exec(value);
    if (pair !== null) {
      const [width, height] = [Number(pair[1]), Number(pair[2])];
      if (Math.max(width, height) <= maxRatioSide) named.ratio = `${width}:${height}`;
      else named.size = `${width}x${height}`;
    } else if (seconds !== null) named.seconds = Number(seconds[1]);
    else if (value === "edit") named.editsPrevious = true;
    // LobeHub marks models of chat that make pictures this way.
    else if (value !== base.kind) return undefined;
  }
  return named;
}
