// `jimeng image`: makes pictures.

import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { withImageReferences } from "../generation/references.ts";
import { buildImageBody, defaultImageModel } from "../generation/requests.ts";
import type { ImageOptions } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";
import { withFormatOption, withStartOptions } from "./connection-options.ts";
import { collect, maxSeed, wholeNumber } from "./option-values.ts";

const maxCount = 10;

/** Adds the prompt and the options that say which pictures to make. */
export function withImageOptions(command: Command, { help }: Words): Command {
  const { image, options: shared } = help;
  return command
    .argument("<prompt>", image.prompt)
    .option("--model <id>", image.model, defaultImageModel)
    .option("--ratio <w:h>", shared.ratio)
    .option("--resolution <name>", image.resolution)
    .addOption(new Option("--size <wxh>", image.size).conflicts(["ratio", "resolution"]))
    .option("--count <number>", image.count, wholeNumber("--count", 1, maxCount))
    .option("--seed <number>", shared.seed, wholeNumber("--seed", 0, maxSeed))
    .option("--negative <text>", image.negative)
    .option("--ref <file>", image.ref, collect);
}

/** Adds `jimeng image "<prompt>"`. */
export function addImageCommand(program: Command, context: Context): void {
  const command = program.command("image").description(context.words.help.image.description);
  const withImage = withFormatOption(withImageOptions(command, context.words), context.words);
  withStartOptions(withImage, context.words).action(
    async (prompt: string, options: ImageOptions & GenerateOptions) => {
      await generate(context, options, {
        async prepare(client) {
          const ready = await withImageReferences(client, context.currentFolder, options);
          return buildImageBody(prompt, ready);
        },
        async start(client, body, call) {
          return (await client.images.start(body, call)).map(({ id }) => id);
        },
      });
    },
  );
}
