// Starts on a data folder that another gateway may hold: the gateway of a command is asked to leave, any other stays.

import { setTimeout as sleep } from "node:timers/promises";

import { GatewayClient } from "@jimeng/gateway/api/client";

import { CliError, hasCode, isConnectionLoss, paramOf } from "../errors.ts";
import type { Text } from "../words/words.ts";
import { prepareDataFolder } from "./folders.ts";
import { findRunningGateway } from "./gateway-file.ts";
import type { RunningGateway } from "./gateway-file.ts";

/** The folder to start on. */
export interface WantedFolder {
  folder: string;
  /** The fingerprint of the accounts of the gateway that wants it. */
  accounts: string;
  /** Called when a command's gateway must leave first; absent when the folder is not waited for. */
  onWait?: (note: Text) => void;
}

// A gateway finishes the steps in hand before it leaves; the longest is an upload or a download.
const patienceMs = 120_000;
const retryMs = 100;

/**
 * Runs `start` once no other gateway has the folder, and tells it whether one left for it. Throws `conflict` when one
 * stays.
 */
export async function freeFolder<Result>(
  wanted: WantedFolder,
  start: (wasHandedOver: boolean) => Promise<Result>,
): Promise<Result> {
  const { folder, onWait } = wanted;
  await prepareDataFolder(folder);
  const endsAt = performance.now() + patienceMs;
  const asked = new Set<string>();
  for (;;) {
    const mayWait = onWait !== undefined && performance.now() < endsAt;
    const running = await findRunningGateway(folder);
    if (running === undefined) {
      try {
        return await start(asked.size > 0);
      } catch (error) {
        // A command that is just starting or ending has the lock and no gateway.json.
        if (!mayWait || !isFolderTaken(error)) throw error;
        if (asked.size === 0) onWait(({ gateway }) => gateway.waitingForFolder(folder));
        asked.add("");
      }
    } else {
      if (!mayWait || !running.isTemporary) throw alreadyServed(folder, running);
      if (!asked.has(running.url)) await askToLeave(running, wanted.accounts, onWait);
      asked.add(running.url);
    }
    await sleep(retryMs);
  }
}

async function askToLeave(
  running: RunningGateway,
  accounts: string,
  onWait: (note: Text) => void,
): Promise<void> {
  onWait(({ gateway }) => gateway.waitingForCommand);
  try {
    const client = new GatewayClient({ baseUrl: running.url, key: running.adminKey });
    await client.gateway.handOver(accounts);
  } catch (error) {
    // It ended by itself just now.
    if (!isConnectionLoss(error)) throw error;
  }
}

/** Tells whether the folder is locked; a busy port names its setting instead. */
function isFolderTaken(error: unknown): boolean {
  return hasCode(error, "conflict") && paramOf(error) === undefined;
}

function alreadyServed(folder: string, running: RunningGateway): CliError {
  return new CliError({
    code: "conflict",
    message: ({ gateway }) => gateway.alreadyServed(folder, running.url),
    fix: ({ gateway }) => gateway.alreadyServedFix,
  });
}
