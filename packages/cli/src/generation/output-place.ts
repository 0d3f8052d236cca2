// Chooses where results are saved: the folder and the names of `--output`, or the defaults.

import { existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { CliError } from "../errors.ts";
import { packageFolder } from "../package-folder.ts";
import { localTime } from "../terminal/local-time.ts";

/** A folder, and the pattern of the names in it. */
export interface OutputPlace {
  /** An absolute path. */
  folder: string;
  /** A relative path with placeholders: those of `placeholders`. */
  pattern: string;
}

/** The parts of a file name. */
export interface NamedResult {
  prompt: string;
  jobId: string;
  model: string;
  /** When its job was made, in Unix seconds. */
  createdAt: number;
  /** From 1, within the job. */
  index: number;
  contentType: string;
}

const defaultPattern = "{prompt}-{job}-{index}.{ext}";
const placeholders = [
  ...["{prompt}", "{job}", "{index}", "{ext}"],
  ...["{model}", "{date}", "{time}"],
];
const maxPromptLength = 40;
// Names of files may have 255 bytes, and a Chinese character takes three.
const maxPromptBytes = 120;

const extensions: Record<string, string> = {
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
  "image/avif": "avif",
  "image/heic": "heic",
  "image/jxl": "jxl",
  "image/bmp": "bmp",
  "image/tiff": "tiff",
  "video/mp4": "mp4",
  "video/webm": "webm",
  "video/x-msvideo": "avi",
  "audio/mpeg": "mp3",
  "audio/wav": "wav",
};
const fileEndings: ReadonlySet<string> = new Set([...Object.values(extensions), "jpeg"]);

/**
 * Reads `--output`: a word with placeholders or with the ending of a picture, video or sound names the files, every
 * other word a folder. Throws `invalid_request` for an unknown placeholder.
 */
export function readOutput(word: string | undefined, currentFolder: string): OutputPlace {
  if (word === undefined) return { folder: defaultFolder(currentFolder), pattern: defaultPattern };
  const unknown = word.match(/\{\w*\}/g)?.find((found) => !placeholders.includes(found));
  if (unknown !== undefined) {
    throw new CliError({
      code: "invalid_request",
      param: "--output",
      message: (words) => words.files.noPlaceholder(unknown),
      fix: (words) => words.files.noPlaceholderFix(placeholders.join(", ")),
    });
  }
  const absolute = path.resolve(currentFolder, word);
  const isFile = word.includes("{") || fileEndings.has(endingOf(word));
  if (!isFile || /[\\/]$/.test(word) || isFolder(absolute)) {
    return { folder: absolute, pattern: defaultPattern };
  }
  const parts = word.split(/[\\/]/);
  // A folder in the pattern may have placeholders too; only the part before them is made at once.
  const fixed = parts.slice(0, -1).findIndex((part) => part.includes("{"));
  const count = fixed === -1 ? parts.length - 1 : fixed;
  const head = count === 0 ? "." : `${parts.slice(0, count).join("/")}/`;
  const folder = path.resolve(currentFolder, head);
  return { folder, pattern: parts.slice(count).join("/") };
}

/** Returns the relative path of a result: the pattern filled in, with the extension of the file's real type. */
export function nameResult(pattern: string, result: NamedResult): string {
  const ending = extensionOf(result.contentType);
  const [date = "", time = ""] = localTime(result.createdAt).split(" ");
  const name = pattern
    .replaceAll("{prompt}", toFilePart(result.prompt))
    // The id comes from a server: whatever it says, the name stays inside the folder.
    .replaceAll("{job}", result.jobId.replaceAll(/[^\w-]/g, "_"))
    .replaceAll("{index}", String(result.index))
    .replaceAll("{model}", result.model.replaceAll(/[^\w.-]|\.{2,}/g, "_"))
    .replaceAll("{date}", date)
    .replaceAll("{time}", time.replaceAll(":", ""))
    .replaceAll("{ext}", ending);
  const given = endingOf(name);
  if (given === ending || (given === "jpeg" && ending === "jpg")) return name;
  return `${fileEndings.has(given) ? name.slice(0, -given.length - 1) : name}.${ending}`;
}

/** Returns the extension of a type of files, `bin` for one that is not known. */
export function extensionOf(contentType: string): string {
  return extensions[contentType.split(";")[0]?.trim() ?? ""] ?? "bin";
}

/** Tells whether a name identifies its result, so that a file of that name and length is the same result. */
export function isUniqueName(pattern: string): boolean {
  return pattern.includes("{job}") && pattern.includes("{index}");
}

/** Turns the beginning of a prompt into a part of a file name: letters and digits of every script, dashes between them. */
function toFilePart(prompt: string): string {
  const words = prompt
    .normalize("NFC")
    .replace(/[^\p{L}\p{M}\p{N}]+/gu, "-")
    .replace(/^-+/, "");
  let part = "";
  for (const character of Array.from(words).slice(0, maxPromptLength)) {
    if (Buffer.byteLength(part + character) > maxPromptBytes) break;
    part += character;
  }
  return part.replace(/-+$/, "") || "jimeng";
}

/** Returns the current folder; inside the clone that this command runs from, a folder for pictures at home. */
function defaultFolder(currentFolder: string): string {
  const clone = fileURLToPath(new URL("../..", packageFolder));
  const isClone = existsSync(path.join(clone, "packages", "cli", "bin", "jimeng.mjs"));
  const relative = path.relative(clone, currentFolder);
  const isInside = !relative.startsWith("..") && !path.isAbsolute(relative);
  if (!isClone || !isInside) return currentFolder;
  const pictures = path.join(homedir(), "Pictures");
  return path.join(isFolder(pictures) ? pictures : homedir(), "jimeng");
}

function endingOf(name: string): string {
  return path.extname(name).slice(1).toLowerCase();
}

function isFolder(place: string): boolean {
  return statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
