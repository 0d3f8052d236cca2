// `jimeng assets`: list and search stored results, star, tag, delete, restore.

import type { AssetFilter, GatewayClient, LibraryAssetObject } from "@jimeng/gateway/api";
import { Option } from "commander";
import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { localTime } from "../terminal/local-time.ts";
import { dateOf, wholeNumber } from "./option-values.ts";
import { withConnectionOptions } from "./connection-options.ts";
import { refuseUnknownSubcommands } from "./subcommands.ts";

const maxLimit = 100;
const defaultLimit = 20;

interface ListOptions extends ConnectionOptions, Pick<AssetFilter, "kind" | "model" | "account"> {
  starred?: true;
  tag?: string;
  trash?: true;
  since?: number;
  until?: number;
  limit: number;
  json?: boolean;
}

type ChangeOptions = ConnectionOptions & { json?: boolean };

/** Adds `jimeng assets` and the commands below it. */
export function addAssetsCommand(program: Command, context: Context): void {
  const { help } = context.words;
  const group = program.command("assets").description(help.assets.description);
  refuseUnknownSubcommands(group);
  const list = group.command("list", { isDefault: true }).description(help.assets.list);
  withListOptions(list, context).action((options: ListOptions) => show(context, options));
  const search = group
    .command("search")
    .description(help.assets.search)
    .argument("<words...>", help.assets.words);
  withListOptions(search, context).action((words: string[], options: ListOptions) =>
    show(context, options, words.join(" ")),
  );
  addStar(group, context);
  addTag(group, context);
  addDelete(group, context);
  addRestore(group, context);
}

function withListOptions(command: Command, context: Context): Command {
  const { assets, jobs, options } = context.words.help;
  command
    .addOption(new Option("--kind <kind>", jobs.kind).choices(["image", "video", "audio"]))
    .option("--model <model>", assets.model)
    .option("--account <name>", options.onlyAccount)
    .option("--starred", assets.starred)
    .option("--tag <tag>", assets.tag)
    .option("--trash", assets.trash)
    .option("--since <date>", assets.since, dateOf("--since"))
    .option("--until <date>", assets.until, dateOf("--until"))
    .option("--limit <number>", options.limit, wholeNumber("--limit", 1, maxLimit), defaultLimit)
    .option("--json", options.jsonList);
  return withConnectionOptions(command, context.words);
}

async function show(context: Context, options: ListOptions, q?: string): Promise<void> {
  const { output, words } = context;
  const { kind, model, account, starred, tag, trash: trashed, limit } = options;
  const filter = { kind, model, account, starred, tag, trashed, limit, q };
  const page = await withClient(context, options, (client) =>
    client.assets.list({ ...filter, from: options.since, to: options.until }),
  );
  if (options.json) return output.json(page);
  if (page.data.length === 0) return output.note(words.assets.none);
  const rows = page.data.map((asset) => [
    asset.id,
    asset.kind === null ? "" : words.jobs[asset.kind],
    asset.starred ? words.assets.yes : "",
    localTime(asset.created_at),
    asset.tags.join(", "),
    asset.prompt,
  ]);
  const { id, kind: kindName, made, prompt } = words.jobs;
  output.table([id, kindName, words.assets.star, made, words.assets.tags, prompt], rows);
  if (page.has_more) output.note(words.jobs.more(limit));
}

function addStar(group: Command, context: Context): void {
  const { assets } = context.words.help;
  const command = group
    .command("star")
    .description(assets.setStar)
    .argument("<ids...>", assets.ids)
    .option("--remove", assets.removeStar);
  withChangeOptions(command, context).action(
    (ids: string[], options: ChangeOptions & { remove?: true }) =>
      change(context, options, ids, (client, id) =>
        client.assets.update(id, { starred: options.remove !== true }),
      ),
  );
}

function addTag(group: Command, context: Context): void {
  const { assets } = context.words.help;
  const command = group
    .command("tag")
    .description(assets.setTags)
    .argument("<id>", assets.id)
    .argument("[tags...]", assets.tags);
  withChangeOptions(command, context).action((id: string, tags: string[], options: ChangeOptions) =>
    change(context, options, [id], (client) => client.assets.update(id, { tags })),
  );
}

function addDelete(group: Command, context: Context): void {
  const { assets } = context.words.help;
  const command = group
    .command("delete")
    .description(assets.delete)
    .argument("<ids...>", assets.ids);
  withChangeOptions(command, context).action((ids: string[], options: ChangeOptions) =>
    change(context, options, ids, (client, id) => client.assets.delete(id)),
  );
}

function addRestore(group: Command, context: Context): void {
  const { assets } = context.words.help;
  const command = group
    .command("restore")
    .description(assets.restore)
    .argument("<ids...>", assets.ids);
  withChangeOptions(command, context).action((ids: string[], options: ChangeOptions) =>
    change(context, options, ids, (client, id) => client.assets.restore(id)),
  );
}

function withChangeOptions(command: Command, context: Context): Command {
  command.option("--json", context.words.help.options.jsonAnswer);
  return withConnectionOptions(command, context.words);
}

/** Changes files one after the other, and tells of each how it is then. */
async function change(
  context: Context,
  options: ChangeOptions,
  ids: readonly string[],
  work: (client: GatewayClient, id: string) => Promise<LibraryAssetObject>,
): Promise<void> {
  await withClient(context, options, async (client) => {
    for (const id of ids) {
      const asset = await work(client, id);
      if (options.json) context.output.json(asset);
      else context.output.result([id, ...stateOf(asset, context)].join("  "));
    }
  });
}

function stateOf(asset: LibraryAssetObject, { words }: Context): string[] {
  const { trash_expires_at: trashEnd, starred, tags } = asset;
  return [
    ...(trashEnd === null ? [] : [words.assets.inTrash(localTime(trashEnd))]),
    ...(starred ? [words.assets.starred] : []),
    ...(tags.length === 0 ? [] : [`${words.assets.tags}: ${tags.join(", ")}`]),
  ];
}
