// The logger: pino, with every field redacted that could contain a credential.

import { pino } from "pino";
import type { DestinationStream, Logger } from "pino";

import { createLogOutput } from "./log-output.ts";

const secretFields = [
  "authorization",
  "cookie",
  "session",
  "sessionid",
  "sessions",
  "key",
  "apiKeys",
  "adminKey",
  "admin_key",
  "secretKey",
  "previousSecretKey",
  "secretKeys",
  '["x-api-key"]',
  '["set-cookie"]',
];

/**
 * Makes the gateway's logger; `destination` defaults to standard output, written once per turn of the event loop. A
 * change of its level holds for the loggers that were made of it, too.
 */
export function createLogger(
  level: string,
  destination: DestinationStream = createLogOutput(),
): Logger {
  const paths = secretFields.flatMap((field) =>
    field.startsWith("[")
      ? [field, `*${field}`, `*.*${field}`]
      : [field, `*.${field}`, `*.*.${field}`],
  );
  const children = new LiveChildren();
  const redact = { paths, censor: "[redacted]" };
  const onChild = (child: Logger): void => children.add(child);
  const logger: Logger = pino({ level, base: null, redact, onChild }, destination);
  logger.on("level-change", (changed, _value, _before, _valueBefore, instance) => {
    // A child's own change is told here as well.
    if (instance === logger) children.setLevel(changed);
  });
  return logger;
}

/** The loggers made of another one, as long as somebody uses them: those of requests are many, and short-lived. */
class LiveChildren {
  readonly #children = new Set<WeakRef<Logger>>();
  readonly #gone = new FinalizationRegistry<WeakRef<Logger>>((child) => {
    this.#children.delete(child);
  });

  add(child: Logger): void {
    const reference = new WeakRef(child);
    this.#children.add(reference);
    this.#gone.register(child, reference);
  }

  setLevel(level: string): void {
    for (const reference of this.#children) {
      const child = reference.deref();
      if (child !== undefined) child.level = level;
    }
  }
}
