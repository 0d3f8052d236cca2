// `jimeng image`.

import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { collect, largestSeed, wholeNumber } from "./option-values.ts";
import { withImageReferences } from "../generation/references.ts";
import { buildImageBody, defaultImageModel } from "../generation/requests.ts";
import type { ImageOptions } from "../generation/requests.ts";
import { withResultOptions } from "./connection-options.ts";

const largestCount = 10;

/** Adds `jimeng image "<prompt>"`. */
export function addImageCommand(program: Command, context: Context): void {
  const command = program
    .command("image")
    .description("make pictures from a prompt, and print the saved files' paths")
    .argument("<prompt>", "what to draw, in any language")
    .option("--model <id>", "model, see `jimeng models`", defaultImageModel)
    .option("--ratio <w:h>", "aspect ratio, e.g. 16:9")
    .option("--resolution <name>", "1k, 2k or 4k, as far as the model has it")
    .addOption(
      new Option(
        "--size <wxh>",
        "pixels, e.g. 1024x768; the nearest ratio and resolution are taken",
      ).conflicts(["ratio", "resolution"]),
    )
    .option(
      "--count <number>",
      "how many pictures (default: 1, as with POST /v1/images/generations)",
      wholeNumber(1, largestCount),
    )
    .option("--seed <number>", "repeatable randomness", wholeNumber(0, largestSeed))
    .option("--negative <text>", "what to avoid")
    .option(
      "--ref <file>",
      "work from this picture (path, URL or file id); repeat for more",
      collect,
    )
    .option("--account <name>", "use this account")
    .option("--no-wait", "print the job's id and leave at once");
  withResultOptions(command).action(
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
