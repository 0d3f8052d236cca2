// `jimeng secret`: replaces the secret that encrypts sessions, proxies and the secrets of webhooks.

import path from "node:path";

import type { Command } from "commander";

import type { Context } from "../../context.ts";
import { CliError } from "../../errors.ts";
import { isSimulated, simulatorFolder } from "../../gateway/folders.ts";
import { readConfig } from "../../gateway/server.ts";
import { refuseUnknownSubcommands } from "../subcommands.ts";

interface RotateOptions {
  dataDir?: string;
  json?: boolean;
}

/** Adds `jimeng secret rotate`. */
export function addSecretCommand(program: Command, context: Context): void {
  const { secret: texts, options: shared } = context.words.help;
  const secret = program.command("secret").description(texts.description);
  refuseUnknownSubcommands(secret);
  secret
    .command("rotate")
    .description(texts.rotate)
    .option("--data-dir <folder>", shared.dataDir)
    .option("--json", shared.jsonReport)
    .addHelpText("after", texts.notes)
    .action((options: RotateOptions) => rotate(context, options));
}

async function rotate(context: Context, options: RotateOptions): Promise<void> {
  const { environment, output, words } = context;
  const { rotateSecret, secretFile } = await import("@jimeng/gateway");
  const config = await readConfig(environment, { dataDir: options.dataDir });
  const dataDir = isSimulated(config) ? simulatorFolder(config.dataDir) : config.dataDir;
  const report = await rotateSecret({ ...config, dataDir });
  const { renewed, current, unreadable, keyIn, wasInterrupted } = report;
  if (options.json) {
    output.json({ renewed, current, unreadable, key_in: keyIn, was_interrupted: wasInterrupted });
  } else {
    const { secret } = words;
    if (wasInterrupted) output.note(secret.interrupted);
    output.note(secret.renewed(renewed));
    if (current > 0) output.note(secret.current(current));
    const isInFile = keyIn === "file";
    output.note(isInFile ? secret.newFile(path.join(dataDir, secretFile)) : secret.newSetting);
    if (isInFile || renewed > 0) output.note(secret.consequences);
    for (const { problem, fix } of unreadable) {
      output.warning([problem, fix].filter(Boolean).join(" "));
    }
  }
  if (unreadable.length === 0) return;
  throw new CliError({
    code: "invalid_request",
    message: ({ secret }) => secret.unreadable(unreadable.length),
    isInResult: true,
  });
}
