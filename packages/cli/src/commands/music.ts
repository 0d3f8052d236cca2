// `jimeng music`: makes a piece of music, or a song.

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { startTool } from "../generation/tool.ts";
import { buildMusicBody } from "../generation/tool-requests.ts";
import type { MusicOptions } from "../generation/tool-requests.ts";
import { withStartOptions } from "./connection-options.ts";
import { collect, wholeNumber } from "./option-values.ts";

const minSeconds = 30;
const maxSeconds = 360;

/** Adds `jimeng music "<prompt>"`. */
export function addMusicCommand(program: Command, context: Context): void {
  const { music } = context.words.help;
  const command = program
    .command("music")
    .description(music.description)
    .argument("<prompt>", music.prompt)
    .option("--seconds <number>", music.seconds, wholeNumber("--seconds", minSeconds, maxSeconds))
    .option("--title <text>", music.title)
    .option("--lyrics <text>", music.lyrics)
    .option("--vocals", music.vocals)
    .option("--no-vocals", music.noVocals)
    .option("--tag <text>", music.tag, collect);
  withStartOptions(command, context.words).action(
    async (prompt: string, options: MusicOptions & GenerateOptions) => {
      await generate(context, options, {
        prepare: async () => buildMusicBody(prompt, options),
        estimateBody: async () => buildMusicBody(prompt, options),
        start: startTool,
      });
    },
  );
}
