// The tool that makes videos.

import type { JobBodyInput } from "@jimeng/gateway/api";
import * as z from "zod";

import { shownByJobApp } from "../app/job-app.ts";
import { resolveReference, resolveReferences } from "../references/resolve.ts";
import { jobOutput } from "../results/output-schema.ts";
import { startJobs } from "../spending/start-jobs.ts";
import { answerJobs } from "../waiting/answer-jobs.ts";
import { present, promptText, reference, references, shortText, startFields } from "./arguments.ts";
import { defineTool, generating } from "./tool.ts";
import type { ToolCall } from "./tool.ts";

const maxSeconds = 600;
const maxSeed = 0xffff_ffff;

/** What a video is made of; the estimate takes the same. */
export const videoFields = {
  model: shortText.optional().describe("see list_models"),
  duration_seconds: z.int().min(1).max(maxSeconds).optional(),
  ratio: shortText.optional().describe("such as 16:9"),
  resolution: shortText.optional().describe("such as 720p"),
  seed: z.int().min(0).max(maxSeed).optional(),
  first_frame: reference.optional(),
  last_frame: reference.optional(),
  references: references.optional(),
};

type VideoArguments = { prompt: string; account?: string } & {
  [Name in keyof typeof videoFields]?: z.output<(typeof videoFields)[Name]>;
};

/** Makes the gateway's body of the arguments. */
export async function toVideoBody(call: ToolCall, input: VideoArguments): Promise<JobBodyInput> {
  const { prompt, model, duration_seconds, ratio, resolution, seed, account } = input;
  const { first_frame: first, last_frame: last, references: sources } = input;
  const resolve = (text: string | undefined): Promise<string | undefined> =>
    text === undefined ? Promise.resolve(text) : resolveReference(call, text);
  const resolved = sources === undefined ? undefined : await resolveReferences(call, sources);
  return present({
    kind: "video" as const,
    ...{ prompt, model, duration_seconds, ratio, resolution, seed, account },
    first_frame: await resolve(first),
    last_frame: await resolve(last),
    references: resolved?.length === 0 ? undefined : resolved,
  });
}

/** Makes a video and waits for it. */
export const generateVideo = defineTool({
  name: "generate_video",
  title: "Make a video",
  description:
    "Makes a video from a prompt, frames or references. Videos take minutes to hours: expect a handle for wait_for_job; the job goes on by itself. A repeated call joins its job and pays nothing.",
  arguments: z.strictObject({ prompt: promptText, ...videoFields, ...startFields }),
  annotations: generating,
  output: jobOutput,
  meta: shownByJobApp,
  async run(input, call) {
    const started = await startJobs(call, await toVideoBody(call, input), input);
    return "answer" in started ? started.answer : answerJobs(call, started, input.wait_seconds);
  },
});
