// `jimeng estimate`: tells what pictures or a video would cost, and starts nothing.

import type { EstimateObject, GatewayClient, JobBodyInput } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../context.ts";
import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import { printWarnings } from "../generation/follow.ts";
import { withImageReferences, withVideoReferences } from "../generation/references.ts";
import { buildImageJobBody, buildVideoJobBody } from "../generation/requests.ts";
import type { ImageOptions, VideoOptions } from "../generation/requests.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions, withRequestOptions } from "./connection-options.ts";
import { withImageOptions } from "./image.ts";
import { pixels } from "./option-values.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";
import { withVideoOptions } from "./video.ts";

type EstimateOptions = ConnectionOptions & { json?: boolean };

/** Adds `jimeng estimate image` and `jimeng estimate video`. */
export function addEstimateCommand(program: Command, context: Context): void {
  const { words, currentFolder } = context;
  const group = program.command("estimate").description(words.help.estimate.description);
  refuseUnknownSubcommands(group);
  const image = group.command("image").description(words.help.estimate.image);
  withEstimateOptions(withImageOptions(image, words), words).action(
    async (prompt: string, options: ImageOptions & EstimateOptions) => {
      const size = options.size === undefined ? undefined : pixels(options.size);
      await estimate(context, options, async (client) => {
        const ready = await withImageReferences(client, currentFolder, options);
        return buildImageJobBody(prompt, ready, size);
      });
    },
  );
  const video = group.command("video").description(words.help.estimate.video);
  withEstimateOptions(withVideoOptions(video, words), words).action(
    async (prompt: string, options: VideoOptions & EstimateOptions) => {
      await estimate(context, options, async (client) => {
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

async function estimate(
  context: Context,
  options: EstimateOptions,
  buildBody: (client: GatewayClient) => Promise<JobBodyInput>,
): Promise<void> {
  const answer = await withClient(context, options, async (client) =>
    client.jobs.estimate(await buildBody(client)),
  );
  if (options.json) return context.output.json(answer);
  showEstimate(answer, context);
}

function showEstimate(
  { jobs, credits, balances, refusal, warnings }: EstimateObject,
  { output, words }: Context,
): void {
  const { estimate: own, jobs: names, credits: money, models } = words;
  output.table(
    [names.model, names.resolution, names.count, names.seconds, money.credits, models.source],
    jobs.map((job) => [
      job.model,
      job.resolution ?? "",
      String(job.count ?? ""),
      String(job.duration_seconds ?? ""),
      job.credits === null ? own.notKnown : String(job.credits),
      sourceWords(job, words),
    ]),
  );
  output.result(credits === null ? own.priceNotKnown : own.costs(credits));
  for (const { account, credits: balance } of balances) output.note(own.holds(account, balance));
  printWarnings(output, warnings, new Set());
  if (refusal === null) return;
  const { code, message } = refusal;
  output.warning(({ failure }) => own.wouldRefuse(failure.ofCode(code ?? "", message)));
}

/** Describes where an expected price comes from. */
function sourceWords(
  { basis, observations }: EstimateObject["jobs"][number],
  { estimate: own }: Words,
): string {
  if (basis === "own_charges") return own.ownCharges(observations);
  return basis === null ? "" : own.chargesOfOthers;
}
