// Checks a picture request and fills in its defaults.

import type { Model } from "../models/model.ts";
import { checkShare, checkText, checkUploaded, chooseSeed, chooseSize, invalid } from "./checks.ts";
import type { PrepareOptions } from "./options.ts";
import type { ImageRequest, PreparedImageRequest, Warning } from "../requests.ts";

const defaultRatio = "1:1";
const defaultStrength = 0.5;
const minSequence = 2;
// The largest series a client has seen come back is 14 (generate.md); the site's own limit is 15 [I].
const maxSequence = 15;

/** Checks a picture request and fills in its defaults. */
export function prepareImage(
  request: ImageRequest,
  model: Model,
  options: PrepareOptions,
  warnings: Warning[],
): PreparedImageRequest {
  if (request.negativePrompt !== undefined)
    checkText("negativePrompt", request.negativePrompt, options.maxPromptLength);
  const intelligentRatio = checkIntelligentRatio(request, model);
  checkReferences(request, model, warnings);
  const size = chooseSize(request, model, defaultRatio, warnings);
  const counts =
    request.sequence === undefined
      ? chooseCount(request, model, warnings)
      : chooseSequence(request.sequence, request, model, warnings);
  return {
    ...request,
    model: model.id,
    ratio: intelligentRatio ? undefined : size.ratio,
    resolution: size.resolution,
    width: size.width,
    height: size.height,
    ...counts,
    seed: chooseSeed(request.seed, options.random),
    sampleStrength: checkShare("sampleStrength", request.sampleStrength ?? defaultStrength),
    intelligentRatio,
  };
}

function checkIntelligentRatio(request: ImageRequest, model: Model): boolean {
  if (request.intelligentRatio !== true) return false;
  if (!model.intelligentRatio) {
    throw invalid(
      "intelligentRatio",
      `${model.id} cannot choose the ratio itself.`,
      "Name a ratio, or use jimeng-4.0 or later.",
    );
  }
  if (request.ratio !== undefined) {
    throw invalid(
      "ratio",
      "A ratio and intelligentRatio exclude each other.",
      "Leave one of the two out.",
    );
  }
  return true;
}

function checkReferences(request: ImageRequest, model: Model, warnings: Warning[]): void {
  const references = request.references ?? [];
  if (references.length > model.maxReferences) {
    const allowed =
      model.maxReferences === 0
        ? "no reference images"
        : `at most ${model.maxReferences} reference images`;
    throw invalid(
      "references",
      `${model.id} takes ${allowed}.`,
      "Give fewer, or choose another model.",
    );
  }
  for (const reference of references) checkUploaded("references", reference);
  if (request.referenceStrength !== undefined)
    checkShare("referenceStrength", request.referenceStrength);
  // Captured blends carry neither (generate.md [C]), so a warning says that they have no effect.
  for (const param of ["negativePrompt", "seed"] as const) {
    if (
      references.length > 0 &&
      request[param] !== undefined &&
      request[param] !== "" &&
      !isPrepared(request)
    ) {
      warnings.push({
        code: "parameter_ignored",
        param,
        message: `${param} has no effect when reference images are given.`,
      });
    }
  }
}

function isPrepared(request: ImageRequest): boolean {
  return "upstreamCount" in request;
}

function chooseCount(
  request: ImageRequest,
  model: Model,
  warnings: Warning[],
): { count: number; upstreamCount: number } {
  const count = request.count ?? model.counts.default;
  const maxCount = Math.max(...model.counts.options);
  if (!Number.isInteger(count) || count < 1 || count > maxCount) {
    throw invalid(
      "count",
      `${model.id} makes 1 to ${maxCount} pictures in one start.`,
      `Ask for at most ${maxCount} at a time.`,
    );
  }
  const upstreamCount = Math.min(...model.counts.options.filter((option) => option >= count));
  if (upstreamCount > count) {
    warnings.push({
      code: "count_rounded_up",
      param: "count",
      message: `${model.id} always makes ${upstreamCount} pictures; they are paid for although ${count} were requested.`,
    });
  }
  return { count, upstreamCount };
}

/** Returns the words that ask the upstream for a series; it reads the number nowhere else (generate.md). */
export function sequenceWords(sequence: number): string {
  return `，生成一组连续的图片，共${sequence}张`;
}

function chooseSequence(
  sequence: number,
  request: ImageRequest,
  model: Model,
  warnings: Warning[],
): { count: number; upstreamCount: number } {
  if (!model.modes.includes("multi_image_sequence")) {
    throw invalid(
      "sequence",
      `${model.id} makes no series.`,
      "Use jimeng-4.0 or later, or ask for a count.",
    );
  }
  if (!Number.isInteger(sequence) || sequence < minSequence || sequence > maxSequence) {
    throw invalid(
      "sequence",
      `A series has ${minSequence} to ${maxSequence} pictures.`,
      "Choose a number in that range.",
    );
  }
  if (request.count !== undefined && request.count !== sequence) {
    throw invalid(
      "count",
      "A count and a sequence exclude each other.",
      "Leave one of the two out.",
    );
  }
  warnings.push({
    code: "prompt_extended",
    param: "sequence",
    message: `The prompt is sent with "${sequenceWords(sequence)}" at its end; the upstream may make a few more or fewer.`,
  });
  return { count: sequence, upstreamCount: sequence };
}
