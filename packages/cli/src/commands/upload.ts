// `jimeng upload`: uploads files and prints their ids.

import type { Command } from "commander";

import { withClient } from "../gateway/connect.ts";
import type { ConnectionOptions } from "../gateway/connection.ts";
import type { Context } from "../context.ts";
import { uploadFile } from "../generation/references.ts";
import { withConnectionOptions } from "./connection-options.ts";

/** Adds `jimeng upload FILE…`. */
export function addUploadCommand(program: Command, context: Context): void {
  const { upload, options: shared } = context.words.help;
  const command = program
    .command("upload")
    .description(upload.description)
    .argument("<file...>", upload.file)
    .option("--json", shared.jsonList);
  withConnectionOptions(command, context.words).action(
    async (files: string[], options: ConnectionOptions & { json?: boolean }) => {
      const { output, currentFolder } = context;
      await withClient(context, options, async (client) => {
        const data = [];
        for (const file of files) {
          const uploaded = await uploadFile({ client, currentFolder, option: "file" }, file);
          data.push(uploaded);
          for (const { code, message } of uploaded.jimeng.warnings) {
            output.note(({ failure }) => `${file}: ${failure.warningOfCode(code, message)}`);
          }
          // Printed at once: a later upload may fail.
          if (!options.json) output.result(uploaded.id);
        }
        if (options.json) output.json({ object: "list", data });
      });
    },
  );
}
