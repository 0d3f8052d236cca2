// Opens files that are named on the command line; an error says why one cannot be opened.

import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { CliError } from "../errors.ts";
import { systemCodeOf, systemReason } from "../system-errors.ts";
import type { Text } from "../words/words.ts";

/** Where a file's name comes from. */
export interface NamedFile {
  /** The file as it was typed. */
  word: string;
  /** The option that names it. */
  option: string;
  currentFolder: string;
}

/** A file that can be read. */
export interface InputFile {
  name: string;
  blob: Blob;
}

/** The argument that means the standard input. */
const standardInput = "-";

/** Opens a path, a `file://` URL, or `-`, the standard input. Throws a CliError with exit code 2 and the reason. */
export async function openInputFile(file: NamedFile): Promise<InputFile> {
  if (file.word === standardInput) return { name: "stdin", blob: await readStandardInput(file) };
  if (file.word === "") throw refuse(file, ({ files }) => files.pathEmpty);
  const place = toPath(file);
  try {
    const found = await stat(place);
    if (found.isDirectory()) throw refuse(file, ({ files }) => files.isFolder(file.word));
    if (!found.isFile()) throw refuse(file, ({ files }) => files.notOrdinary(file.word));
    if (found.size === 0) throw refuse(file, ({ files }) => files.empty(file.word));
    return { name: path.basename(place), blob: await openAsBlob(place) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (systemCodeOf(error) === "ENOENT") throw refuse(file, whyMissing(file.word));
    throw refuse(file, (words) => words.files.cannotRead(file.word, systemReason(error, words)));
  }
}

function toPath(file: NamedFile): string {
  const { word, currentFolder } = file;
  if (/^file:/i.test(word)) {
    try {
      return fileURLToPath(word);
    } catch {
      throw refuse(file, ({ files }) => files.notFileUrl(word));
    }
  }
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(word)) {
    throw refuse(file, ({ files }) => files.cannotFetch(word));
  }
  return path.resolve(currentFolder, word);
}

/** Returns why there is no file of this name, when the name itself shows it. */
function whyMissing(word: string): Text {
  if (process.platform !== "win32" && /^[a-z]:[\\/]|^\\\\/i.test(word)) {
    return ({ files }) => files.missingWindows(word);
  }
  if (/^~[\\/]/.test(word)) {
    const meant = path.join(homedir(), word.slice(2));
    return ({ files }) => files.missingHome(word, meant);
  }
  return ({ files }) => files.missing(word);
}

async function readStandardInput(file: NamedFile): Promise<Blob> {
  if (process.stdin.isTTY) throw refuse(file, ({ files }) => files.nothingPiped);
  if (process.stdin.readableEnded) throw refuse(file, ({ files }) => files.pipedOnce);
  const bytes = await buffer(process.stdin);
  if (bytes.length === 0) throw refuse(file, ({ files }) => files.inputEmpty);
  return new Blob([bytes]);
}

function refuse({ option }: NamedFile, message: Text): CliError {
  const fix: Text = ({ files }) => files.checkPath;
  return new CliError({ code: "invalid_request", param: option, message, fix });
}
