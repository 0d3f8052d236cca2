// Turns every error into one type, with its message, fix and exit code.

import { GatewayError, errorTable, toGatewayError } from "@jimeng/gateway/api/client";
import type { JobObject } from "@jimeng/gateway/api";
import { CommanderError } from "commander";

import { systemReason } from "./system-errors.ts";
import { usageFailure } from "./usage-errors.ts";
import { inEnglish } from "./words/words.ts";
import type { Text, Words } from "./words/words.ts";

type ErrorCode = keyof typeof errorTable;

/** A failure ready to be told: the sentence, what to do, whether money was spent, and the exit code. */
export interface Failure {
  code: string;
  message: Text;
  /** The option or argument concerned. */
  param?: string;
  /** What to do, in one sentence. */
  fix?: Text;
  jobId?: string;
  /** `no`, `yes`, `refunded` or `unknown`; absent for commands that never pay, such as a look-up. */
  charged?: string;
  /** What the account's credit history says, in place of the meaning of `charged`. */
  cost?: Text;
  /** True when the result on stdout includes it, so that `--json` still prints one object. */
  isInResult?: boolean;
  exitCode: number;
}

/** The exit code of errors of the operating system, such as a full disk. */
export const operatingSystemFailure = 1;
const unexpectedFailure = errorTable.internal.exitCode;

/** The error that the commands throw; `toFailure` turns all others into a Failure. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly failure: Failure;

  constructor(failure: Omit<Failure, "exitCode"> & { exitCode?: number }) {
    super(inEnglish(failure.message));
    this.failure = { ...failure, exitCode: failure.exitCode ?? exitCodeOf(failure.code) };
  }
}

/** The end of a command after Ctrl-C; its messages were printed already. */
export class Interrupted extends Error {
  override readonly name = "Interrupted";
  readonly exitCode: number;

  constructor(exitCode: number) {
    super("interrupted");
    this.exitCode = exitCode;
  }
}

/** Returns the exit code of an error code; 70 for a code that the table does not know. */
export function exitCodeOf(code: string): number {
  const rows: Record<string, { exitCode: number } | undefined> = errorTable;
  return rows[code]?.exitCode ?? unexpectedFailure;
}

/**
 * Turns any thrown value into a Failure, by its fields, so that errors of every package are reported alike. It sets no
 * `charged`: only the code that started or awaited a job knows that.
 */
export function toFailure(error: unknown): Failure {
  if (error instanceof CliError) return error.failure;
  if (error instanceof CommanderError) {
    return {
      ...usageFailure(error),
      code: "invalid_request",
      exitCode: exitCodeOf("invalid_request"),
    };
  }
  if (!(error instanceof Error)) return unexpected(String(error));
  const facts = factsOf(error);
  const { code } = facts;
  if (typeof code !== "string") return unexpected(error.message);
  if (Object.hasOwn(errorTable, code)) {
    return {
      code,
      message: error.message,
      param: text(facts.param),
      fix: text(facts.fix),
      jobId: text(facts.jobId),
      exitCode: exitCodeOf(code),
    };
  }
  return fromOperatingSystem(code, error);
}

/** Makes the Failure of a job that did not complete. */
export function failureOfJob(job: JobObject): Failure {
  const about = { jobId: job.id, charged: chargedOf(job), cost: costTextOf(job) };
  if (job.error !== null) return { ...toFailure(toGatewayError(job.error)), ...about };
  const code = job.status === "cancelled" ? "cancelled" : "internal";
  const message: Text = ({ failure }) => failure.jobWithoutResult(job.status);
  return { code, message, ...about, exitCode: exitCodeOf(code) };
}

/** Returns the amounts of a charge, or where they are told later; undefined where `charged` says it all. */
function costTextOf(job: JobObject): Text | undefined {
  const { state, charged, refunded } = job.cost;
  if (state === "charged") return (words) => words.cost.charges(charged ?? 0, refunded ?? 0);
  return state === "not_settled" ? (words) => words.cost.notSettledOf(job.id) : undefined;
}

/** Returns whether a job was paid for, as far as it is known. */
export function chargedOf({ status, cost, error, upstream }: JobObject): string {
  const said = error?.charged;
  if (said === "refunded" || (cost.refunded !== null && cost.refunded > 0)) return "refunded";
  // The id of a start is stored before it is sent.
  if (said === "no" || upstream.submit_id === null) return "no";
  if (cost.charged !== null) return cost.charged > 0 ? "yes" : "no";
  return said ?? (status === "completed" ? "yes" : "unknown");
}

