// Builds the command line that waits for a job again.

import type { PictureFormat } from "@jimeng/gateway/api";

import type { ConnectionOptions } from "../gateway/connection.ts";

/** Returns the `jimeng jobs wait` line that does what a command with these options would have done. */
export function waitCommand(
  id: string,
  { url, dataDir, format }: ConnectionOptions & { format?: PictureFormat },
): string {
  const words = ["jimeng", "jobs", "wait", id];
  if (format !== undefined) words.push("--format", format);
  if (url !== undefined) words.push("--url", url);
  if (dataDir !== undefined) words.push("--data-dir", dataDir);
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
