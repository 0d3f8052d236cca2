// Checks a request of a tool and fills in its defaults.

import { refuseUnknownNames } from "../known-names.ts";
import type { NamesOf } from "../known-names.ts";
import { findTool } from "../models/tools.ts";
import type { Tool, ToolName } from "../models/tools.ts";
import { imageRatios } from "../models/sizes.ts";
import { defaultMaxPromptLength } from "../options.ts";
import type {
  ImageToolRequest,
  MusicRequest,
  Preparation,
  PreparedImageToolRequest,
  PreparedMusicRequest,
  PreparedSpeechRequest,
  PreparedToolRequest,
  PreparedVideoToolRequest,
  Product,
  SpeechRequest,
  ToolRequest,
  UploadedVideo,
  VideoToolRequest,
  Warning,
} from "../requests.ts";
import { checkShare, checkText, checkUploaded, invalid } from "./checks.ts";
import type { PrepareOptions } from "./options.ts";

const smartResolutions = ["2k", "4k", "8k"] as const;
const provenResolution = "2k";
const defaultStrength = 0.65;
// The capture's share of every side; what the site allows is unknown (picture-tools.md), so only the sign is checked.
const defaultShare = 0.9;
const maxShare = 10;
const maxOutpaintCount = 4;
/** Whole seconds (music.md). */
const musicSeconds = { min: 30, max: 360, default: 120 } as const;
const maxTags = 20;
const maxTextLength = 2000;

const common = { kind: true, tool: true, model: true, prompt: true, count: true } as const;
const prepared = { upstreamCount: true } as const;
const sides = ["top", "bottom", "left", "right"] as const;

const ownNames = {
  hd: { image: true, product: true },
  smart_hd: {
    image: true,
    product: true,
    resolution: true,
    originalStrength: true,
    detailStrength: true,
  },
  outpaint: {
    image: true,
    product: true,
    top: true,
    bottom: true,
    left: true,
    right: true,
    ratio: true,
  },
  detail_fix: { image: true, product: true },
  frame_interpolation: { video: true, product: true },
  music: { title: true, durationSeconds: true, vocals: true, lyrics: true, tags: true },
  speech: { voice: true, speechRate: true, pitchRate: true },
} satisfies Record<ToolName, Partial<Record<string, true>>>;

const productNames: NamesOf<Product> = { itemId: true, historyId: true, submitId: true };

/**
 * Checks a request of a tool and fills in every value that it leaves open. Throws `invalid_request` with the property as
 * param. Preparing a prepared request changes nothing.
 */
export function prepareToolRequest(
  request: ToolRequest,
  options: PrepareOptions = {},
): Preparation<PreparedToolRequest> {
  const tool = requireTool(request);
  refuseUnknownNames(request, { ...common, ...prepared, ...ownNames[request.tool] });
  const warnings = warnOfUnproven(tool, options);
  switch (request.tool) {
    case "frame_interpolation":
      return { request: prepareInterpolation(request, tool), warnings };
    case "music":
      return { request: prepareMusic(request, tool, options), warnings };
    case "speech":
      return { request: prepareSpeech(request, tool, options), warnings };
    default:
      return { request: prepareImageTool(request, tool, warnings), warnings };
  }
}

/** Checks a request as `prepareToolRequest` does, and that it can be started: speech is one call of its own. */
export function prepareStart(request: ToolRequest, options: PrepareOptions): PreparedToolRequest {
  if (request.tool === "speech") {
    throw invalid("tool", "Speech is no generation that is started.", "Use audio.speech.");
  }
  return prepareToolRequest(request, options).request;
}

