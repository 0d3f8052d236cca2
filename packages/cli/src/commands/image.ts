// `jimeng image`: makes pictures.

import type { GatewayClient } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { sendBatch } from "../generation/batch.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { openInputFile } from "../generation/input-file.ts";
import { toPromptLines } from "../generation/prompt-lines.ts";
import { withImageReferences } from "../generation/references.ts";
import { buildImageBody, buildImageJobBody, defaultImageModel } from "../generation/requests.ts";
import type { ImageOptions } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";
import { withConfirm } from "./batches/batch.ts";
import { withFormatOption, withStartOptions } from "./connection-options.ts";
import { collect, maxSeed, pixels, wholeNumber } from "./option-values.ts";

const maxCount = 10;

/** Adds the prompt and the options that say which pictures to make. */
export function withImageOptions(
  command: Command,
  { help }: Words,
  prompt: "<prompt>" | "[prompt]" = "<prompt>",
): Command {
  const { image, options: shared } = help;
  return command
    .argument(prompt, image.prompt)
    .option("--model <id>", image.model, defaultImageModel)
    .option("--ratio <w:h>", shared.ratio)
    .option("--resolution <name>", image.resolution)
    .addOption(new Option("--size <wxh>", image.size).conflicts(["ratio", "resolution"]))
    .option("--count <number>", image.count, wholeNumber("--count", 1, maxCount))
    .option("--seed <number>", shared.seed, wholeNumber("--seed", 0, maxSeed))
    .option("--negative <text>", image.negative)
    .option("--ref <file>", image.ref, collect);
}

/** The options of one `jimeng image`. */
type ImageCommandOptions = ImageOptions & GenerateOptions & { batch?: string; confirm?: boolean };

/** Adds `jimeng image "<prompt>"` and `jimeng image --batch <file>`. */
export function addImageCommand(program: Command, context: Context): void {
  const { words } = context;
  const { image } = words.help;
  const base = program.command("image").description(image.description);
  const withImage = withFormatOption(withImageOptions(base, words, "[prompt]"), words);
  const batch = new Option("--batch <file>", image.batch).conflicts(["open", "dryRun"]);
  const command = withConfirm(withImage, words).addOption(batch);
  withStartOptions(command, words).action(
    async (prompt: string | undefined, options: ImageCommandOptions) => {
      if (options.batch !== undefined) return await makeBatch(context, options, options.batch);
      if (prompt === undefined) throw noPrompt();
      const ready = (client: GatewayClient): Promise<ImageCommandOptions> =>
        withImageReferences(client, context.currentFolder, options);
      const size = options.size === undefined ? undefined : pixels(options.size);
      await generate(context, options, {
        prepare: async (client) => buildImageBody(prompt, await ready(client)),
        estimateBody: async (client) => buildImageJobBody(prompt, await ready(client), size),
        async start(client, body, call) {
          return (await client.images.start(body, call)).map(({ id }) => id);
        },
      });
    },
  );
}

/** Makes the pictures of a file of prompts. */
async function makeBatch(
  context: Context,
  options: ImageCommandOptions,
  word: string,
): Promise<void> {
  const { currentFolder } = context;
  const { blob } = await openInputFile({ word, option: "--batch", currentFolder });
  await sendBatch(context, options, async (client) =>
    toPromptLines(blob, await withImageReferences(client, currentFolder, options)),
  );
}

function noPrompt(): CliError {
  return new CliError({
    code: "invalid_request",
    param: "<prompt>",
    message: ({ batch }) => batch.noPrompt,
    fix: ({ batch }) => batch.noPromptFix,
  });
}
