// Which of a result's files is fetched: a video's own file instead of the preview that its record shows.

import { JimengError } from "@jimeng/sdk";
import type { GenerationOutput, Warning } from "@jimeng/sdk";

import type { Engine } from "../engine.ts";
import type { JobRecord } from "../record.ts";

// A file that could not be fetched so often may be gone while its preview is still there.
const mostTries = 2;

const previewWarning: Warning = {
  code: "preview_quality",
  message: "Only the preview of the video could be had; its full file was not found.",
};

/** Gives the files to fetch; a video's history URL is a preview of a fifth of its bit rate (history.md [C]). */
export async function bestOutputs(
  engine: Engine,
  record: JobRecord,
): Promise<{ outputs: GenerationOutput[]; warnings: Warning[] }> {
  const { kind, operation } = record;
  const outputs = record.outputs ?? [];
  const upstream = engine.accounts.connection(record.account ?? "")?.upstream;
  if (kind !== "video" || operation === null) return { outputs, warnings: [] };
  if (upstream === undefined || record.attempts >= mostTries) {
    return { outputs, warnings: [previewWarning] };
  }
  try {
    const { signal } = engine.stopping;
    const originals = await upstream.generations.originals({ operation, outputs }, { signal });
    const isPreview = originals.some(({ url }, index) => url === outputs[index]?.url);
    return { outputs: originals, warnings: isPreview ? [previewWarning] : [] };
  } catch (error) {
    if (!JimengError.isInstance(error)) throw error;
    engine.logger.warn({ job: record.id, code: error.code }, "A video's full file was not found.");
    return { outputs, warnings: [previewWarning] };
  }
}