/** Makes the Failure of a command whose gateway went away, for the jobs it had there, ended or not. */
export function toLostFailure(
  error: unknown,
  ids: readonly string[],
  jobs: readonly JobObject[],
): Failure {
  const charged = jobs.length === 1 ? jobs.map(chargedOf)[0] : "unknown";
  return { ...toFailure(error), jobId: ids.join(" "), charged };
}

/**
 * Makes the Failure of a request that starts jobs, with `charged` as far as it is known. `wasSent` is true when an
 * earlier attempt of the same request may have arrived.
 */
export function toStartFailure(error: unknown, wasSent = false): Failure {
  const failure = toFailure(error);
  if (error instanceof CliError) {
    return { ...failure, charged: failure.charged ?? (wasSent ? "unknown" : "no") };
  }
  if (isConnectionLoss(error)) {
    if (!wasSent && isGatewayUnreachable(error)) return { ...failure, charged: "no" };
    return {
      ...failure,
      message: (words) => words.failure.connectionBroke,
      fix: (words) => words.failure.connectionBrokeFix,
      charged: "unknown",
    };
  }
  // An answer of the gateway says it; all other errors came before anything was sent.
  const charged = error instanceof Error ? text(factsOf(error).charged) : undefined;
  return { ...failure, charged: charged ?? "no" };
}

// The failures before the first byte of a request: looking up the name, connecting, agreeing on encryption.
const unsentCodes =
  /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|EPROTO|UND_ERR_CONNECT_TIMEOUT|ERR_TLS_\w+|ERR_SSL_\w+|\w*CERT\w*|UNABLE_TO_\w+)$/;

/** Tells whether no gateway was reached, so that the request was surely not accepted. */
export function isGatewayUnreachable(error: unknown): boolean {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    if ("code" in cause && unsentCodes.test(String(cause.code))) return true;
    // fetch rejects some ports itself, with a message and no code.
    if (cause.message === "bad port") return true;
  }
  return false;
}

/** Tells whether the connection broke: before an answer, or (fetch's own TypeError) while one was read. */
export function isConnectionLoss(error: unknown): boolean {
  return hasCode(error, "connection_failed") || error instanceof TypeError;
}

/**
 * Tells whether a read may succeed later: the gateway cannot be reached, or says itself that it cannot answer now. A
 * full disk does not pass by waiting a minute: its owner must know at once.
 */
export function isAway(error: unknown): boolean {
  if (hasCode(error, "storage_unavailable")) return false;
  return isConnectionLoss(error) || (error instanceof GatewayError && error.retryable);
}

/** Tells whether an error has this code, one of ours or Node's, whichever package threw it. */
export function hasCode(error: unknown, code: ErrorCode | "EADDRINUSE" | "EEXIST"): boolean {
  return error instanceof Error && factsOf(error).code === code;
}

/** Returns the parameter that an error names, if it names one. */
export function paramOf(error: unknown): string | undefined {
  return error instanceof Error ? text(factsOf(error).param) : undefined;
}

/** Returns the details of an error: a JimengError has them in `detail`, a GatewayError in its own fields. */
function factsOf(error: Error): Record<string, unknown> {
  if (error instanceof CliError) return { ...error.failure };
  const detail = "detail" in error && typeof error.detail === "object" ? (error.detail ?? {}) : {};
  return Object.fromEntries([...Object.entries(detail), ...Object.entries(error)]);
}

/** Turns one of Node's own errors (ENOSPC, EACCES …) into a Failure; those of an address get a clearer message. */
function fromOperatingSystem(code: string, error: Error): Failure {
  if (!("syscall" in error && error.syscall === "listen")) {
    const path = "path" in error && typeof error.path === "string" ? error.path : undefined;
    const message: Text = (words) => {
      const reason = systemReason(error, words);
      // An error without a path, or a code without a text, has more in Node's own message.
      return path === undefined || reason === code
        ? error.message
        : words.failure.system(path, reason);
    };
    return { code, message, exitCode: operatingSystemFailure };
  }
  const address = "address" in error ? String(error.address) : "?";
  const place = ({ failure }: Words): string =>
    "port" in error ? failure.portOn(String(error.port), address) : address;
  if (code === "EADDRINUSE") {
    return {
      code: "conflict",
      message: (words) => words.failure.portTaken(place(words)),
      fix: (words) => words.failure.portTakenFix,
      exitCode: exitCodeOf("conflict"),
    };
  }
  return {
    code: "invalid_request",
    message: (words) => words.failure.cannotListen(place(words), code),
    fix: (words) => words.failure.cannotListenFix,
    exitCode: exitCodeOf("invalid_request"),
  };
}

function unexpected(message: string): Failure {
  return { code: "internal", message, exitCode: unexpectedFailure };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
