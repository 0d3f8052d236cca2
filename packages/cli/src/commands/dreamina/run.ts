// Submits and queries as the site's own CLI does: a submit waits only as long as --poll says, and prints one document.

import { hasJobEnded } from "@jimeng/gateway/api/client";
import type { JobObject } from "@jimeng/gateway/api";

import type { Context } from "../../context.ts";
import { toUnknownJob } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { followJobs } from "../../generation/follow.ts";
import {
  followSettings,
  preparePlace,
  startOrLeave,
  untilStarted,
  withRun,
} from "../../generation/generate.ts";
import type { Run } from "../../generation/generate.ts";
import { withImageReferences, withVideoReferences } from "../../generation/references.ts";
import { buildImageBody, buildVideoBody } from "../../generation/requests.ts";
import type { ImageOptions, VideoOptions } from "../../generation/requests.ts";
import { saveResults } from "../../generation/results.ts";
import { waitCommand } from "../../generation/wait-command.ts";
import { toDocument } from "./documents.ts";

/** The options of every command that submits. */
export interface DreaminaOptions extends ConnectionOptions {
  prompt: string;
  ratio?: string;
  model_version?: string;
  session?: string;
  poll: number;
}

/** What is submitted, in our own options. */
type Wanted = { prompt: string } & (ImageOptions | VideoOptions);

/** Submits a request, waits at most `--poll` seconds, and prints the document. */
export async function submit(
  context: Context,
  options: DreaminaOptions,
  kind: "image" | "video",
  wanted: Wanted,
): Promise<void> {
  if (options.session !== undefined) context.output.warning(({ dreamina }) => dreamina.noSessions);
  await withRun(context, options, async (run) => {
    const ids = await start(run, kind, wanted);
    const jobs = await waitAWhile(run, ids, options.poll);
    context.output.json(toDocument(jobs.map((job) => ({ ...job, files: [] }))));
  });
}

async function start(run: Run, kind: "image" | "video", wanted: Wanted): Promise<string[]> {
  const { currentFolder } = run.context;
  if (kind === "image") {
    return await startOrLeave(run, {
      prepare: async (client) =>
        buildImageBody(wanted.prompt, await withImageReferences(client, currentFolder, wanted)),
      start: async (client, body, call) =>
        (await client.images.start(body, call)).map(({ id }) => id),
    });
  }
  return await startOrLeave(run, {
    prepare: async (client) =>
      buildVideoBody(wanted.prompt, await withVideoReferences(client, currentFolder, wanted)),
    start: async (client, body, call) => [(await client.videos.create(body, call)).id],
  });
}

/** Waits until the jobs end or the time is over; the jobs of a gateway in this process must at least be started. */
async function waitAWhile(
  run: Run,
  ids: readonly string[],
  pollSeconds: number,
): Promise<JobObject[]> {
  const { connection, interrupts } = run;
  if (pollSeconds === 0 && connection.isOwn) return await untilStarted(run, ids);
  const signal = AbortSignal.any([interrupts.signal, AbortSignal.timeout(pollSeconds * 1000)]);
  try {
    return await followJobs(connection, ids, { ...followSettings(run), signal });
  } catch (error) {
    if (!signal.aborted) throw error;
    return await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id)));
  }
}

/** Prints the document of jobs, and saves the files of ended ones where a folder is given. */
export async function printQuery(
  context: Context,
  options: ConnectionOptions,
  ids: readonly string[],
  folder: string | undefined,
): Promise<void> {
  const output = folder === undefined ? undefined : `${folder}/`;
  const place = output === undefined ? undefined : await preparePlace(context, { output });
  await withRun(context, options, async (run) => {
    const { connection } = run;
    const jobs = await Promise.all(ids.map((id) => connection.client.jobs.retrieve(id))).catch(
      (error: unknown) => {
        throw toUnknownJob(error, connection);
      },
    );
    const areEnded = jobs.every(hasJobEnded);
    const saved =
      place === undefined || !areEnded
        ? jobs.map((job) => ({ ...job, files: [] }))
        : await saveResults(connection, jobs, place, {
            ...followSettings(run),
            laterCommand: (id) => waitCommand(id, options),
          });
    context.output.json(toDocument(saved));
  });
}
