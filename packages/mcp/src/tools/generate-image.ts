// The tool that makes pictures.

import type { JobBodyInput } from "@jimeng/gateway/api";
import * as z from "zod";

import { shownByJobApp } from "../app/job-app.ts";
import { resolveReferences } from "../references/resolve.ts";
import { invalid } from "../results/failure.ts";
import { jobOutput } from "../results/output-schema.ts";
import { startJobs } from "../spending/start-jobs.ts";
import { answerJobs } from "../waiting/answer-jobs.ts";
import { present, promptText, references, shortText, startFields } from "./arguments.ts";
import { defineTool, generating } from "./tool.ts";
import type { ToolCall } from "./tool.ts";

const maxCount = 10;
const maxSeed = 0xffff_ffff;

/** What a picture is made of; the estimate takes the same. */
export const imageFields = {
  model: shortText.optional().describe("see list_models"),
  count: z.int().min(1).max(maxCount).default(1),
  ratio: shortText.optional().describe("such as 16:9"),
  size: z
    .string()
    .regex(/^\d{1,5}x\d{1,5}$/i, { error: "must be WIDTHxHEIGHT" })
    .optional(),
  resolution: shortText.optional().describe("1k, 2k or 4k"),
  negative_prompt: z.string().max(32_000).optional(),
  seed: z.int().min(0).max(maxSeed).optional(),
  references: references.optional().describe("make it an edit of these"),
};

type ImageArguments = { prompt: string; account?: string } & {
  [Name in keyof typeof imageFields]?: z.output<(typeof imageFields)[Name]>;
};

/** Makes the gateway's body of the arguments. */
export async function toImageBody(call: ToolCall, input: ImageArguments): Promise<JobBodyInput> {
  const { size, ratio, references: sources, prompt, model, count, account } = input;
  const { resolution, negative_prompt, seed } = input;
  if (size !== undefined && ratio !== undefined) {
    throw invalid("size", "Both size and ratio were given.", "Give one of them.");
  }
  const [width, height] = size?.split(/x/i).map(Number) ?? [];
  const resolved = sources === undefined ? undefined : await resolveReferences(call, sources);
  return present({
    kind: "image" as const,
    ...{ prompt, model, count, ratio, width, height, resolution, negative_prompt, seed, account },
    references: resolved?.length === 0 ? undefined : resolved,
  });
}

/** Makes pictures and waits for them. */
export const generateImage = defineTool({
  name: "generate_image",
  title: "Make pictures",
  description:
    "Makes pictures from a prompt, or edits references. Waits up to wait_seconds; a slower job answers with a handle for wait_for_job and goes on. A repeated call joins its job and pays nothing.",
  arguments: z.strictObject({ prompt: promptText, ...imageFields, ...startFields }),
  annotations: generating,
  output: jobOutput,
  meta: shownByJobApp,
  async run(input, call) {
    const started = await startJobs(call, await toImageBody(call, input), input);
    return "answer" in started ? started.answer : answerJobs(call, started, input.wait_seconds);
  },
});
