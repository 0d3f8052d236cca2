// What a job is called: its prompt, or for a tool of the site, which has none, the tool's name.

import type { JobObject } from "@jimeng/gateway/api";

import * as words from "../words/tools.js";

const toolNames: Readonly<Record<string, () => string>> = {
  hd: words.hd,
  smart_hd: words.smartHd,
  outpaint: words.outpaint,
  detail_fix: words.detailFix,
  frame_interpolation: words.frameInterpolation,
};

/** Returns the name of a tool of the site. */
export function toolName(tool: string): string {
  return toolNames[tool]?.() ?? tool;
}

/** Returns the title of a job; empty for a job that has neither. */
export function titleOf({ request, tool }: Pick<JobObject, "request" | "tool">): string {
  return request.prompt === "" && tool !== null ? toolName(tool) : request.prompt;
}
