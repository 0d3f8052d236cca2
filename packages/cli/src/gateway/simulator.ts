// Starts the built-in simulator of a server on the port it had last, so that result URLs of earlier jobs stay valid.

import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

import type { Simulator } from "@jimeng/simulator";

import { hasCode } from "../errors.ts";
import { prepareDataFolder } from "./folders.ts";

const fileName = "port";

// The simulator of a gateway that handed its folder over frees the port once that gateway has closed.
const portPatienceMs = 15_000;
const retryMs = 100;

/** Starts the simulator of a folder; with `waitsForPort` it waits for the one before it to close. */
export async function startSimulator(folder: string, waitsForPort: boolean): Promise<Simulator> {
  await prepareDataFolder(folder);
  const { createSimulator } = await import("@jimeng/simulator");
  const port = await rememberedPort(folder);
  const endsAt = performance.now() + (waitsForPort ? portPatienceMs : 0);
  for (;;) {
    try {
      return await createSimulator({ dataDir: folder, port });
    } catch (error) {
      if (port === 0 || !hasCode(error, "EADDRINUSE")) throw error;
      if (performance.now() > endsAt) return createSimulator({ dataDir: folder });
    }
    await sleep(retryMs);
  }
}

/** Returns the port that a folder's simulator had last; 0, any free one, when it never had one. */
export async function rememberedPort(folder: string): Promise<number> {
  const text = await readFile(path.join(folder, fileName), "utf8").catch(() => "");
  return /^\d{1,5}\n$/.test(text) ? Number(text) : 0;
}

/** Stores the port of a simulator's URL for the next start. */
export async function rememberPort(folder: string, url: string): Promise<void> {
  await writeFile(path.join(folder, fileName), `${new URL(url).port}\n`, { mode: 0o600 });
}
