// The command names of the site's own CLI (`dreamina`), so that its scripts run here: the same options, one JSON object on
// stdout, and the job's id as submit_id. What that CLI cannot say here is left out.

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { collect, wholeNumber } from "../option-values.ts";
import { printQuery, submit } from "./run.ts";
import type { DreaminaOptions } from "./run.ts";
import { toDocument } from "./documents.ts";
import { toImageModel, toVideoModel } from "./models.ts";

const maxCount = 10;
const maxSeconds = 600;
const maxPollSeconds = 86_400;
const maxLimit = 100;
const defaultLimit = 20;

interface ImageOptions extends DreaminaOptions {
  images?: string[];
  resolution_type?: string;
  generate_num?: number;
}

interface VideoOptions extends DreaminaOptions {
  image?: string;
  duration?: number;
  video_resolution?: string;
}

interface ListOptions extends ConnectionOptions {
  limit: number;
  submit_id?: string;
  gen_status?: string;
}

/** Adds the commands; the help lists them at its end. */
export function addDreaminaCommands(program: Command, context: Context): void {
  addImageCommand(program, context, "text2image");
  addImageCommand(program, context, "image2image");
  addVideoCommand(program, context, "text2video");
  addVideoCommand(program, context, "image2video");
  addQueryResult(program, context);
  addListTask(program, context);
  addUserCredit(program, context);
}

function withSharedOptions(command: Command, { words }: Context): Command {
  const { dreamina } = words.help;
  return withConnectionOptions(
    command
      .requiredOption("--prompt <text>", dreamina.prompt)
      .option("--ratio <w:h>", words.help.options.ratio)
      .option("--model_version <version>", dreamina.modelVersion)
      .option("--session <id>", dreamina.session)
      .option("--poll <seconds>", dreamina.poll, wholeNumber("--poll", 0, maxPollSeconds), 0),
    words,
  );
}

function addImageCommand(
  program: Command,
  context: Context,
  name: "text2image" | "image2image",
): void {
  const { dreamina, image, options: shared } = context.words.help;
  const command = program
    .command(name)
    .description(dreamina[name])
    .option("--resolution_type <name>", image.resolution)
    .option("--generate_num <number>", shared.limit, wholeNumber("--generate_num", 1, maxCount));
  if (name === "image2image") command.requiredOption("--images <files>", dreamina.images, readList);
  withSharedOptions(command, context).action((options: ImageOptions) =>
    submit(context, options, "image", {
      model: toImageModel(options.model_version),
      prompt: options.prompt,
      ratio: options.ratio,
      resolution: options.resolution_type,
      count: options.generate_num,
      ref: options.images,
    }),
  );
}

function addVideoCommand(
  program: Command,
  context: Context,
  name: "text2video" | "image2video",
): void {
  const { dreamina, video } = context.words.help;
  const command = program
    .command(name)
    .description(dreamina[name])
    .option("--duration <seconds>", video.seconds, wholeNumber("--duration", 1, maxSeconds))
    .option("--video_resolution <name>", video.resolution);
  if (name === "image2video") command.requiredOption("--image <file>", video.first);
  withSharedOptions(command, context).action((options: VideoOptions) =>
    submit(context, options, "video", {
      model: toVideoModel(options.model_version),
      prompt: options.prompt,
      ratio: options.ratio,
      resolution: options.video_resolution?.toLowerCase(),
      seconds: options.duration,
      first: options.image,
    }),
  );
}

function addQueryResult(program: Command, context: Context): void {
  const { dreamina } = context.words.help;
  const command = program
    .command("query_result")
    .description(dreamina.queryResult)
    .requiredOption("--submit_id <id>", dreamina.submitId)
    .option("--download_dir <folder>", dreamina.downloadDir);
  withConnectionOptions(command, context.words).action(
    (options: ConnectionOptions & { submit_id: string; download_dir?: string }) =>
      printQuery(context, options, options.submit_id.split(","), options.download_dir),
  );
}

function addListTask(program: Command, context: Context): void {
  const { dreamina, options: shared } = context.words.help;
  const limit = wholeNumber("--limit", 1, maxLimit);
  const command = program
    .command("list_task")
    .description(dreamina.listTask)
    .option("--limit <number>", shared.limit, limit, defaultLimit)
    .option("--submit_id <id>", dreamina.submitId)
    .option("--gen_status <status>", dreamina.genStatus);
  withConnectionOptions(command, context.words).action(async (options: ListOptions) => {
    const { limit: most, submit_id: id, gen_status: status } = options;
    const jobs = await withClient(context, options, async (client) =>
      id === undefined
        ? (await client.jobs.list({ limit: most })).data
        : [await client.jobs.retrieve(id)],
    );
    const documents = jobs.map((job) => toDocument([{ ...job, files: [] }]));
    context.output.json(
      documents.filter(({ gen_status: own }) => status === undefined || own === status),
    );
  });
}

function addUserCredit(program: Command, context: Context): void {
  const command = program
    .command("user_credit")
    .description(context.words.help.dreamina.userCredit)
    .option("--account <name>", context.words.help.options.onlyAccount);
  withConnectionOptions(command, context.words).action(
    async (options: ConnectionOptions & { account?: string }) => {
      const { account } = options;
      const { data } = await withClient(context, options, ({ credits }) =>
        credits.list({ account }),
      );
      const total = data.reduce((sum, balance) => sum + (balance.total ?? 0), 0);
      context.output.json({
        total_credit: total,
        accounts: data.map((balance) => ({
          account: balance.account,
          total_credit: balance.total,
        })),
      });
    },
  );
}

/** Reads files that are separated by commas, or come in several options. */
function readList(word: string, before: string[] | undefined): string[] {
  return word.split(",").reduce<string[]>((all, one) => collect(one, all), before ?? []);
}
