// Reading DATABASE_URL and what it demands of the other settings.

import { JimengError } from "@jimeng/sdk";

/** The settings that several nodes on one database depend on. */
export interface DatabaseSettings {
  url: string | null;
  secretKey: string | null;
  /** Tells that the built-in simulator makes the pictures. */
  isSimulated: boolean;
}

/**
 * Checks DATABASE_URL; null is SQLite in the data folder. Throws `invalid_request` in one line: the nodes of one
 * database must seal and sign with one secret, and simulated jobs never lie beside real ones.
 */
export function checkDatabaseUrl({ url, secretKey, isSimulated }: DatabaseSettings): string | null {
  if (url === null) return null;
  const { protocol, hostname } = URL.parse(url) ?? {};
  if ((protocol !== "postgres:" && protocol !== "postgresql:") || hostname === undefined) {
    throw refuse("DATABASE_URL", "must be postgres://user:password@host:5432/database");
  }
  if (isSimulated) {
    throw refuse(
      "DATABASE_URL",
      "is for real accounts: give JIMENG_SESSIONS, or remove it to try the built-in simulator",
    );
  }
  if (secretKey === null) {
    throw refuse(
      "JIMENG_SECRET_KEY",
      "is missing: with DATABASE_URL every node needs the same secret, of 16 characters or more",
    );
  }
  return url;
}

function refuse(name: string, problem: string): JimengError {
  return new JimengError("invalid_request", `${name} ${problem}.`, { param: name });
}
