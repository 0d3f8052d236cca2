// The port of the built-in simulator: the same at every start, so that result URLs of earlier jobs stay good.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";

const fileName = "port";

/** Gives the port that a folder's simulator had last; 0, any free one, when it never had one. */
export async function rememberedPort(folder: string): Promise<number> {
  const text = await readFile(path.join(folder, fileName), "utf8").catch(() => "");
  return /^\d{1,5}\n$/.test(text) ? Number(text) : 0;
}

/** Remembers the port of a simulator's URL. */
export async function rememberPort(folder: string, url: string): Promise<void> {
  await writeFile(path.join(folder, fileName), `${new URL(url).port}\n`, { mode: 0o600 });
}
