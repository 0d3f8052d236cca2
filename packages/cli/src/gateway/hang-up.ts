// Lets SIGHUP read the accounts of the settings again and, where nothing has changed there, switch the log between its
// configured level and debug.

import type { Server } from "./server.ts";

const detailed = "debug";

/**
 * Listens for SIGHUP and returns the function that ends it. At a terminal the signal means that the terminal is closed:
 * there it keeps its usual meaning.
 */
export function listenForHangUps(
  { logging: log, reloadAccounts }: Pick<Server, "logging" | "reloadAccounts">,
  isAtTerminal: boolean,
): () => void {
  if (isAtTerminal || process.platform === "win32") return () => undefined;
  const configured = log.level;
  const hangUp = async (): Promise<void> => {
    try {
      const report = await reloadAccounts?.();
      const { added, renewed, removed } = report ?? { added: [], renewed: [], removed: [] };
      if ([...added, ...renewed, ...removed].length > 0) {
        log.warn({ ...report }, "Accounts changed");
        return;
      }
    } catch (error) {
      log.error({ err: error }, "Failed to read the accounts again, they stay as they were");
      return;
    }
    log.level = log.level === detailed ? configured : detailed;
    log.warn({ level: log.level }, "Log level changed");
  };
  const listener = (): void => void hangUp();
  process.on("SIGHUP", listener);
  return () => void process.off("SIGHUP", listener);
}
