// Finds a video's file in full quality, instead of the preview that its record shows.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput, Warning } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

// A file that could not be fetched so often may be gone while its preview is still there.
const maxAttempts = 2;

const previewWarning: Warning = {
  code: "preview_quality",
  message: "Only the preview of the video could be had; its full file was not found.",
};

/**
 * Returns the outputs to fetch, videos in full quality where it can be had. The URL in a video's record is a preview of
 * a fifth of the bit rate (docs/upstream/history.md).
 */
export async function inFullQuality(
  engine: Engine,
  record: JobRecord,
): Promise<{ outputs: GenerationOutput[]; warnings: Warning[] }> {
  const { kind, operation } = record;
  const outputs = record.outputs ?? [];
  const upstream = engine.accounts.connection(record.account ?? "")?.upstream;
  if (kind !== "video" || operation === null) return { outputs, warnings: [] };
  if (upstream === undefined || record.attempts >= maxAttempts) {
    return { outputs, warnings: [previewWarning] };
  }
  try {
    const { signal } = engine.stopping;
    const fullQuality = await upstream.generations.fullQuality({ operation, outputs }, { signal });
    const isPreview = fullQuality.some(({ url }, index) => url === outputs[index]?.url);
    return { outputs: fullQuality, warnings: isPreview ? [previewWarning] : [] };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    engine.logger.warn(
      { job: record.id, code: error.code },
      "Failed to find a video in full quality",
    );
    return { outputs, warnings: [previewWarning] };
  }
}
