// The public names of the domain's parameters, so that errors and warnings speak the caller's words.

import { JimengError } from "@jimeng/sdk";
import type { GenerationKind } from "@jimeng/sdk";

const commonNames: Readonly<Record<string, string>> = {
  width: "size",
  height: "size",
  negativePrompt: "negative_prompt",
  sampleStrength: "sample_strength",
  intelligentRatio: "intelligent_ratio",
  durationSeconds: "seconds",
  referenceStrength: "reference_strength",
  firstFrame: "first_frame",
  lastFrame: "last_frame",
};

/** Gives the public name of a parameter: OpenAI's where it has one (`n`, `size`, `seconds`). */
export function toPublicParam(kind: GenerationKind, param: string): string {
  if (param === "count" && kind === "image") return "n";
  if (param === "references" && kind === "image") return "image";
  return commonNames[param] ?? param;
}

/** Gives the same error with the public name as param, and in the words of message and fix. */
export function toPublicError(kind: GenerationKind, error: JimengError): JimengError {
  const { param } = error.detail;
  if (param === undefined) return error;
  const name = toPublicParam(kind, param);
  if (name === param) return error;
  const rename = (text: string): string => text.replaceAll(new RegExp(`\\b${param}\\b`, "g"), name);
  const { fix, ...detail } = error.detail;
  return new JimengError(error.code, rename(error.message), {
    ...detail,
    param: name,
    ...(fix === undefined ? {} : { fix: rename(fix) }),
    cause: error,
  });
}
