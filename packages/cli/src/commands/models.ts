// `jimeng models`.

import type { ModelObject } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { withConnectionOptions } from "./connection-options.ts";

/** Adds `jimeng models`. */
export function addModelsCommand(program: Command, context: Context): void {
  const command = program
    .command("models")
    .description("list the models and what each can do")
    .addOption(
      new Option("--kind <kind>", "only models for pictures or videos").choices(["image", "video"]),
    )
    .option("--json", "print the list as JSON");
  withConnectionOptions(command).action(
    async (options: ConnectionOptions & { kind?: string; json?: boolean }) => {
      const list = await withClient(context, options, (client) => client.models.list());
      const data = list.data.filter((model) => !options.kind || model.jimeng.kind === options.kind);
      if (options.json) return context.output.json({ ...list, data });
      context.output.table(
        ["model", "kind", "regions", "resolutions", "makes"],
        data.map(describe),
      );
    },
  );
}

function describe(model: ModelObject): string[] {
  const { kind, regions, resolutions, durations, counts } = model.jimeng;
  const makes =
    kind === "video" ? `${durations.join(", ")} s` : `${counts.options.join(", ")} pictures`;
  return [model.id, kind, regions.join(" "), resolutions.join(" "), makes];
}
