// `jimeng login`: stores an account of the user's own, from a session that is pasted or piped in.

import process from "node:process";

import type { Command } from "commander";

import type { Context } from "../context.ts";
import { CliError } from "../errors.ts";
import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import { findRunningGateway } from "../gateway/gateway-file.ts";
import { simulatorFolder } from "../gateway/folders.ts";
import { readConfig } from "../gateway/server.ts";
import { readSecret } from "../terminal/secret-input.ts";
import { withConnectionOptions } from "./connection-options.ts";

interface Options extends ConnectionOptions {
  name?: string;
  region?: "cn" | "us" | "hk" | "jp" | "sg";
  proxy?: string;
  check: boolean;
  json?: boolean;
}

/** Adds `jimeng login`. */
export function addLoginCommand(program: Command, context: Context): void {
  const { login: texts, options: shared } = context.words.help;
  const command = program
    .command("login")
    .description(texts.description)
    .argument("[nothing]", texts.nothing)
    .option("--name <name>", texts.name)
    .option("--region <region>", texts.region)
    .option("--proxy <url>", texts.proxy)
    .option("--no-check", texts.noCheck)
    .option("--json", shared.jsonResult)
    .addHelpText("after", texts.how);
  withConnectionOptions(command, context.words).action(
    (argument: string | undefined, options: Options) => login(context, argument, options),
  );
}

async function login(
  context: Context,
  argument: string | undefined,
  options: Options,
): Promise<void> {
  const { output } = context;
  if (argument !== undefined) {
    throw new CliError({
      code: "invalid_request",
      message: ({ login }) => login.notAsArgument,
      fix: ({ login }) => login.notAsArgumentFix,
    });
  }
  if (process.stdin.isTTY) output.note(({ login }) => login.paste);
  const session = await readSecret(process.stdin, (text) => process.stderr.write(text));
  if (session === undefined || session === "") {
    throw new CliError({
      code: "invalid_request",
      message: ({ login }) => login.nothingPasted,
      fix: ({ login }) => login.notAsArgumentFix,
    });
  }
  const { name, region, proxy, check } = options;
  const account = await withClient(context, { ...options, forAccounts: true }, (client) =>
    client.accounts.store({ session, name, region, proxy, check }),
  );
  if (options.json) output.json(account);
  else output.result(account.name);
  output.note(({ login }) => login.stored(account.name, account.region));
  await noteSimulator(context, options);
}

/** Tells when a gateway of this machine still runs on the simulator: it uses the account from its next start on. */
async function noteSimulator({ environment, output }: Context, options: Options): Promise<void> {
  if (options.url !== undefined || environment["JIMENG_URL"]) return;
  const { dataDir } = await readConfig(environment, { dataDir: options.dataDir });
  const running = await findRunningGateway(simulatorFolder(dataDir));
  if (running?.isSimulated !== true || running.isTemporary) return;
  output.note(({ login }) => login.startAgain(running.url));
}
