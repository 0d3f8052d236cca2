// A call of generateVideo or startVideo as the body of the gateway's video route.

import type {
  Experimental_VideoModelV4CallOptions as VideoCallOptions,
  SharedV4Warning,
} from "@ai-sdk/provider";
import type { VideoBodyInput } from "@jimeng/gateway/api";

import type { Facts } from "../model-facts.ts";
import { toSubmissionFields } from "../options/provider-options.ts";
import type { JimengVideoOptions } from "../options/provider-options.ts";
import { toReference } from "../references.ts";
import { unsupported } from "../warnings.ts";
import { toNearestSize } from "./video-size.ts";

/** What is sent for a call. */
export interface VideoRequest {
  body: VideoBodyInput;
  warnings: SharedV4Warning[];
}

/** A call with the address where its end is told. */
export type VideoStartOptions = VideoCallOptions & { webhookUrl?: string };

/** Translates a call; `facts` are undefined where they are not needed or not known. */
export function toVideoRequest(
  model: string,
  call: VideoStartOptions,
  options: JimengVideoOptions,
  facts: Facts | undefined,
): VideoRequest {
  const warnings = warnAboutUnsupported(call);
  const frames = toFrames(call);
  const hasMaterial = Object.keys(frames).length > 0 || (call.inputReferences ?? []).length > 0;
  if (call.aspectRatio === "adaptive" && !hasMaterial) {
    warnings.push(unsupported("aspectRatio", "Without a picture there is nothing to adapt to."));
  }
  const ratio = call.aspectRatio === "adaptive" ? undefined : call.aspectRatio;
  const size = toSize(call, ratio, options, facts, warnings);
  const references = [
    ...(call.inputReferences ?? []).map(toReference),
    ...(options.references ?? []),
  ];
  const body = {
    model,
    prompt: call.prompt ?? "",
    seconds: call.duration,
    seed: call.seed,
    ratio,
    ...size,
    ...frames,
    ...(references.length === 0 ? {} : { references }),
    subjects: options.subjects,
    webhook_url: call.webhookUrl,
    ...toSubmissionFields(options),
  };
  return { body, warnings };
}

function toSize(
  call: VideoStartOptions,
  ratio: string | undefined,
  options: JimengVideoOptions,
  facts: Facts | undefined,
  warnings: SharedV4Warning[],
): { resolution?: string; ratio?: string; size?: string } {
  if (options.resolution !== undefined || call.resolution === undefined) {
    return { resolution: options.resolution };
  }
  const nearest = facts && toNearestSize(call.resolution, ratio, facts);
  // A model that nobody has listed: the gateway chooses, or says what there is.
  if (nearest === undefined) return { size: call.resolution };
  warnings.push(...nearest.warnings);
  return { resolution: nearest.resolution, ratio: nearest.ratio ?? ratio };
}

/** Returns the frames. The AI SDK repeats the first of `frameImages` as `image`: it is sent once. */
function toFrames(call: VideoStartOptions): { first_frame?: string[]; last_frame?: string[] } {
  const of = (type: string): string[] =>
    (call.frameImages ?? [])
      .filter(({ frameType }) => frameType === type)
      .map(({ image }) => toReference(image));
  const firsts = of("first_frame");
  const lasts = of("last_frame");
  if (firsts.length === 0 && call.image !== undefined) firsts.push(toReference(call.image));
  return {
    ...(firsts.length === 0 ? {} : { first_frame: firsts }),
    ...(lasts.length === 0 ? {} : { last_frame: lasts }),
  };
}

function warnAboutUnsupported(call: VideoStartOptions): SharedV4Warning[] {
  const warnings: SharedV4Warning[] = [];
  if (call.fps !== undefined) {
    const details = "The site chooses the frame rate; /v1/videos/interpolate makes 60 a second.";
    warnings.push(unsupported("fps", details));
  }
  if (call.generateAudio !== undefined) {
    const details = "Whether a video has sound is the model's own; it cannot be chosen.";
    warnings.push(unsupported("generateAudio", details));
  }
  return warnings;
}
