// Tests what `jimeng db copy` says no to before anything is touched.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { createOutput } from "../../terminal/output.ts";
import { buildProgram } from "../../program.ts";
import { english } from "../../words/english.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-db-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function run(words: string[], environment: Record<string, string> = {}): Promise<unknown> {
  const silent = { write: () => true };
  const output = createOutput({ stdout: silent, stderr: silent, words: english });
  const program = buildProgram({ output, words: english, environment, currentFolder: folder });
  return program.parseAsync(["db", "copy", ...words], { from: "user" });
}

describe("jimeng db copy", () => {
  test("needs a PostgreSQL address, and never repeats one", async () => {
    const failure = run(["--from", folder, "--to", "mysql://root:not-a-real-password@db.invalid"]);
    await expect(failure).rejects.toThrowError(/postgres:\/\/user:password/);
    await expect(failure).rejects.not.toThrowError(/not-a-real-password/);
    await expect(run(["--from", folder])).rejects.toThrowError(/the target must be/);
  });

  test("takes the address from DATABASE_URL, and says where no database is", async () => {
    const environment = { DATABASE_URL: "postgres://db.invalid/jimeng" };
    await expect(run(["--from", "."], environment)).rejects.toMatchObject({ code: "not_found" });
    await expect(run([], { ...environment, JIMENG_DATA_DIR: folder })).rejects.toMatchObject({
      code: "not_found",
    });
  });
});
