// The word that a test leaves when its tool is not on this machine: neither passed nor silently skipped.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Leaves word for the closing lines of `npm test` that a test could not run here. */
export function tellNotRun(name: string, why: string): void {
  const folder = process.env["JIMENG_NOT_RUN_FOLDER"];
  if (folder === undefined) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name.replaceAll(/\W+/g, "-")}.txt`), `${name} (${why})\n`);
}
