// Tests what `jimeng secret rotate` tells its owner.

import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";

import { loadConfig, createGateway } from "@jimeng/gateway";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { buildProgram } from "../../program.ts";
import { createOutput } from "../../terminal/output.ts";
import { english } from "../../words/english.ts";

let folder: string;
let printed: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "jimeng-secret-"));
  printed = "";
});
afterEach(() => rm(folder, { recursive: true, force: true }));

// Simulator mode has a folder of its own; with an account it is the data folder itself.
const environment = () => ({
  JIMENG_DATA_DIR: folder,
  JIMENG_SESSIONS: "main=fake-session-0000000000000000",
  LOG_LEVEL: "silent",
  PORT: "0",
});

function run(words: string[]): Promise<unknown> {
  const stream = {
    write(text: string) {
      printed += text;
      return true;
    },
  };
  const output = createOutput({ stdout: stream, stderr: stream, words: english });
  const context = { output, words: english, environment: environment(), currentFolder: folder };
  return buildProgram(context).parseAsync(["secret", ...words], { from: "user" });
}

describe("jimeng secret rotate", () => {
  test("says where the new key is and what it changes, after the gateway has stopped", async () => {
    await expect(run(["rotate"])).rejects.toMatchObject({ code: "not_found" });
    const gateway = await createGateway({ config: loadConfig(environment()) });
    const before = await readFile(path.join(folder, "secret.key"), "utf8");
    await expect(run(["rotate"])).rejects.toMatchObject({ code: "conflict" });
    await gateway.close();
    await run(["rotate"]);
    expect(printed).toContain("0 records are encrypted anew");
    expect(printed).toContain(path.join(folder, "secret.key"));
    expect(printed).toContain("signed addresses of files");
    const after = await readFile(path.join(folder, "secret.key"), "utf8");
    expect([after === before, printed.includes(after)]).toEqual([false, false]);
  });
});
