// `jimeng video`: makes a video.

import type { GatewayClient } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { collect, collectFrame, maxSeed, wholeNumber } from "./option-values.ts";
import { withVideoReferences } from "../generation/references.ts";
import { buildVideoBody, buildVideoJobBody, defaultVideoModel } from "../generation/requests.ts";
import type { VideoOptions } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";
import { withStartOptions } from "./connection-options.ts";

// Longer than any model's longest; the gateway names the model's own durations.
const maxSeconds = 600;

/** Adds the prompt and the options that say which video to make. */
export function withVideoOptions(command: Command, { help }: Words): Command {
  const { video, options: shared } = help;
  return command
    .argument("<prompt>", video.prompt)
    .option("--model <id>", video.model, defaultVideoModel)
    .option("--ratio <w:h>", shared.ratio)
    .option("--resolution <name>", video.resolution)
    .option("--seconds <number>", video.seconds, wholeNumber("--seconds", 1, maxSeconds))
    .option("--seed <number>", shared.seed, wholeNumber("--seed", 0, maxSeed))
    .option("--first <file>", video.first)
    .option("--last <file>", video.last)
    .option("--subject <file>", video.subject, collect)
    .option("--frame <file[:seconds[:prompt]]>", video.frame, collectFrame)
    .option("--ref <file>", video.ref, collect);
}

/** Adds `jimeng video "<prompt>"`. */
export function addVideoCommand(program: Command, context: Context): void {
  const command = program.command("video").description(context.words.help.video.description);
  withStartOptions(withVideoOptions(command, context.words), context.words).action(
    async (prompt: string, options: VideoOptions & GenerateOptions) => {
      const ready = (client: GatewayClient): Promise<VideoOptions> =>
        withVideoReferences(client, context.currentFolder, options);
      await generate(context, options, {
        prepare: async (client) => buildVideoBody(prompt, await ready(client)),
        estimateBody: async (client) => buildVideoJobBody(prompt, await ready(client)),
        start: async (client, body, call) => [(await client.videos.create(body, call)).id],
      });
    },
  );
}
