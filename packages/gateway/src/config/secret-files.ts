// Lists the files with secrets that the settings name.

import { resolve } from "node:path";

import { fileSettings } from "./settings.ts";

/** A file with secrets. */
export interface SecretFile {
  /** The setting that names it. */
  setting: string;
  /** An absolute path. */
  path: string;
}

/** Variables that the clients of S3 and PostgreSQL read themselves. */
export const foreignSettings: readonly string[] = ["AWS_SHARED_CREDENTIALS_FILE", "PGPASSFILE"];

/** Returns the files with secrets that are named by settings; `databaseUrl` may name the key of its TLS connection. */
export function listSecretFiles(
  read: (name: string) => string | undefined,
  databaseUrl: string | null,
): SecretFile[] {
  const names = [
    "JIMENG_SESSIONS_FILE",
    ...[...fileSettings].map((name) => `${name}_FILE`),
    ...foreignSettings,
  ];
  const named = names.map((setting) => ({ setting, path: read(setting) }));
  const tlsKey = URL.parse(databaseUrl ?? "")?.searchParams.get("sslkey");
  return [...named, { setting: "DATABASE_URL", path: tlsKey }].flatMap(({ setting, path }) =>
    path === undefined || path === null || path === "" ? [] : [{ setting, path: resolve(path) }],
  );
}