function requireTool(request: ToolRequest): Tool {
  const tool = typeof request.tool === "string" ? findTool(request.tool) : undefined;
  if (tool === undefined || tool.name !== request.tool) {
    const names = Object.keys(ownNames).join(", ");
    throw invalid("tool", `There is no tool "${String(request.tool)}".`, `Use one of ${names}.`);
  }
  if (request.kind !== tool.kind) {
    throw invalid("kind", `${tool.name} is of the kind ${tool.kind}.`, `Use ${tool.kind}.`);
  }
  if (request.model !== undefined && request.model !== tool.id) {
    throw invalid("model", `${tool.name} takes no model.`, "Leave the model out.");
  }
  return tool;
}

function warnOfUnproven(tool: Tool, { region }: PrepareOptions): Warning[] {
  if (region === undefined || tool.provenIn.includes(region)) return [];
  const message = `Nobody has recorded a run of ${tool.name} (${tool.siteName}) in the region ${region}: the site may refuse it, or charge and answer differently.`;
  return [{ code: "experimental_tool", message }];
}

function prepareImageTool(
  request: ImageToolRequest,
  tool: Tool,
  warnings: Warning[],
): PreparedImageToolRequest {
  checkSource(request);
  const count = request.count ?? 1;
  const maxCount = request.tool === "outpaint" ? maxOutpaintCount : 1;
  if (!Number.isInteger(count) || count < 1 || count > maxCount) {
    const range = maxCount === 1 ? "one picture" : `1 to ${maxCount} pictures`;
    throw invalid("count", `${request.tool} makes ${range} in one start.`, `Use ${maxCount}.`);
  }
  return {
    ...request,
    model: tool.id,
    prompt: "",
    count,
    upstreamCount: count,
    ...(request.tool === "smart_hd" ? chooseSmart(request, warnings) : {}),
    ...(request.tool === "outpaint" ? chooseSides(request) : {}),
  };
}

function checkSource({ tool, image, product }: ImageToolRequest): void {
  if (product !== undefined) checkProduct(product);
  if (tool === "detail_fix") {
    if (image !== undefined || product === undefined) {
      throw invalid(
        image === undefined ? "product" : "image",
        "Detail fix works on finished pictures of the account only.",
        "Name a picture that this account has made; for another one use HD, or make a picture from it first.",
      );
    }
    return;
  }
  if (image === undefined) {
    throw invalid("image", "No picture is given.", "Upload one and pass what came back.");
  }
  checkUploaded("image", image);
}

function checkProduct(product: Product): void {
  refuseUnknownNames(product, productNames, "product.");
  for (const key of ["itemId", "historyId"] as const) {
    if (typeof product[key] === "string" && /^[1-9]\d{0,18}$/.test(product[key])) continue;
    throw invalid(
      `product.${key}`,
      `${key} is no id of the site.`,
      "Give the digits as text, as a finished generation has them.",
    );
  }
}

function chooseSmart(request: ImageToolRequest, warnings: Warning[]) {
  const resolution = request.resolution?.trim().toLowerCase() ?? provenResolution;
  if (!smartResolutions.some((known) => known === resolution)) {
    throw invalid(
      "resolution",
      `Smart HD makes no ${resolution}.`,
      `Use one of ${smartResolutions.join(", ")}.`,
    );
  }
  if (resolution !== provenResolution) {
    const message = `Nobody has recorded the wire of smart HD at ${resolution}: the site may refuse it, or charge and answer differently.`;
    warnings.push({ code: "experimental_tool", param: "resolution", message });
  }
  return {
    resolution,
    originalStrength: checkShare("originalStrength", request.originalStrength ?? defaultStrength),
    detailStrength: checkShare("detailStrength", request.detailStrength ?? defaultStrength),
  };
}

function chooseSides(request: ImageToolRequest) {
  const { ratio } = request;
  if (ratio !== undefined && !imageRatios.some((known) => known === ratio)) {
    throw invalid(
      "ratio",
      `Outpaint does not offer the ratio ${ratio}.`,
      `Use one of ${imageRatios.join(", ")}.`,
    );
  }
  const isOpen = sides.every((side) => request[side] === undefined);
  const [top, bottom, left, right] = sides.map((side) =>
    checkShare(side, request[side] ?? (isOpen ? defaultShare : 0), maxShare),
  );
  if (!isOpen && top === 0 && bottom === 0 && left === 0 && right === 0) {
    throw invalid("top", "Nothing is added at any side.", "Name at least one side above 0.");
  }
  return { top, bottom, left, right };
}

