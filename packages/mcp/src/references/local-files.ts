// The files of this machine that the tools may use, over stdio only: references are read below the allowed folders, and
// results are saved into one folder. Every path is checked after its symbolic links.

import { createHash } from "node:crypto";
import { constants, openAsBlob } from "node:fs";
import { mkdir, open, realpath, stat } from "node:fs/promises";
import path from "node:path";

import { invalid } from "../results/failure.ts";

/** The folders that the owner allowed. */
export interface LocalFolders {
  /** Below these, files may be read. */
  allowed: readonly string[];
  /** Into this one, results are saved; null where none was given. */
  saveTo: string | null;
}

const maxNameLength = 100;
const maxSaveAttempts = 1000;

/** Reads and writes files in the folders that the owner allowed. */
export class LocalFiles {
  readonly #folders: LocalFolders;
  /** The paths of the results that were saved, by the asset's id: what is asked for again is not saved again. */
  readonly saved = new Map<string, string>();

  constructor(folders: LocalFolders) {
    this.#folders = folders;
  }

  /** Whether results can be saved. */
  get canSave(): boolean {
    return this.#folders.saveTo !== null;
  }

  /** Opens a file below an allowed folder. Throws `invalid_request` for every other path. */
  async open(text: string): Promise<{ blob: Blob; name: string; sha256: string }> {
    const file = await this.#resolve(text);
    const facts = await stat(file);
    // A device or a pipe could be read for ever.
    if (!facts.isFile()) throw refused("is no file");
    const blob = await openAsBlob(file);
    const hash = createHash("sha256");
    for await (const piece of blob.stream()) hash.update(piece);
    return { blob, name: path.basename(file), sha256: hash.digest("hex") };
  }

  /** Saves a result under a free name and returns its path. Throws `invalid_request` where no folder was given. */
  async save(name: string, body: ReadableStream<Uint8Array>): Promise<string> {
    const folder = this.#folders.saveTo;
    if (folder === null) {
      await body.cancel();
      throw invalid(
        "name",
        "Results cannot be saved: the server was started without --save-to.",
        "Use the URL of the result, or have the owner start it as: jimeng mcp --save-to FOLDER.",
      );
    }
    await mkdir(folder, { recursive: true });
    const file = await openNew(await realpath(folder), toFileName(name));
    try {
      for await (const piece of body) await file.handle.write(piece);
      await file.handle.sync();
    } finally {
      await file.handle.close();
    }
    return file.place;
  }

  async #resolve(text: string): Promise<string> {
    const { allowed } = this.#folders;
    if (allowed.length === 0) {
      throw refused("cannot be read: the server was started without --allow-dir");
    }
    // Network paths, devices and URLs reach what no folder holds.
    if (/^(\\\\|\/\/|file:)/i.test(text) || text.includes("\0")) throw refused("is no path");
    if (!path.isAbsolute(text)) throw refused("must be absolute");
    const file = await realpath(text).catch(() => undefined);
    for (const folder of file === undefined ? [] : allowed) {
      const root = await realpath(folder).catch(() => undefined);
      if (root !== undefined && file !== undefined && isBelow(file, root)) return file;
    }
    // The same words for a file that is missing and one that is elsewhere: nobody learns what there is.
    throw refused("is not a file in an allowed folder");
  }
}

function isBelow(file: string, folder: string): boolean {
  const way = path.relative(folder, file);
  return way !== "" && !way.startsWith("..") && !path.isAbsolute(way);
}

/** Returns a name that no system reads as a path, a device or a hidden file. */
function toFileName(name: string): string {
  const base = name.replaceAll(/[^\p{L}\p{N}._-]+/gu, "-").replaceAll(/^[.-]+/g, "");
  const safe = base.slice(-maxNameLength);
  const isDevice = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(safe);
  return safe === "" || isDevice ? `result-${safe}` : safe;
}

type OpenedFile = { handle: Awaited<ReturnType<typeof open>>; place: string };

/** Makes a new file; what is there already stays, and a link in its place is not followed. */
async function openNew(folder: string, name: string): Promise<OpenedFile> {
  const { name: stem, ext } = path.parse(name);
  const flags =
    constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
  for (let number = 1; number <= maxSaveAttempts; number++) {
    const place = path.join(folder, number === 1 ? name : `${stem}-${number}${ext}`);
    try {
      return { handle: await open(place, flags, 0o600), place };
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    }
  }
  throw invalid("name", "There are too many files of this name.", "Give another name.");
}

function refused(why: string): Error {
  return invalid(
    "references",
    `The path ${why}.`,
    "Give an asset_…, file_… or https:// reference, or call add_reference; the owner allows folders with --allow-dir.",
  );
}
