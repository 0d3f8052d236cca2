// Tells what of a job's results differs from what was asked, and how missing or incomplete ones are fetched again.

import { JimengError } from "@jimeng/sdk";
import type { PreparedVideoRequest, Warning } from "@jimeng/sdk";

import { usualTypes } from "../../storage/media.ts";
import { itemIdOf } from "../job.ts";
import type { JobRecord, StoredAsset } from "../record.ts";

const isUsual: ReadonlySet<string> = new Set(usualTypes);

/** The codes of the warnings that are made when a job is completed. */
export const completionWarnings: ReadonlySet<string> = new Set([
  "extra_images",
  "fewer_images",
  "cancel_too_late",
  "unusual_format",
  "incomplete_file",
  "size_differs",
]);

/** Returns the warnings of a job that is completed with these results. */
export function resultWarnings(record: JobRecord, assets: StoredAsset[]): Warning[] {
  const { request } = record;
  const warnings: Warning[] = [];
  const wanted = request.kind === "image" ? (request.sequence ?? request.count) : 1;
  const came = assets.length;
  if (came > wanted) {
    const message = `${came} pictures were made, ${wanted} wanted; the others are kept as assets of the job.`;
    warnings.push({ code: "extra_images", param: "count", message });
  } else if (came < wanted) {
    const unsaved = new Set((record.outputs ?? []).map(itemIdOf)).size - came;
    const message =
      unsaved > 0
        ? `${came} of ${wanted} pictures could be had. ${wayOut(record.id)}`
        : `${came} of ${wanted} pictures were made.`;
    warnings.push({ code: "fewer_images", param: "count", message });
  }
  if (record.cancelRequested) {
    const message = "The generation was finished before the request to cancel it took effect.";
    warnings.push({ code: "cancel_too_late", message });
  }
  const unusual = assets.find(({ contentType }) => !isUsual.has(contentType));
  if (unusual !== undefined) {
    const message = `The result came as ${unusual.contentType}, which some programs cannot show; it is kept as it came.`;
    warnings.push({ code: "unusual_format", message });
  }
  const incomplete = assets.filter((asset) => asset.incomplete).length;
  if (incomplete > 0) {
    const subject = assets.length === 1 ? "The file ends" : `${incomplete} of ${came} files end`;
    const message = `${subject} early or cannot be read to the end; what came is kept. ${wayOut(record.id)}`;
    warnings.push({ code: "incomplete_file", message });
  }
  const differs = sizeWarning(record, assets);
  return differs === undefined ? warnings : [...warnings, differs];
}

function sizeWarning({ request }: JobRecord, assets: StoredAsset[]): Warning | undefined {
  // A tool decides the size of its result itself.
  if (request.tool !== undefined) return undefined;
  if (request.kind === "video") return ratioWarning(request, assets);
  // A job made on the site and imported while it ran asked for a size that we do not know (0, jobs/adopt.ts).
  if (request.intelligentRatio || request.width === 0) return undefined;
  // A size that cannot be read differs from nothing.
  const measured = assets.filter(({ width, height }) => width !== null && height !== null);
  const other = measured.find(
    ({ width, height }) => width !== request.width || height !== request.height,
  );
  if (other === undefined) return undefined;
  const message = `The result has ${other.width}×${other.height} pixels, ${request.width}×${request.height} were asked for.`;
  return { code: "size_differs", param: "size", message };
}

// The upstream chooses a video's pixels itself, near the asked ratio (docs/upstream/sizes.md): only a plainly other
// shape is told. With a first frame the frame decides.
const maxRatioFactor = 1.1;

function ratioWarning(request: PreparedVideoRequest, assets: StoredAsset[]): Warning | undefined {
  const [across = 0, down = 0] = request.ratio.split(":").map(Number);
  const asset = assets[0];
  if (request.firstFrame !== undefined || !(across > 0 && down > 0)) return undefined;
  if (!asset?.width || !asset.height) return undefined;
  const factor = (asset.width / asset.height) * (down / across);
  if (factor <= maxRatioFactor && factor >= 1 / maxRatioFactor) return undefined;
  const message = `The video has ${asset.width}×${asset.height} pixels, ${request.ratio} was asked for.`;
  return { code: "size_differs", param: "ratio", message };
}

/** Returns the error of a job without results, with the way to them: the upstream has them, and may give them later. */
export function withWayOut(
  error: JimengError,
  jobId: string,
  kept: readonly StoredAsset[],
): JimengError {
  const { code, message, detail } = error;
  const part = kept.length > 0 ? "What came of it is kept as an asset of the job. " : "";
  return new JimengError(code, message, { ...detail, fix: part + wayOut(jobId), cause: error });
}

function wayOut(jobId: string): string {
  return (
    "The upstream still has the result. Have it fetched again, which costs nothing: " +
    `POST /v1/jobs/${jobId}/recheck, or jimeng jobs recheck ${jobId}.`
  );
}
