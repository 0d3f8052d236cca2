// Runs one generation of a tool from request to end.

import { JimengError } from "../errors.ts";
import type { Settings } from "../options.ts";
import type {
  GenerationOutput,
  ImageToolRequest,
  MusicRequest,
  PreparedImageToolRequest,
  PreparedMusicRequest,
  PreparedVideoToolRequest,
  VideoToolRequest,
} from "../requests.ts";
import { finish } from "./finish.ts";
import type { GenerateOptions } from "./finish.ts";
import type { Generations } from "./generations.ts";
import type { EditedImages, GeneratedMusic, InterpolatedVideo } from "./results.ts";

/** Edits a picture and waits for the result. */
export async function finishImageTool(
  settings: Settings,
  generations: Generations,
  request: ImageToolRequest,
  options: GenerateOptions,
): Promise<EditedImages> {
  const finished = await finish<PreparedImageToolRequest>(settings, generations, request, options);
  const { outputs } = finished.generation;
  return { ...finished, images: outputs.filter((output) => output.kind === "image") };
}

/** Brings a video to 60 frames a second and waits for the result. */
export async function finishInterpolation(
  settings: Settings,
  generations: Generations,
  request: VideoToolRequest,
  options: GenerateOptions,
): Promise<InterpolatedVideo> {
  const finished = await finish<PreparedVideoToolRequest>(settings, generations, request, options);
  return { ...finished, video: requireKind(finished.generation.outputs, "video") };
}

/** Makes a piece of music and waits for it. */
export async function finishMusic(
  settings: Settings,
  generations: Generations,
  request: Omit<MusicRequest, "kind" | "tool">,
  options: GenerateOptions,
): Promise<GeneratedMusic> {
  const wanted: MusicRequest = { ...request, kind: "audio", tool: "music" };
  const finished = await finish<PreparedMusicRequest>(settings, generations, wanted, options);
  return { ...finished, audio: requireKind(finished.generation.outputs, "audio") };
}

function requireKind<Kind extends GenerationOutput["kind"]>(
  outputs: readonly GenerationOutput[],
  kind: Kind,
): Extract<GenerationOutput, { kind: Kind }> {
  const found = outputs.find(
    (output): output is Extract<GenerationOutput, { kind: Kind }> => output.kind === kind,
  );
  if (found !== undefined) return found;
  throw new JimengError("unexpected_response", `The generation ended without ${kind}.`);
}
