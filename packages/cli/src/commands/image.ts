// `jimeng image`.

import type { GatewayClient } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { hasCode } from "../errors.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { collect, largestSeed, wholeNumber } from "../generation/option-values.ts";
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
      "--n <count>",
      "how many pictures (default: the model's own)",
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
          const n = options.n ?? (await defaultCount(client, options.model));
          const ready = await withImageReferences(client, context.currentFolder, { ...options, n });
          return buildImageBody(prompt, ready);
        },
        async start(client, body, call) {
          return (await client.images.start(body, call)).map(({ id }) => id);
        },
      });
    },
  );
}

/** Gives how many pictures the site itself makes with a model; OpenAI's default of one is for OpenAI's routes. */
async function defaultCount(client: GatewayClient, model: string): Promise<number | undefined> {
  try {
    return (await client.models.retrieve(model)).jimeng.counts.default;
  } catch (error) {
    // The start itself says best what is wrong with the model, or passes one through that is not listed.
    if (hasCode(error, "model_not_found") || hasCode(error, "not_found")) return undefined;
    throw error;
  }
}
