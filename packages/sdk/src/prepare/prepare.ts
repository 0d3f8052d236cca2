// Checks a request against the model registry and fills in its defaults.

import { JimengError } from "../errors.ts";
import { findModel, modelIn, models } from "../models/models.ts";
import { defaultMaxPromptLength } from "../options.ts";
import type { Model } from "../models/model.ts";
import { checkText, invalid } from "./checks.ts";
import { refuseUnknownNames } from "../known-names.ts";
import type { PrepareOptions } from "./options.ts";
import { requestNames } from "./request-names.ts";
import { prepareImage } from "./image.ts";
import { prepareVideo } from "./video.ts";
import type { Region } from "../operation.ts";
import type {
  ImageRequest,
  ModelRequest,
  Preparation,
  PreparedImageRequest,
  PreparedModelRequest,
  PreparedVideoRequest,
  VideoRequest,
  Warning,
} from "../requests.ts";

/**
 * Checks a request and fills in every value that it leaves open: model defaults, seed, the nearest size for `width`
 * and `height` (warning `size_substituted`). Throws `invalid_request` with the property as param,
 * `model_not_found` or `model_unavailable`. Preparing a prepared request changes nothing. A tool's request is checked by
 * `prepareToolRequest` of `@jimeng/sdk/tools`.
 */
export function prepareRequest(
  request: ImageRequest,
  options?: PrepareOptions,
): Preparation<PreparedImageRequest>;
export function prepareRequest(
  request: VideoRequest,
  options?: PrepareOptions,
): Preparation<PreparedVideoRequest>;
export function prepareRequest(
  request: ModelRequest,
  options?: PrepareOptions,
): Preparation<PreparedModelRequest>;
export function prepareRequest(
  request: ModelRequest,
  options: PrepareOptions = {},
): Preparation<PreparedModelRequest> {
  const model = modelIn(checkModel(request, options), options.region);
  refuseUnknownNames(request, requestNames[request.kind]);
  const maxPromptLength = choosePromptLimit(model, options.maxPromptLength);
  checkText("prompt", request.prompt, maxPromptLength);
  if (request.prompt.trim() === "" && !canGoWithoutPrompt(request)) {
    throw invalid("prompt", "The prompt is empty.", "Say in a few words what should be made.");
  }
  const warnings: Warning[] = [];
  if (model.status === "experimental") {
    const message = `Nobody has recorded a run of ${model.id}: the site may refuse it, or charge and answer differently.`;
    warnings.push({ code: "experimental_model", param: "model", message });
  }
  const limited = { ...options, maxPromptLength };
  return request.kind === "image"
    ? { request: prepareImage(request, model, limited, warnings), warnings }
    : { request: prepareVideo(request, model, limited, warnings), warnings };
}

/** Returns the model's own limit, or the caller's where it is lower or the site tells none. */
function choosePromptLimit(model: Model, ofCaller: number | undefined): number {
  if (model.maxPromptLength === undefined) return ofCaller ?? defaultMaxPromptLength;
  return Math.min(model.maxPromptLength, ofCaller ?? model.maxPromptLength);
}

/** Tells whether a request's frames carry the prompts (multi-frame, generate.md [R]). */
function canGoWithoutPrompt(request: ModelRequest): boolean {
  return request.kind === "video" && (request.frames ?? []).length > 0;
}

function checkModel(request: ModelRequest, options: PrepareOptions): Model {
  const { region, models: from = models } = options;
  const kind: string = request.kind;
  if (kind !== "image" && kind !== "video") {
    throw invalid("kind", `There is no kind "${kind}".`, "Use image or video.");
  }
  const names = namesOf(kind, region, from);
  if (typeof request.model !== "string" || request.model.trim() === "") {
    throw invalid("model", "No model is named.", `Use one of ${names}.`);
  }
  const model = findModel(request.model, { kind, from });
  if (model === undefined) {
    throw new JimengError("model_not_found", `There is no model "${request.model}".`, {
      param: "model",
      fix: `Use one of ${names}, or jimeng:key/ and the upstream's own key.`,
    });
  }
  if (model.kind !== kind) {
    throw invalid(
      "model",
      `${model.id} makes ${model.kind}s, not ${kind}s.`,
      `Use one of ${names}.`,
    );
  }
  if (region !== undefined && model.modelKeys[region] === undefined) {
    throw new JimengError(
      "model_unavailable",
      `${model.id} is not offered in the region ${region}.`,
      {
        param: "model",
        fix: `Use one of ${names}, or an account of ${Object.keys(model.modelKeys).join(", ")}.`,
      },
    );
  }
  return model;
}

function namesOf(kind: string, region: Region | undefined, from: readonly Model[]): string {
  return from
    .filter((model) => model.kind === kind && model.status === "live")
    .filter((model) => region === undefined || model.modelKeys[region] !== undefined)
    .map((model) => model.id)
    .join(", ");
}
