// `jimeng upscale`, `outpaint` and `refine`: the site's tools for one picture.

import { Option } from "commander";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { runTool } from "../generation/tool.ts";
import {
  buildOutpaintBody,
  buildRefineBody,
  buildUpscaleBody,
} from "../generation/tool-requests.ts";
import type { OutpaintOptions, ToolOptions, UpscaleOptions } from "../generation/tool-requests.ts";
import { withFormatOption, withStartOptions } from "./connection-options.ts";
import { decimalNumber, wholeNumber } from "./option-values.ts";

const maxCount = 4;
// Wider than the site's own frame; the gateway says what is taken.
const maxShare = 10;

/** Adds `jimeng upscale`, `jimeng outpaint` and `jimeng refine`. */
export function addPictureToolCommands(program: Command, context: Context): void {
  addUpscale(program, context);
  addOutpaint(program, context);
  addRefine(program, context);
}

function addUpscale(program: Command, context: Context): void {
  const { upscale, options: shared } = context.words.help;
  const command = program
    .command("upscale")
    .description(upscale.description)
    .argument("<source>", shared.sourcePicture)
    .addOption(new Option("--mode <mode>", upscale.mode).choices(["hd", "smart"]).default("hd"))
    .option("--resolution <name>", upscale.resolution)
    .option("--original <number>", upscale.original, decimalNumber("--original", 0, 1))
    .option("--detail <number>", upscale.detail, decimalNumber("--detail", 0, 1));
  withStartOptions(withFormatOption(command, context.words), context.words).action(
    async (source: string, options: UpscaleOptions & GenerateOptions) => {
      await runTool(context, options, source, (image) => buildUpscaleBody(image, options));
    },
  );
}

function addOutpaint(program: Command, context: Context): void {
  const { outpaint, options: shared } = context.words.help;
  const command = program
    .command("outpaint")
    .description(outpaint.description)
    .argument("<source>", shared.sourcePicture)
    .option("--top <share>", outpaint.top, decimalNumber("--top", 0, maxShare))
    .option("--bottom <share>", outpaint.bottom, decimalNumber("--bottom", 0, maxShare))
    .option("--left <share>", outpaint.left, decimalNumber("--left", 0, maxShare))
    .option("--right <share>", outpaint.right, decimalNumber("--right", 0, maxShare))
    .option("--ratio <w:h>", shared.ratio)
    .option("--count <number>", outpaint.count, wholeNumber("--count", 1, maxCount));
  withStartOptions(withFormatOption(command, context.words), context.words).action(
    async (source: string, options: OutpaintOptions & GenerateOptions) => {
      await runTool(context, options, source, (image) => buildOutpaintBody(image, options));
    },
  );
}

function addRefine(program: Command, context: Context): void {
  const { refine } = context.words.help;
  const command = program
    .command("refine")
    .description(refine.description)
    .argument("<source>", refine.source);
  withStartOptions(withFormatOption(command, context.words), context.words).action(
    async (source: string, options: ToolOptions & GenerateOptions) => {
      await runTool(context, options, source, (image) => buildRefineBody(image, options));
    },
  );
}
