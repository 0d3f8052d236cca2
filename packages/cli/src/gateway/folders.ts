// Chooses the data folder: the accounts' own, or the one of simulator mode below it.

import { constants } from "node:fs";
import { access } from "node:fs/promises";
import path from "node:path";

import type { Config } from "@jimeng/gateway";

import { CliError } from "../errors.ts";
import { makeFolder } from "../make-folder.ts";
import { systemReason } from "../system-errors.ts";

const privateMode = 0o700;

/** The settings, with what the data folder adds to them. */
export interface CommandConfig extends Config {
  /** Whether the owner has stored accounts, or is about to. */
  hasStoredAccounts: boolean;
}

/** Tells whether the settings mean the built-in simulator: it is asked for, or there is no account to use. */
export function isSimulated(
  config: Pick<CommandConfig, "simulate" | "sessions" | "passthrough" | "hasStoredAccounts">,
): boolean {
  const { simulate, sessions, passthrough, hasStoredAccounts } = config;
  return simulate || (sessions.length === 0 && !passthrough && !hasStoredAccounts);
}

/** Returns the folder of simulator mode, whose jobs never reach the real upstream. */
export function simulatorFolder(dataDir: string): string {
  return path.join(dataDir, "simulator");
}

/** The files that the simulated upstream keeps in the folder of simulator mode. */
export const upstreamFiles = {
  databases: ["upstream/simulator.db"],
  files: ["upstream/port"],
} as const;

/**
 * Returns the folders in which a running gateway may be found, best first. Without an account in these settings a
 * gateway with accounts, started elsewhere with others, is still the user's own; the other way round, a request for
 * the real site is never answered by the simulator.
 */
export function foldersToSearch(
  config: Pick<
    CommandConfig,
    "simulate" | "sessions" | "passthrough" | "hasStoredAccounts" | "dataDir"
  >,
): string[] {
  if (!isSimulated(config)) return [config.dataDir];
  const simulator = simulatorFolder(config.dataDir);
  return config.simulate ? [simulator] : [simulator, config.dataDir];
}

/** Makes a data folder, readable by this user only; `invalid_request` when it cannot be written into. */
export async function prepareDataFolder(folder: string): Promise<void> {
  try {
    await makeFolder(folder, privateMode);
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new CliError({
      code: "invalid_request",
      message: (words) => words.files.cannotWriteData(folder, systemReason(error, words)),
      fix: (words) => words.files.cannotWriteDataFix,
    });
  }
}
