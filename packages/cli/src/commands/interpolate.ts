// `jimeng interpolate`: makes 60 frames a second of a video.

import type { Command } from "commander";

import type { Context } from "../context.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { runTool } from "../generation/tool.ts";
import { buildInterpolationBody } from "../generation/tool-requests.ts";
import type { ToolOptions } from "../generation/tool-requests.ts";
import { withStartOptions } from "./connection-options.ts";

/** Adds `jimeng interpolate SOURCE`. */
export function addInterpolateCommand(program: Command, context: Context): void {
  const { interpolate } = context.words.help;
  const command = program
    .command("interpolate")
    .description(interpolate.description)
    .argument("<source>", interpolate.source);
  withStartOptions(command, context.words).action(
    async (source: string, options: ToolOptions & GenerateOptions) => {
      await runTool(context, options, source, (video) => buildInterpolationBody(video, options));
    },
  );
}
