// Fetches a job's results from the gateway, saves them and prints them on stdout.

import { Readable } from "node:stream";

import { convertibleTypes, hasJobEnded } from "@jimeng/gateway/api/client";
import type { AssetObject, JobObject, PictureFormat } from "@jimeng/gateway/api";

import type { Connection } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { CliError, chargedOf, failureOfJob, operatingSystemFailure } from "../errors.ts";
import { systemCodeOf, systemReason } from "../system-errors.ts";
import { CannotSave, friendlyPath, saveFile } from "./files.ts";
import type { FileToSave } from "./files.ts";
import { isUniqueName, nameResult } from "./output-place.ts";
import type { OutputPlace } from "./output-place.ts";
import { reconnect } from "./reconnect.ts";
import type { ReconnectSettings } from "./reconnect.ts";

const downloadAttempts = 3;

/** A job with the paths of its saved files; what `--json` prints. */
export type JobWithFiles = JobObject & { files: string[] };

/** How results are saved. */
export interface SaveSettings extends ReconnectSettings {
  /** The format that pictures are saved in; default the stored one. */
  format?: PictureFormat | undefined;
  /** Returns the command line that saves a job's results later. */
  laterCommand: (jobId: string) => string;
}

/**
 * Saves every result of the jobs; jobs without results get an empty list. Where the disk refuses one, the error says
 * where the results still are.
 */
export async function saveResults(
  connection: Connection,
  jobs: readonly JobObject[],
  place: OutputPlace,
  settings: SaveSettings,
): Promise<JobWithFiles[]> {
  const saved: JobWithFiles[] = [];
  for (const job of jobs) {
    const files: string[] = [];
    for (const [index, asset] of (job.result?.assets ?? []).entries()) {
      const format = formatFor(asset, settings.format);
      const name = nameResult(place.pattern, {
        prompt: job.request.prompt,
        jobId: job.id,
        model: job.model,
        createdAt: job.created_at,
        index: index + 1,
        contentType: format === undefined ? asset.content_type : `image/${format}`,
      });
      const isUnique = isUniqueName(place.pattern);
      const bytes = format === undefined ? asset.bytes : null;
      const file = { folder: place.folder, name, bytes, isUnique };
      const wanted = { ...settings, format };
      const path = await saveOne(connection, asset, file, wanted).catch((error: unknown) => {
        if (!(error instanceof CannotSave)) throw error;
        throw toUnsaved(error, connection, job, settings.laterCommand(job.id));
      });
      files.push(path);
    }
    saved.push({ ...job, files });
  }
  return saved;
}

/** Returns the format that a result is converted to; undefined where it is saved as it is stored. */
function formatFor(
  { content_type: type }: AssetObject,
  format: PictureFormat | undefined,
): PictureFormat | undefined {
  // What was paid for is saved, whatever its format.
  return convertibleTypes.has(type) && type !== `image/${format}` ? format : undefined;
}

/** Returns the error of a result that the disk of `--output` does not take, with the places where all of them are. */
function toUnsaved(
  { target, cause }: CannotSave,
  { isOwn }: Connection,
  job: JobObject,
  command: string,
): CliError {
  const assets = job.result?.assets ?? [];
  // The gateway of this process ends with it, and its address too.
  const places = assets.map(({ id, url }) => (isOwn ? id : url)).join(" ");
  return new CliError({
    code: systemCodeOf(cause) ?? "EIO",
    param: "--output",
    message: (words) => words.files.cannotSave(target, systemReason(cause, words)),
    fix: ({ files }) =>
      isOwn ? files.keptInFolder(places, command) : files.keptAt(places, command),
    jobId: job.id,
    charged: chargedOf(job),
    exitCode: operatingSystemFailure,
  });
}

/**
 * Prints the results: paths one per line, or one JSON object (several jobs of one request become a list).
 * Throws the failure of the first job that did not complete.
 */
export function printResults(
  context: Context,
  jobs: readonly JobWithFiles[],
  asJson: boolean,
): void {
  if (asJson) {
    context.output.json(toDocument(jobs));
  } else {
    for (const job of jobs) {
      for (const file of job.files)
        context.output.result(friendlyPath(file, context.currentFolder));
    }
  }
  throwFailure(jobs);
}

/** Throws the failure of the first job that ended without being completed. */
export function throwFailure(jobs: readonly JobWithFiles[]): void {
  const failed = jobs.find((job) => hasJobEnded(job) && job.status !== "completed");
  if (failed) throw new CliError({ ...failureOfJob(failed), isInResult: true });
}

/** Returns the JSON document of the jobs of a request: the job itself, or a list of several. */
export function toDocument(jobs: readonly JobWithFiles[]): unknown {
  const [first, ...others] = jobs;
  if (others.length === 0) return first;
  return { object: "list", data: jobs, files: jobs.flatMap((job) => job.files) };
}

/** Saves one result; when the gateway goes away meanwhile, fetches the file again from the next one. */
async function saveOne(
  connection: Connection,
  asset: AssetObject,
  file: FileToSave,
  settings: ReconnectSettings & { format: PictureFormat | undefined },
): Promise<string> {
  for (let attempt = 1; ; attempt += 1) {
    const { client } = connection;
    try {
      return await saveFile(file, async () => {
        const { body } = await client.assets.download(asset.id, { format: settings.format });
        return Readable.from(body);
      });
    } catch (error) {
      if (!connection.isLost(error) || attempt >= downloadAttempts) throw error;
      await reconnect(connection, client, { ...settings, lostAt: performance.now() });
    }
  }
}
