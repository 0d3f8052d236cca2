// Where an export goes: a folder, which a later run goes on with, or one tar file.

import { createReadStream, createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import { pipeline } from "node:stream/promises";

import { makeFolder } from "../make-folder.ts";
import { tarEnd, tarHeader, tarPadding } from "./tar.ts";

/** The bytes of a file, as they come. */
export type Source = AsyncIterable<Uint8Array | string>;

/** A place that files are written to, one after the other. */
export interface ExportTarget {
  /** Tells whether a file of this length is there already. */
  has(name: string, bytes: number): Promise<boolean>;
  /** Writes a file and returns its length; one that fails midway leaves nothing. */
  write(name: string, source: Source): Promise<number>;
  /** Ends an export that is whole. */
  finish(): Promise<void>;
  /** Ends one that is not: a folder keeps what it has, a tar file is removed. */
  abandon(): Promise<void>;
}

/** Opens a folder. */
export async function openFolder(folder: string): Promise<ExportTarget> {
  await makeFolder(folder);
  return {
    async has(name, bytes) {
      const found = await stat(path.join(folder, name)).catch(() => undefined);
      return found?.isFile() === true && found.size === bytes;
    },
    async write(name, source) {
      const file = path.join(folder, name);
      await makeFolder(path.dirname(file));
      const bytes = await spool(source, `${file}.partial`);
      await rename(`${file}.partial`, file);
      return bytes;
    },
    finish: () => Promise.resolve(),
    abandon: () => Promise.resolve(),
  };
}

/** Opens a tar file; it has its name once it is whole. */
export async function openTar(file: string, now: () => number): Promise<ExportTarget> {
  await makeFolder(path.dirname(file));
  const partial = `${file}.partial`;
  const spooled = `${file}.next`;
  const tar = await open(partial, "w");
  return {
    has: () => Promise.resolve(false),
    async write(name, source) {
      try {
        // A tar file names the length of a file before its bytes.
        const bytes = await spool(source, spooled);
        await tar.writeFile(tarHeader({ name, bytes, modifiedAt: now() }));
        await tar.writeFile(createReadStream(spooled));
        await tar.writeFile(tarPadding(bytes));
        return bytes;
      } finally {
        await rm(spooled, { force: true });
      }
    },
    async finish() {
      await tar.writeFile(tarEnd());
      await tar.close();
      await rename(partial, file);
    },
    async abandon() {
      await tar.close();
      await rm(partial, { force: true });
    },
  };
}

async function spool(source: Source, file: string): Promise<number> {
  try {
    await pipeline(source, createWriteStream(file));
  } catch (error) {
    await rm(file, { force: true });
    throw error;
  }
  return (await stat(file)).size;
}
