// Tests that every setting which names a file with secrets is known.

import { resolve } from "node:path";

import { expect, test } from "vitest";

import { listSecretFiles } from "./secret-files.ts";
import { settings } from "./settings.ts";

const list = (env: Record<string, string>, databaseUrl: string | null = null) =>
  listSecretFiles((name) => env[name], databaseUrl);

test("every setting that names a file is one of them", () => {
  const names = settings.map(({ name }) => name).filter((name) => name.endsWith("_FILE"));
  expect(names.length).toBeGreaterThan(3);
  const env = Object.fromEntries(names.map((name) => [name, `/secrets/${name}`]));
  expect(
    list(env)
      .map(({ setting }) => setting)
      .toSorted(),
  ).toEqual(names.toSorted());
});

test("so are the files of the AWS and PostgreSQL clients, and the TLS key of DATABASE_URL", () => {
  const found = list(
    { AWS_SHARED_CREDENTIALS_FILE: "aws", PGPASSFILE: "/pg/pass" },
    "postgres://a:b@c/d?sslkey=/pg/client.key&sslcert=/pg/client.crt",
  );
  expect(found).toEqual([
    { setting: "AWS_SHARED_CREDENTIALS_FILE", path: resolve("aws") },
    { setting: "PGPASSFILE", path: "/pg/pass" },
    { setting: "DATABASE_URL", path: "/pg/client.key" },
  ]);
});

test("without any there are none", () => {
  expect(list({})).toEqual([]);
});
