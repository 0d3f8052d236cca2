// Translates the domain's parameter names in errors and warnings into those of one family of clients.

import type { GenerationKind, Warning } from "@jimeng/sdk";

import { ServiceError } from "../errors.ts";
import type { ExpectedError } from "../errors.ts";

/** The parameter names of one family of clients. */
export interface Dialect {
  /** Returns the family's name for a parameter of the domain; any other name stays. */
  toParam(kind: GenerationKind, param: string): string;
}

/** The public names of the domain's parameters whose name is the same in every dialect. */
export const commonNames: Readonly<Record<string, string>> = {
  negativePrompt: "negative_prompt",
  sampleStrength: "sample_strength",
  intelligentRatio: "intelligent_ratio",
  referenceStrength: "reference_strength",
  firstFrame: "first_frame",
  lastFrame: "last_frame",
  originalStrength: "original_strength",
  detailStrength: "detail_strength",
};

/** Builds a dialect from its names per kind. */
export function toDialect(
  names: Readonly<Record<GenerationKind, Readonly<Record<string, string>>>>,
): Dialect {
  const known = new Map(
    Object.entries(names).map(([kind, own]) => [
      kind,
      new Map(Object.entries({ ...commonNames, ...own })),
    ]),
  );
  return { toParam: (kind, param) => known.get(kind)?.get(param) ?? param };
}

/** Returns the same error with the dialect's name as param, also in the words of message and fix. */
export function toDialectError(
  dialect: Dialect,
  kind: GenerationKind,
  error: ExpectedError,
): ExpectedError {
  const { param, fix, ...detail } = error.detail;
  if (param === undefined) return error;
  const name = dialect.toParam(kind, param);
  if (name === param) return error;
  const rename = (text: string): string => text.replaceAll(new RegExp(`\\b${param}\\b`, "g"), name);
  return new ServiceError(error.code, rename(error.message), {
    ...detail,
    param: name,
    ...(fix === undefined ? {} : { fix: rename(fix) }),
    cause: error,
  });
}

/** Returns warnings with the dialect's names of their parameters. */
export function toWarningObjects(
  dialect: Dialect,
  kind: GenerationKind,
  warnings: readonly Warning[],
): Warning[] {
  return warnings.map(({ code, param, message }) => ({
    code,
    ...(param === undefined ? {} : { param: dialect.toParam(kind, param) }),
    message,
  }));
}
