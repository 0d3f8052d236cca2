// Prints everything: results on stdout, notes, progress and errors on stderr.

import type { Failure } from "../errors.ts";
import { chargedWords } from "./job-words.ts";
import { escaped, harmless } from "./harmless.ts";
import { readableLogLine } from "./log-lines.ts";
import { say } from "../words/words.ts";
import type { Text, Words } from "../words/words.ts";
import { displayWidth, fitText, padText } from "./text-width.ts";

/** The part of a writable stream that printing needs. */
export interface TextStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

/** The content of a progress line. */
export interface ProgressState {
  label: string;
  /** 0 to 100. */
  percent: number;
  elapsedMs: number;
  /** Null or absent while nobody knows. */
  remainingSeconds?: number | null;
}

/** The printer of a command, made once by `createOutput`. */
export interface Output {
  /** Prints one line of the result on stdout. */
  result(line: string): void;
  /** Prints the program's own help as it is; on stderr when it was not asked for. */
  help(block: string, isAskedFor: boolean): void;
  /** Prints one JSON document on stdout. */
  json(value: unknown): void;
  /** Prints rows of cells on stdout, in columns. */
  table(header: readonly string[], rows: readonly (readonly string[])[]): void;
  /** Prints one line on stderr. */
  note(line: Text): void;
  /** Prints one warning on stderr. */
  warning(message: Text): void;
  /** Prints a failure on stderr: `error:`, `fix:`, `job:`, and whether anything was spent. */
  failure(failure: Failure): void;
  /** Prints log lines on stdout in readable form; undefined when stdout is not a terminal, where JSON is better. */
  log?: (line: string) => void;
  /** Draws the progress line on a terminal; elsewhere prints its label when that changes. */
  progress(state: ProgressState): void;
  /** Clears a terminal before a list is drawn anew; false where the output is no terminal. */
  clear(): boolean;
  /** Removes the progress line, so that the next output begins on a clean line. */
  endProgress(): void;
}

const colors = {
  error: (text: string) => `\u001b[31m${text}\u001b[39m`,
  warning: (text: string) => `\u001b[33m${text}\u001b[39m`,
};
type Color = keyof typeof colors;

const barCells = 24;
const plainWidth = 80;
const eraseLine = "\r\u001b[2K";
const clearScreen = "\u001b[H\u001b[2J";

/** Makes the printer for a pair of streams; a dumb terminal shows lines only, as a file does. */
export function createOutput(streams: {
  stdout: TextStream;
  stderr: TextStream;
  isDumb?: boolean;
  /** True where stderr is a terminal that shows colours and NO_COLOR does not forbid them. */
  hasColors?: boolean;
  words: Words;
}): Output {
  const { stdout, stderr, isDumb = false, hasColors = false, words } = streams;
  let isProgressShown = false;
  let lastLabel = "";

  function line(stream: TextStream, text: string, color?: Color): void {
    endProgress();
    const shown = harmless(text);
    stream.write(`${color !== undefined && hasColors ? colors[color](shown) : shown}\n`);
  }

  function endProgress(): void {
    if (!isProgressShown) return;
    stderr.write(eraseLine);
    isProgressShown = false;
  }

  return {
    result: (text) => line(stdout, text),
    help: (block, isAskedFor) => void (isAskedFor ? stdout : stderr).write(block),
    json: (value) => line(stdout, escaped(JSON.stringify(value))),
    table(header, rows) {
      for (const row of formatTable(
        header,
        rows,
        stdout.isTTY ? (stdout.columns ?? plainWidth) : undefined,
      )) {
        line(stdout, row);
      }
    },
    ...(stdout.isTTY ? { log: (json: string) => void stdout.write(readableLogLine(json)) } : {}),
    note: (text) => line(stderr, say(text, words)),
    warning: (message) => line(stderr, words.failure.warningLine(say(message, words)), "warning"),
    failure(failure) {
      const [error = "", ...rest] = failureLines(failure, words);
      line(stderr, error, "error");
      for (const text of rest) line(stderr, text);
    },
    progress(state) {
      if (stderr.isTTY && !isDumb) {
        stderr.write(
          eraseLine + harmless(progressLine(state, stderr.columns ?? plainWidth, words)),
        );
        isProgressShown = true;
      } else if (state.label !== lastLabel) {
        line(stderr, state.label);
      }
      lastLabel = state.label;
    },
    clear() {
      if (stdout.isTTY !== true || isDumb) return false;
      endProgress();
      stdout.write(clearScreen);
      return true;
    },
    endProgress,
  };
}

/** Returns the lines of a failure. */
export function failureLines(failure: Failure, words: Words): string[] {
  const { errorLine, withParam, fixLine, jobLine, chargedLine, ofCode, fixOfCode } = words.failure;
  const { code, param, fix, jobId, charged, cost } = failure;
  const message = sayOrExplain(failure.message, words, (text) => ofCode(code, text));
  const isNamed = param === undefined || message.includes(param);
  const lines = [errorLine(isNamed ? message : withParam(message, param))];
  if (fix !== undefined) {
    lines.push(fixLine(sayOrExplain(fix, words, (text) => fixOfCode(code, text))));
  }
  if (jobId !== undefined) lines.push(jobLine(jobId));
  if (charged !== undefined) {
    const meaning = cost === undefined ? chargedWords(charged, words) : say(cost, words);
    lines.push(chargedLine(charged, meaning));
  }
  return lines;
}

/** Returns a text of ours in these words, or explains one of the gateway, which is English on the wire. */
function sayOrExplain(text: Text, words: Words, explain: (text: string) => string): string {
  return typeof text === "string" ? explain(text) : text(words);
}

/** Returns a progress line that fits into `columns`. */
export function progressLine(state: ProgressState, columns: number, words: Words): string {
  const percent = Math.max(0, Math.min(100, Math.floor(state.percent)));
  const filled = Math.round((percent / 100) * barCells);
  const bar = "█".repeat(filled) + "░".repeat(barCells - filled);
  const { progressSeconds, remaining } = words.state;
  const seconds = progressSeconds(Math.floor(state.elapsedMs / 1000));
  const left = state.remainingSeconds ?? null;
  const label = left === null ? state.label : `${state.label}, ${remaining(left)}`;
  return fitText(`${bar} ${String(percent).padStart(3)} %  ${seconds}  ${label}`, columns - 1);
}

/** Lays rows out in columns; on a terminal the last column is cut to what fits. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  columns: number | undefined,
): string[] {
  const gap = "  ";
  const all = [header, ...rows];
  const widths = header.map((_, index) =>
    Math.max(...all.map((row) => displayWidth(row[index] ?? ""))),
  );
  const before = widths.slice(0, -1).reduce((sum, width) => sum + width + gap.length, 0);
  return all.map((row) =>
    row
      .map((cell, index) => {
        const isLast = index === header.length - 1;
        if (!isLast) return padText(cell, widths[index] ?? 0);
        return columns === undefined ? cell : fitText(cell, Math.max(8, columns - before));
      })
      .join(gap)
      .trimEnd(),
  );
}
