// One run of the command: arguments in, exit code out. The only place that catches everything.

import { CommanderError } from "commander";

import type { Context } from "./context.ts";
import { CliError, Interrupted, exitCodeOf, operatingSystemFailure, toFailure } from "./errors.ts";
import { systemCodeOf, systemReason } from "./system-errors.ts";
import { createOutput } from "./terminal/output.ts";
import { buildProgram } from "./program.ts";

// `jimeng` alone shows its help, but a script that forgot the command should notice.
const usageExitCode = exitCodeOf("invalid_request");

/** Runs the command and gives the exit code; prints results on stdout, everything else on stderr. */
export async function main(words: readonly string[]): Promise<number> {
  const { stdout, stderr } = process;
  const lost = watchOutput(stdout);
  // Without a place for its words a command still does its work, and its exit code tells how that went.
  watchOutput(stderr);
  const output = createOutput({ stdout, stderr, isDumb: process.env["TERM"] === "dumb" });
  const context: Context = { output, environment: process.env, currentFolder: process.cwd() };
  try {
    await buildProgram(context).parseAsync(words, { from: "user" });
    // A file that cannot take what was written says so a moment after the write.
    await new Promise((resolve) => setImmediate(resolve));
    if (lost.error !== undefined) throw toOutputFailure(lost.error);
    return 0;
  } catch (error) {
    return tell(context, error, words.includes("--json"));
  }
}

/** Remembers the error of a stream. `jimeng jobs | head` closes the pipe early: nobody reads on, which is no error. */
function watchOutput(stream: NodeJS.WriteStream): { error: Error | undefined } {
  const lost: { error: Error | undefined } = { error: undefined };
  stream.on("error", (error: Error) => {
    if (systemCodeOf(error) !== "EPIPE") lost.error ??= error;
  });
  return lost;
}

function toOutputFailure(error: Error): CliError {
  return new CliError({
    code: systemCodeOf(error) ?? "internal",
    message: `the results could not be written to the standard output: ${systemReason(error)}`,
    fix: "Write them elsewhere; what the command did stays done, see `jimeng jobs`.",
    exitCode: operatingSystemFailure,
    isInResult: true,
  });
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
