// `jimeng video`.

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { collect, collectFrame, largestSeed, wholeNumber } from "./option-values.ts";
import { withVideoReferences } from "../generation/references.ts";
import { buildVideoBody, defaultVideoModel } from "../generation/requests.ts";
import type { VideoOptions } from "../generation/requests.ts";
import { withResultOptions } from "./connection-options.ts";

// Longer than any model's longest; the gateway names the model's own durations.
const largestSeconds = 600;

/** Adds `jimeng video "<prompt>"`. */
export function addVideoCommand(program: Command, context: Context): void {
  const command = program
    .command("video")
    .description("make a video from a prompt, and print the saved file's path")
    .argument("<prompt>", "what to show, in any language")
    .option("--model <id>", "model, see `jimeng models --kind video`", defaultVideoModel)
    .option("--ratio <w:h>", "aspect ratio, e.g. 16:9")
    .option("--resolution <name>", "720p or 1080p, as far as the model has it")
    .option("--seconds <number>", "length, one of the model's", wholeNumber(1, largestSeconds))
    .option("--seed <number>", "repeatable randomness", wholeNumber(0, largestSeed))
    .option("--first <file>", "picture that the video begins with (path, URL or file id)")
    .option("--last <file>", "picture that it ends with")
    .option("--subject <file>", "subject to keep, @1 in the prompt; repeat for more", collect)
    .option(
      "--frame <file[:seconds[:prompt]]>",
      "one of several frames with its time and words; repeat for more",
      collectFrame,
    )
    .option("--ref <file>", "picture, video or sound to refer to; repeat for more", collect)
    .option("--account <name>", "use this account")
    .option("--no-wait", "print the job's id and leave at once");
  withResultOptions(command).action(
    async (prompt: string, options: VideoOptions & GenerateOptions) => {
      await generate(context, options, {
        async prepare(client) {
          const ready = await withVideoReferences(client, context.currentFolder, options);
          return buildVideoBody(prompt, ready);
        },
        start: async (client, body, call) => [(await client.videos.create(body, call)).id],
      });
    },
  );
}
