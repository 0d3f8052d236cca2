// Runs the command and returns its exit code. The only code that catches every error.

import { CommanderError } from "commander";

import type { Context } from "./context.ts";
import { CliError, Interrupted, exitCodeOf, operatingSystemFailure, toFailure } from "./errors.ts";
import { systemCodeOf, systemReason } from "./system-errors.ts";
import { createOutput } from "./terminal/output.ts";
import { buildProgram } from "./program.ts";
import { say, wordsFor } from "./words/words.ts";

// `jimeng` alone shows its help, but a script that forgot the command should notice.
const usageExitCode = exitCodeOf("invalid_request");

/** Runs the command and returns the exit code; prints results on stdout, everything else on stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  const { stdout, stderr, env: environment } = process;
  const words = wordsFor(environment);
  const lost = recordStreamError(stdout);
  // A command does its work also when stderr is closed; its exit code shows the result.
  recordStreamError(stderr);
  const output = createOutput({
    stdout,
    stderr,
    isDumb: environment["TERM"] === "dumb",
    // Node looks at NO_COLOR and TERM here.
    hasColors: stderr.isTTY && stderr.hasColors(),
    words,
  });
  const context: Context = { output, words, environment, currentFolder: process.cwd() };
  try {
    await buildProgram(context).parseAsync(argv, { from: "user" });
  } catch (error) {
    // Help and version arrive as errors too, since commander must not exit by itself.
    const isAnswer = error instanceof CommanderError && error.exitCode === 0;
    if (!isAnswer) return reportError(context, error, argv.includes("--json"));
  }
  // The error of a failed write arrives a moment after the write.
  await new Promise((resolve) => setImmediate(resolve));
  if (lost.error === undefined) return 0;
  return reportError(context, toOutputFailure(lost.error), argv.includes("--json"));
}

/** Records the error of a stream, except EPIPE: `jimeng jobs | head` closes the pipe early, which is normal. */
function recordStreamError(stream: NodeJS.WriteStream): { error: Error | undefined } {
  const lost: { error: Error | undefined } = { error: undefined };
  stream.on("error", (error: Error) => {
    if (systemCodeOf(error) !== "EPIPE") lost.error ??= error;
  });
  return lost;
}

function toOutputFailure(error: Error): CliError {
  return new CliError({
    code: systemCodeOf(error) ?? "internal",
    message: (words) => words.failure.outputLost(systemReason(error, words)),
    fix: (words) => words.failure.outputLostFix,
    exitCode: operatingSystemFailure,
    isInResult: true,
  });
}

function reportError({ output, words }: Context, error: unknown, asJson: boolean): number {
  if (error instanceof Interrupted) return error.exitCode;
  if (error instanceof CommanderError && error.code === "commander.help") return usageExitCode;
  const failure = toFailure(error);
  output.failure(failure);
  if (asJson && !failure.isInResult) {
    const { code, param = null, jobId = null, charged = null } = failure;
    const message = say(failure.message, words);
    const fix = failure.fix === undefined ? null : say(failure.fix, words);
    output.json({ error: { code, message, param, fix, job_id: jobId, charged } });
  }
  return failure.exitCode;
}
