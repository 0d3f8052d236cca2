// `jimeng speak` has a text spoken; `jimeng voices` lists the voices.

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import { generate } from "../generation/generate.ts";
import type { GenerateOptions } from "../generation/generate.ts";
import { buildSpeechBody } from "../generation/tool-requests.ts";
import type { SpeechOptions } from "../generation/tool-requests.ts";
import { withConnectionOptions, withJobOptions } from "./connection-options.ts";
import { wholeNumber } from "./option-values.ts";

// The bounds of `POST /v1/audio/speech`.
const maxRate = 100;

/** Adds `jimeng speak "<text>" --voice <voice>`. */
export function addSpeakCommand(program: Command, context: Context): void {
  const { speak } = context.words.help;
  const command = program
    .command("speak")
    .description(speak.description)
    .argument("<text>", speak.text)
    .requiredOption("--voice <voice>", speak.voice)
    .option("--rate <number>", speak.rate, wholeNumber("--rate", -maxRate, maxRate))
    .option("--pitch <number>", speak.pitch, wholeNumber("--pitch", -maxRate, maxRate));
  withJobOptions(command, context.words).action(
    async (text: string, options: SpeechOptions & GenerateOptions) => {
      await generate(context, options, {
        prepare: async () => buildSpeechBody(text, options),
        start: async (client, body, call) => [(await client.audio.speech(body, call)).id],
      });
    },
  );
}

/** Adds `jimeng voices`. */
export function addVoicesCommand(program: Command, context: Context): void {
  const { voices, options: shared } = context.words.help;
  const command = program
    .command("voices")
    .description(voices.description)
    .option("--account <name>", voices.account)
    .option("--json", shared.jsonList);
  withConnectionOptions(command, context.words).action(
    async (options: ConnectionOptions & { account?: string; json?: boolean }) => {
      const { account } = options;
      const list = await withClient(context, options, (client) => client.audio.voices({ account }));
      if (options.json) return context.output.json(list);
      const { jobs, voices: words } = context.words;
      context.output.table(
        [jobs.id, words.title],
        list.data.map(({ id, title }) => [id, title]),
      );
    },
  );
}
