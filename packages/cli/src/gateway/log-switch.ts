// Lets SIGHUP switch the log of a running gateway between its configured level and debug.

/** A logger whose level can be changed. */
export interface SwitchableLog {
  level: string;
  warn(fields: object, message: string): void;
}

const detailed = "debug";

/**
 * Listens for SIGHUP and returns the function that ends it. At a terminal the signal means that the terminal is closed:
 * there it keeps its usual meaning.
 */
export function switchLogOnHangUp(log: SwitchableLog, isAtTerminal: boolean): () => void {
  if (isAtTerminal || process.platform === "win32") return () => undefined;
  const configured = log.level;
  const change = (): void => {
    log.level = log.level === detailed ? configured : detailed;
    log.warn({ level: log.level }, "Log level changed");
  };
  process.on("SIGHUP", change);
  return () => void process.off("SIGHUP", change);
}
