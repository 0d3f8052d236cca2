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
  '["x-api-key"]',
  '["set-cookie"]',
];

/** Makes the gateway's logger; `destination` defaults to standard output, written once per turn of the event loop. */
export function createLogger(
  level: string,
  destination: DestinationStream = createLogOutput(),
): Logger {
  const paths = secretFields.flatMap((field) =>
    field.startsWith("[")
      ? [field, `*${field}`, `*.*${field}`]
      : [field, `*.${field}`, `*.*.${field}`],
  );
  return pino({ level, base: null, redact: { paths, censor: "[redacted]" } }, destination);
}
