// Files that a person names on the command line: found, opened, or refused with the reason.

import { openAsBlob } from "node:fs";
import { stat } from "node:fs/promises";
import { homedir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

import { CliError } from "../errors.ts";
import { systemCodeOf, systemReason } from "../system-errors.ts";

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

/** The word for what is piped into the command. */
const standardInput = "-";

/** Opens a path, a `file://` URL, or `-`, the standard input. Throws a CliError with exit code 2 that says why not. */
export async function openInputFile(file: NamedFile): Promise<InputFile> {
  if (file.word === standardInput) return { name: "stdin", blob: await readStandardInput(file) };
  if (file.word === "") throw refuse(file, "the path is empty");
  const place = toPath(file);
  try {
    const found = await stat(place);
    if (found.isDirectory()) throw refuse(file, `${file.word} is a folder, not a file`);
    if (!found.isFile()) throw refuse(file, `${file.word} is no ordinary file`);
    if (found.size === 0) throw refuse(file, `the file ${file.word} is empty`);
    return { name: path.basename(place), blob: await openAsBlob(place) };
  } catch (error) {
    if (error instanceof CliError) throw error;
    if (systemCodeOf(error) === "ENOENT") throw refuse(file, whyMissing(file.word));
    throw refuse(file, `cannot read the file ${file.word}: ${systemReason(error)}`);
  }
}

function toPath(file: NamedFile): string {
  const { word, currentFolder } = file;
  if (/^file:/i.test(word)) {
    try {
      return fileURLToPath(word);
    } catch {
      throw refuse(file, `${word} is not the URL of a file of this machine`);
    }
  }
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(word)) {
    throw refuse(file, `${word} cannot be fetched: only http and https URLs can`);
  }
  return path.resolve(currentFolder, word);
}

/** Says why there is no file of this name, where the name itself shows it. */
function whyMissing(word: string): string {
  if (process.platform !== "win32" && /^[a-z]:[\\/]|^\\\\/i.test(word)) {
    return `there is no file ${word}: this is a path of Windows, and this machine is none`;
  }
  if (/^~[\\/]/.test(word)) {
    const meant = path.join(homedir(), word.slice(2));
    return `there is no file ${word}: ~ means your own folder only outside quotes; write ${meant}`;
  }
  return `there is no file ${word}`;
}

async function readStandardInput(file: NamedFile): Promise<Blob> {
  if (process.stdin.isTTY)
    throw refuse(file, "- reads the standard input, and nothing is piped in");
  if (process.stdin.readableEnded) throw refuse(file, "- can be given once: the input was read");
  const bytes = await buffer(process.stdin);
  if (bytes.length === 0) throw refuse(file, "the standard input is empty");
  return new Blob([bytes]);
}

function refuse({ option }: NamedFile, message: string): CliError {
  const fix = "Check the path; nothing was started.";
  return new CliError({ code: "invalid_request", param: option, message, fix });
}
