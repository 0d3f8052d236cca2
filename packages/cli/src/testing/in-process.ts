// Running the `jimeng` command in the process of a test: much cheaper than a process of its own; imported by tests only.

import { CommanderError } from "commander";

import { toFailure } from "../errors.ts";
import { buildProgram } from "../program.ts";
import { createOutput } from "../terminal/output.ts";
import { english } from "../words/english.ts";
import type { Finished, Place } from "./run-command.ts";

/** Runs a command in a place whose gateway runs already, so that none starts in this process. */
export async function runHere(
  { folder, dataDir }: Pick<Place, "folder" | "dataDir">,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<Finished> {
  const written = { stdout: "", stderr: "" };
  const output = createOutput({
    words: english,
    stdout: { write: (text) => (written.stdout += text) },
    stderr: { write: (text) => (written.stderr += text) },
  });
  const program = buildProgram({
    output,
    words: english,
    environment: { JIMENG_DATA_DIR: dataDir, HOME: folder, ...environment },
    currentFolder: folder,
  });
  try {
    await program.parseAsync(words, { from: "user" });
    return { code: 0, ...written };
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return { code: 0, ...written };
    const failure = toFailure(error);
    output.failure(failure);
    return { code: failure.exitCode, ...written };
  }
}
