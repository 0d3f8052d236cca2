// Warnings of the gateway in the words of the AI SDK.

import type { SharedV4Warning } from "@ai-sdk/provider";

/** A warning as the gateway's answers carry it. */
export interface GatewayWarning {
  code: string;
  param?: string;
  message: string;
}

const unsupportedCodes: ReadonlySet<string> = new Set([
  "parameter_ignored",
  "unknown_parameter",
  "ratio_ignored",
  "quality_unavailable",
  "output_format_unavailable",
]);

/** Translates a warning; its code stands at the end of the text. */
export function toWarning({ code, param, message }: GatewayWarning): SharedV4Warning {
  const details = `${message} [${code}]`;
  if (param === undefined) return { type: "other", message: details };
  const type = unsupportedCodes.has(code) ? "unsupported" : "compatibility";
  return { type, feature: param, details };
}

/** Builds the warning about a feature that nothing here has. */
export function unsupported(feature: string, details: string): SharedV4Warning {
  return { type: "unsupported", feature, details };
}
