// Builds the command line that waits for a job again.

import type { ConnectionOptions } from "../gateway/connection.ts";

/** Returns the `jimeng jobs wait` line that asks the same gateway as a command with these options did. */
export function waitCommand(id: string, { url, dataDir }: ConnectionOptions): string {
  const words = ["jimeng", "jobs", "wait", id];
  if (url !== undefined) words.push("--url", url);
  if (dataDir !== undefined) words.push("--data-dir", dataDir);
  return words.map(quote).join(" ");
}

function quote(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
