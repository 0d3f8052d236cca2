// `jimeng models`: lists the models.

import type { ModelObject } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import type { Words } from "../words/words.ts";
import { withConnectionOptions } from "./connection-options.ts";

/** Adds `jimeng models`. */
export function addModelsCommand(program: Command, context: Context): void {
  const { help, models: words } = context.words;
  const command = program
    .command("models")
    .description(help.models.description)
    .addOption(new Option("--kind <kind>", help.models.kind).choices(["image", "video"]))
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (options: ConnectionOptions & { kind?: string; json?: boolean }) => {
      const list = await withClient(context, options, (client) => client.models.list());
      const data = list.data.filter((model) => !options.kind || model.jimeng.kind === options.kind);
      if (options.json) return context.output.json({ ...list, data });
      context.output.table(
        [words.model, context.words.jobs.kind, words.regions, words.resolutions, words.makes],
        data.map((model) => describe(model, context.words)),
      );
    },
  );
}

function describe(model: ModelObject, { models, jobs }: Words): string[] {
  const { kind, regions, resolutions, durations, counts } = model.jimeng;
  const makes =
    kind === "video"
      ? models.seconds(durations.join(", "))
      : models.pictures(counts.options.join(", "));
  return [model.id, jobs[kind], regions.join(" "), resolutions.join(" "), makes];
}
