// Builds the command line that waits for a job again.

import type { PictureFormat } from "@jimeng/gateway/api";

import type { ConnectionOptions } from "../gateway/connection.ts";

interface CommandOptions extends ConnectionOptions {
  format?: PictureFormat;
}

/** Returns the `jimeng jobs wait` line that does what a command with these options would have done. */
export function waitCommand(id: string, options: CommandOptions): string {
  return commandLine(["jimeng", "jobs", "wait", id], options);
}

/** Returns the `jimeng batch --id` line that goes on with a batch as a command with these options did. */
export function batchCommand(id: string, options: CommandOptions & { output?: string }): string {
  const place = options.output === undefined ? [] : ["--output", options.output];
  return commandLine(["jimeng", "batch", "--id", id, ...place], options);
}

function commandLine(words: string[], { url, dataDir, format }: CommandOptions): string {
  if (format !== undefined) words.push("--format", format);
  if (url !== undefined) words.push("--url", url);
  if (dataDir !== undefined) words.push("--data-dir", dataDir);
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
