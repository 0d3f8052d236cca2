// One run of the command: arguments in, exit code out. The only place that catches everything.

import { CommanderError } from "commander";

import type { Context } from "./context.ts";
import { Interrupted, exitCodeOf, toFailure } from "./errors.ts";
import { createOutput } from "./terminal/output.ts";
import { buildProgram } from "./program.ts";

// `jimeng` alone shows its help, but a script that forgot the command should notice.
const usageExitCode = exitCodeOf("invalid_request");

/** Runs the command and gives the exit code; prints results on stdout, everything else on stderr. */
export async function main(words: readonly string[]): Promise<number> {
  const { stdout, stderr } = process;
  // `jimeng jobs | head` closes the pipe early: nobody reads any more, which is no error.
  stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
  });
  const output = createOutput({ stdout, stderr });
  const context: Context = { output, environment: process.env, currentFolder: process.cwd() };
  try {
    await buildProgram(context).parseAsync(words, { from: "user" });
    return 0;
  } catch (error) {
    return tell(context, error, words.includes("--json"));
  }
}

function tell(context: Context, error: unknown, asJson: boolean): number {
  if (error instanceof Interrupted) return error.exitCode;
  // Help and version arrive as errors too, since commander must not exit by itself.
  if (error instanceof CommanderError && error.exitCode === 0) return 0;
  if (error instanceof CommanderError && error.code === "commander.help") return usageExitCode;
  const failure = toFailure(error);
  context.output.failure(failure);
  if (asJson && !failure.isInResult) {
    const { code, message, param = null, fix = null, jobId = null, charged = null } = failure;
    context.output.json({ error: { code, message, param, fix, job_id: jobId, charged } });
  }
  return failure.exitCode;
}
