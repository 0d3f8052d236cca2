// `jimeng estimate`: tells what pictures or a video would cost, and starts nothing.

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { printEstimate } from "../generation/estimate.ts";
import type { EstimateOptions } from "../generation/estimate.ts";
import { withImageReferences, withVideoReferences } from "../generation/references.ts";
import { buildImageJobBody, buildVideoJobBody } from "../generation/requests.ts";
import type { ImageOptions, VideoOptions } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions, withRequestOptions } from "./connection-options.ts";
import { withImageOptions } from "./image.ts";
import { pixels } from "./option-values.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";
import { withVideoOptions } from "./video.ts";

/** Adds `jimeng estimate image` and `jimeng estimate video`. */
export function addEstimateCommand(program: Command, context: Context): void {
  const { words, currentFolder } = context;
  const group = program.command("estimate").description(words.help.estimate.description);
  refuseUnknownSubcommands(group);
  const image = group.command("image").description(words.help.estimate.image);
  withEstimateOptions(withImageOptions(image, words), words).action(
    async (prompt: string, options: ImageOptions & EstimateOptions) => {
      const size = options.size === undefined ? undefined : pixels(options.size);
      await printEstimate(context, options, async (client) => {
        const ready = await withImageReferences(client, currentFolder, options);
        return buildImageJobBody(prompt, ready, size);
      });
    },
  );
  const video = group.command("video").description(words.help.estimate.video);
  withEstimateOptions(withVideoOptions(video, words), words).action(
    async (prompt: string, options: VideoOptions & EstimateOptions) => {
      await printEstimate(context, options, async (client) => {
        const ready = await withVideoReferences(client, currentFolder, options);
        return buildVideoJobBody(prompt, ready);
      });
    },
  );
}

function withEstimateOptions(command: Command, words: Words): Command {
  return withConnectionOptions(
    withRequestOptions(command, words).option("--json", words.help.options.jsonAnswer),
    words,
  );
}