function prepareInterpolation(request: VideoToolRequest, tool: Tool): PreparedVideoToolRequest {
  const { video, product } = request;
  if (product === undefined) checkVideo(video);
  else {
    if (video !== undefined) {
      throw invalid("product", "Two videos are given.", "Leave out video or product.");
    }
    checkProduct(product);
  }
  return { ...request, model: tool.id, prompt: "", count: 1, upstreamCount: 1 };
}

function checkVideo(video: UploadedVideo | undefined): void {
  if (video === undefined || typeof video.videoId !== "string" || video.videoId === "") {
    throw invalid(
      "video",
      "No video is given.",
      "Upload one and pass what came back, or name a finished video as product.",
    );
  }
  if (video.durationMs > 0) return;
  throw invalid(
    "video",
    "The length of the video is not known.",
    "Upload it as a file, so that its length can be read, or set durationMs.",
  );
}

function prepareMusic(
  request: MusicRequest,
  tool: Tool,
  { maxPromptLength = defaultMaxPromptLength }: PrepareOptions,
): PreparedMusicRequest {
  checkFilled("prompt", request.prompt, maxPromptLength, "Say in a few words how it should sound.");
  if (request.title !== undefined) checkText("title", request.title, maxTextLength);
  if (request.lyrics !== undefined) checkText("lyrics", request.lyrics, maxPromptLength);
  const hasLyrics = (request.lyrics ?? "").trim() !== "";
  const vocals = request.vocals ?? hasLyrics;
  if (!vocals && hasLyrics) {
    throw invalid("lyrics", "An instrumental piece has no lyrics.", "Leave out vocals: false.");
  }
  const tags = request.tags ?? [];
  if (!Array.isArray(tags) || tags.length > maxTags) {
    throw invalid("tags", `At most ${maxTags} tags are taken.`, "Give fewer.");
  }
  for (const tag of tags) checkText("tags", tag, maxTextLength);
  if (!vocals && tags.length > 0) {
    throw invalid("tags", "An instrumental piece has no tags.", "Say it in the prompt instead.");
  }
  const durationSeconds = request.durationSeconds ?? musicSeconds.default;
  const { min, max } = musicSeconds;
  if (!Number.isInteger(durationSeconds) || durationSeconds < min || durationSeconds > max) {
    throw invalid(
      "durationSeconds",
      `A piece has ${min} to ${max} whole seconds.`,
      `Use ${Math.min(max, Math.max(min, Math.round(durationSeconds) || min))}.`,
    );
  }
  return { ...request, model: tool.id, durationSeconds, vocals, count: 1, upstreamCount: 1 };
}

function prepareSpeech(
  request: SpeechRequest,
  tool: Tool,
  { maxPromptLength = defaultMaxPromptLength }: PrepareOptions,
): PreparedSpeechRequest {
  checkFilled("prompt", request.prompt, maxPromptLength, "Give the text to speak.");
  checkFilled("voice", request.voice, maxTextLength, "Name one of the voices of audio.voices.");
  const { speechRate = 0, pitchRate = 0 } = request;
  for (const [param, value] of Object.entries({ speechRate, pitchRate })) {
    if (Number.isInteger(value) && Math.abs(value) <= 100) continue;
    throw invalid(param, `${param} must be a whole number from -100 to 100.`, "Leave it out.");
  }
  return { ...request, model: tool.id, speechRate, pitchRate, count: 1, upstreamCount: 1 };
}

function checkFilled(param: string, text: string, maxLength: number, fix: string): void {
  checkText(param, text, maxLength);
  if (text.trim() === "") throw invalid(param, `${param} is empty.`, fix);
}
