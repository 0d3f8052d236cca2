// Checks that pictures and videos share: text, size, seed, uploaded images.

import { JimengError } from "../errors.ts";
import type { Model } from "../models/model.ts";
import { defaultMaxPromptLength } from "../options.ts";
import type { ModelRequest, UploadedImage, Warning } from "../requests.ts";
import { nearSizes, nearestSize } from "../models/sizes.ts";
import type { Size, SizeChoice, SizesByRatio } from "../models/sizes.ts";

// Clients pick seeds from this range (generate.md [C]); any uint32 is accepted.
const minRandomSeed = 2_500_000_000;
const randomSeedCount = 100_000_000;
const maxSeed = 0xffff_ffff;
const maxSide = 16_384;

/** Makes an `invalid_request` that names the property and the fix. */
export function invalid(param: string, message: string, fix: string): JimengError {
  return new JimengError("invalid_request", message, { param, fix });
}

/** Checks that a value is text of at most `maxLength` characters. */
export function checkText(param: string, text: unknown, maxLength = defaultMaxPromptLength): void {
  if (typeof text !== "string") throw invalid(param, `${param} must be text.`, "Give a string.");
  const length = Array.from(text).length;
  if (length > maxLength) {
    throw invalid(
      param,
      `${param} has ${length} characters, ${maxLength} are allowed.`,
      `Shorten it to ${maxLength} characters.`,
    );
  }
}

/** Chooses ratio, resolution and pixels; a size that is not offered becomes the nearest one with a warning. */
export function chooseSize(
  request: ModelRequest,
  model: Model,
  defaultRatio: string,
  warnings: Warning[],
): SizeChoice {
  const ratio = pick("ratio", request.ratio?.trim(), model.ratios, model);
  const resolution = pick(
    "resolution",
    request.resolution?.trim().toLowerCase(),
    model.resolutions,
    model,
  );
  const wanted = wantedSize(request);
  if (wanted === undefined) {
    const chosenRatio =
      ratio ??
      (model.ratios.includes(defaultRatio) ? defaultRatio : (model.ratios[0] ?? defaultRatio));
    const chosenResolution = resolution ?? model.defaultResolution;
    const size = model.sizes[chosenResolution]?.[chosenRatio];
    if (size === undefined)
      throw invalid(
        "ratio",
        `${model.id} has no ${chosenRatio} at ${chosenResolution}.`,
        "Choose another pair.",
      );
    return { ...size, ratio: chosenRatio, resolution: chosenResolution, exact: true };
  }
  if (resolution !== undefined) checkAgreement(wanted, resolution, model);
  const offered = narrow(model.sizes, ratio, resolution);
  const choice = nearestSize(offered, wanted);
  if (choice === undefined) {
    const near = nearSizes(offered, wanted, maxShownSizes).map(describeSize);
    throw invalid(
      "width",
      `${model.id} does not offer ${wanted.width}x${wanted.height}, nor a size near it.`,
      near.length === 0
        ? "Name a ratio and a resolution instead."
        : `Use one of ${near.join(", ")}, or name a ratio and a resolution.`,
    );
  }
  if (!choice.exact) {
    warnings.push({
      code: "size_substituted",
      param: "width",
      message: isBelow(wanted, model)
        ? `${wanted.width}x${wanted.height} is smaller than anything ${model.id} makes; it makes ${describeSize(choice)}.`
        : `${wanted.width}x${wanted.height} is not offered; the nearest is ${describeSize(choice)}.`,
    });
  }
  return choice;
}

/**
 * Refuses pixels that belong to another resolution than the one named: the site makes and charges the resolution,
 * whatever the pixels say (sizes.md [L]).
 */
function checkAgreement(wanted: Size, resolution: string, model: Model): void {
  const holders = model.resolutions.filter((name) =>
    Object.values(model.sizes[name] ?? {}).some(
      ({ width, height }) => width === wanted.width && height === wanted.height,
    ),
  );
  const [other] = holders;
  if (other === undefined || holders.includes(resolution)) return;
  throw invalid(
    "resolution",
    `${wanted.width}x${wanted.height} is ${other}, not ${resolution}; the site would make and charge ${resolution}.`,
    `Leave out width and height for ${resolution}, or ask for ${other}.`,
  );
}

const maxShownSizes = 4;

function describeSize({ width, height, ratio, resolution }: SizeChoice): string {
  return `${width}x${height} (${ratio}, ${resolution})`;
}

function isBelow({ width, height }: { width: number; height: number }, model: Model): boolean {
  const areas = Object.values(model.sizes).flatMap((byRatio) =>
    Object.values(byRatio).map((size) => size.width * size.height),
  );
  return width * height < Math.min(...areas);
}

function narrow(
  sizes: Model["sizes"],
  ratio: string | undefined,
  resolution: string | undefined,
): Readonly<Record<string, SizesByRatio>> {
  const kept = Object.entries(sizes).filter(
    ([name]) => resolution === undefined || name === resolution,
  );
  return Object.fromEntries(
    kept.map(([name, byRatio]) => [name, ratio === undefined ? byRatio : only(byRatio, ratio)]),
  );
}

function only(byRatio: SizesByRatio, ratio: string): SizesByRatio {
  const size = byRatio[ratio];
  return size === undefined ? {} : { [ratio]: size };
}

function wantedSize(request: ModelRequest): { width: number; height: number } | undefined {
  const { width, height } = request;
  if (width === undefined && height === undefined) return undefined;
  for (const [param, value] of Object.entries({ width, height })) {
    if (value === undefined)
      throw invalid(
        param,
        "Width and height go together.",
        "Give both, or a ratio and a resolution.",
      );
    if (!Number.isInteger(value) || value < 1 || value > maxSide) {
      throw invalid(
        param,
        `${param} must be a whole number of pixels from 1 to ${maxSide}.`,
        "Give pixels, such as 2048.",
      );
    }
  }
  return width === undefined || height === undefined ? undefined : { width, height };
}

function pick(
  param: string,
  value: string | undefined,
  allowed: readonly string[],
  model: Model,
): string | undefined {
  if (value === undefined || allowed.includes(value)) return value;
  throw invalid(
    param,
    `${model.id} does not offer the ${param} ${value}.`,
    `Use one of ${allowed.join(", ")}.`,
  );
}

/** Returns the checked seed, or a random one when none is given. */
export function chooseSeed(seed: number | undefined, random: () => number = Math.random): number {
  if (seed === undefined) return minRandomSeed + Math.floor(random() * randomSeedCount);
  if (!Number.isInteger(seed) || seed < 0 || seed > maxSeed) {
    throw invalid(
      "seed",
      `seed must be a whole number from 0 to ${maxSeed}.`,
      "Leave it out for a random one.",
    );
  }
  return seed;
}

/** Checks a number from 0 to `max`. */
export function checkShare(param: string, value: number, max = 1): number {
  if (typeof value === "number" && value >= 0 && value <= max) return value;
  throw invalid(param, `${param} must lie between 0 and ${max}.`, "Leave it out if in doubt.");
}

/** Checks that an image was uploaded: it must carry the upstream's handle. */
export function checkUploaded(param: string, image: UploadedImage): void {
  if (typeof image.imageUri !== "string" || image.imageUri.trim() === "") {
    throw invalid(
      param,
      `${param} holds no uploaded image.`,
      "Upload the image first and pass what came back.",
    );
  }
}
