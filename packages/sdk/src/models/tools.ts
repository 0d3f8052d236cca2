// The table of tools: what each is called, what it makes, and where somebody has run it (docs/upstream).

import type { GenerationKind, Region } from "../operation.ts";
import type { ToolRequest } from "../requests.ts";

/** The name of a tool. */
export type ToolName = ToolRequest["tool"];

/** One tool. */
export interface Tool {
  name: ToolName;
  /** The id that stands in place of a model's. */
  id: string;
  kind: GenerationKind;
  /** The name on the site. */
  siteName: string;
  /** The regions in which somebody has run it; anywhere else it is experimental. */
  provenIn: readonly Region[];
  /** Credits of one result, where a real bill was seen; by resolution where there are several. */
  prices?: Readonly<Record<string, number>>;
}

/** The key of a price that depends on no resolution. */
export const anyResolution = "any";

/** Every tool. Credits: credit-history.md, one account. */
export const tools: readonly Tool[] = [
  {
    name: "hd",
    id: "jimeng-hd",
    kind: "image",
    siteName: "超清",
    provenIn: ["cn"],
    prices: { [anyResolution]: 0 },
  },
  {
    name: "smart_hd",
    id: "jimeng-smart-hd",
    kind: "image",
    siteName: "智能超清",
    provenIn: ["cn"],
    prices: { "2k": 1 },
  },
  { name: "outpaint", id: "jimeng-outpaint", kind: "image", siteName: "扩图", provenIn: ["cn"] },
  {
    name: "detail_fix",
    id: "jimeng-detail-fix",
    kind: "image",
    siteName: "细节修复",
    provenIn: ["cn"],
    prices: { [anyResolution]: 0 },
  },
  {
    name: "frame_interpolation",
    id: "jimeng-frame-interpolation",
    kind: "video",
    siteName: "补帧",
    provenIn: ["cn"],
    prices: { [anyResolution]: 0 },
  },
  {
    name: "music",
    id: "jimeng-music",
    kind: "audio",
    siteName: "音乐",
    provenIn: ["us"],
  },
  { name: "speech", id: "jimeng-speech", kind: "audio", siteName: "朗读", provenIn: ["cn"] },
];

/** Finds a tool by its name or its id. */
export function findTool(name: string): Tool | undefined {
  return tools.find((tool) => tool.name === name || tool.id === name);
}
