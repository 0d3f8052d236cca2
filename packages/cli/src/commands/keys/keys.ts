// `jimeng keys`: makes, lists, shows, changes, rotates and revokes gateway keys.

import type { GatewayClient, KeyObject, MadeKeyObject } from "@jimeng/gateway/api";
import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { withClient } from "../../gateway/connect.ts";
import type { ConnectionOptions } from "../../gateway/connection.ts";
import { localTime } from "../../terminal/local-time.ts";
import { withConnectionOptions } from "../connection-options.ts";
import { wholeNumber } from "../option-values.ts";
import { refuseUnknownSubcommands } from "../subcommands.ts";
import { describeKey } from "./key-words.ts";
import { toKeyBody, withRuleOptions } from "./rule-options.ts";
import type { RuleOptions } from "./rule-options.ts";

type Options = ConnectionOptions & { json?: boolean };

const maxKeepOldSeconds = 2_592_000;

/** Adds `jimeng keys` and the commands below it. */
export function addKeysCommand(program: Command, context: Context): void {
  const group = program.command("keys").description(context.words.help.keys.description);
  refuseUnknownSubcommands(group);
  addList(group, context);
  addCreate(group, context);
  addShow(group, context);
  addEdit(group, context);
  addRotate(group, context);
  addRevoke(group, context);
}

function addList(group: Command, context: Context): void {
  const { help, keys: words } = context.words;
  const command = group
    .command("list", { isDefault: true })
    .description(help.keys.list)
    .option("--revoked", help.keys.revoked)
    .option("--json", help.options.jsonList);
  withConnectionOptions(command, context.words).action(
    async (options: Options & { revoked?: true }) => {
      const { revoked } = options;
      const data = await withClient(context, options, (client) => allKeys(client, revoked));
      if (options.json) return context.output.json({ object: "list", data });
      if (data.length === 0) return context.output.note(words.none);
      context.output.table(
        [words.name, words.id, words.key, words.scopes, words.state],
        data.map((key) => [
          key.name ?? "",
          key.id ?? "",
          key.hint === null ? "" : `…${key.hint}`,
          key.scopes.join(", "),
          stateOf(key, context),
        ]),
      );
    },
  );
}

function stateOf(
  { revoked_at, disabled, expires_at, source }: KeyObject,
  context: Context,
): string {
  const { keys: words } = context.words;
  if (revoked_at !== null) return words.revoked(localTime(revoked_at));
  if (disabled) return words.disabled;
  if (expires_at !== null) return words.until(localTime(expires_at));
  return source === "setting" ? words.ofSetting : words.inForce;
}

function addCreate(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("create")
    .description(help.keys.create)
    .argument("<name>", help.keys.newName);
  withRuleOptions(command, context.words).option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (name: string, options: Options & RuleOptions) => {
      const body = { ...toKeyBody(options), name };
      tell(context, options, await withClient(context, options, ({ keys }) => keys.create(body)));
    },
  );
}

function addShow(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("show")
    .description(help.keys.show)
    .argument("[key]", help.keys.whichOrOwn)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (which: string | undefined, options: Options) => {
      const key = await withClient(context, options, async (client) =>
        which === undefined
          ? await client.keys.self()
          : await client.keys.retrieve(await idOf(client, which)),
      );
      if (options.json) return context.output.json(key);
      for (const line of describeKey(key, context.words)) context.output.result(line);
    },
  );
}

function addEdit(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("edit")
    .description(help.keys.edit)
    .argument("<key>", help.keys.which)
    .option("--name <name>", help.keys.newName)
    .option("--disable", help.keys.disable)
    .option("--enable", help.keys.enable);
  withRuleOptions(command, context.words).option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (which: string, options: Options & RuleOptions) => {
      const body = toKeyBody(options);
      const key = await withClient(context, options, async (client) =>
        client.keys.update(await idOf(client, which), body),
      );
      if (options.json) return context.output.json(key);
      for (const line of describeKey(key, context.words)) context.output.result(line);
    },
  );
}

function addRotate(group: Command, context: Context): void {
  const { help } = context.words;
  const command = group
    .command("rotate")
    .description(help.keys.rotate)
    .argument("<key>", help.keys.which)
    .option(
      "--keep-old <seconds>",
      help.keys.keepOld,
      wholeNumber("--keep-old", 0, maxKeepOldSeconds),
    )
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (which: string, options: Options & { keepOld?: number }) => {
      const made = await withClient(context, options, async (client) =>
        client.keys.rotate(await idOf(client, which), { keepOldSeconds: options.keepOld }),
      );
      tell(context, options, made);
    },
  );
}

function addRevoke(group: Command, context: Context): void {
  const { help, keys: words } = context.words;
  const command = group
    .command("revoke")
    .description(help.keys.revoke)
    .argument("<keys...>", help.keys.which)
    .option("--json", help.options.jsonAnswer);
  withConnectionOptions(command, context.words).action(
    async (which: string[], options: Options) => {
      await withClient(context, options, async (client) => {
        for (const name of which) {
          const answer = await client.keys.revoke(await idOf(client, name));
          if (options.json) context.output.json(answer);
          else context.output.result(words.wasRevoked(name));
        }
      });
    },
  );
}

/** Prints the text of a key, alone on standard output, so that a script can take it. */
function tell(context: Context, options: Options, made: MadeKeyObject): void {
  if (options.json) return context.output.json(made);
  context.output.result(made.key);
  context.output.note(context.words.keys.shownOnce(made.name ?? ""));
}

const pageSize = 100;

async function allKeys(client: GatewayClient, revoked: true | undefined): Promise<KeyObject[]> {
  const found: KeyObject[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.keys.list({ after, limit: pageSize, order: "asc", revoked });
    found.push(...page.data);
    if (!page.has_more || page.last_id === null) return found;
    after = page.last_id;
  }
}

/** Returns the id of a key that is named by its id or its name. */
async function idOf(client: GatewayClient, which: string): Promise<string> {
  const keys = await allKeys(client, undefined);
  const found = keys.find(({ id, name }) => id === which || name === which);
  if (typeof found?.id === "string") return found.id;
  throw new CliError({
    code: "not_found",
    message: ({ keys: words }) => words.unknown(which),
    fix: ({ keys: words }) => words.known(keys.map(({ name, id }) => name ?? id ?? "").join(", ")),
  });
}
