// The files of the built studio, as they are sent: plain and compressed. The build leaves small files plain and the others
// compressed by brotli; the other forms are made here, once.

import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { brotliDecompress, gzip } from "node:zlib";

import { toEtag } from "../../static-answer.ts";
import type { Encoding } from "../../static-answer.ts";

/** One file of the studio. */
export interface StudioFile {
  contentType: string;
  etag: string;
  plain: Buffer;
  /** The same bytes compressed; a small or incompressible file has none. */
  compressed: ReadonlyMap<Encoding, Buffer>;
}

/** Reads the files of the studio. */
export interface StudioFiles {
  /** Returns a file below the folder `studio` of the build; undefined for one that is not there. */
  read(name: string): Promise<StudioFile | undefined>;
  /** Returns the page. */
  readPage(): Promise<StudioPage>;
}

/** The page of the studio. */
export interface StudioPage {
  text: string;
  /** The names of the files that the page of a room needs, by the room. */
  rooms: ReadonlyMap<string, readonly string[]>;
}

const ending = ".br";

const contentTypes: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** The page and the files of one build. */
interface Build {
  page: StudioPage;
  files: ReadonlyMap<string, StudioFile>;
}

/** Opens the folder of a build. It is read with the first request, so that a start does not wait for it. */
export function openStudio(folder: string): StudioFiles {
  let reading: Promise<Build> | undefined;
  // What was read stays: a build that replaces the files while this gateway runs is for the next one.
  const readOnce = async (): Promise<Build> => {
    reading ??= readBuild(folder);
    try {
      return await reading;
    } catch (error) {
      // Being replaced at this very moment: the next request finds the new one.
      reading = undefined;
      throw error;
    }
  };
  return {
    read: async (name) => (await readOnce()).files.get(name),
    readPage: async () => (await readOnce()).page,
  };
}

async function readBuild(folder: string): Promise<Build> {
  const text = await readFile(path.join(folder, "index.html"), "utf8");
  const files = await readFiles(path.join(folder, "studio"));
  const rooms = await readRooms(path.join(folder, "rooms.json"));
  return { page: { text, rooms }, files };
}

/** Reads which files rooms need; without that, a page is only a little slower. */
async function readRooms(file: string): Promise<StudioPage["rooms"]> {
  try {
    const rooms = JSON.parse(await readFile(file, "utf8")) as Record<string, string[]>;
    return new Map(Object.entries(rooms));
  } catch {
    return new Map();
  }
}

async function readFiles(folder: string): Promise<Map<string, StudioFile>> {
  const names = await readdir(folder);
  const files = names.map(async (name) => {
    const bytes = await readFile(path.join(folder, name));
    return name.endsWith(ending)
      ? ([name.slice(0, -ending.length), await unpack(bytes)] as const)
      : ([name, { plain: bytes, compressed: new Map<Encoding, Buffer>() }] as const);
  });
  return new Map(
    (await Promise.all(files)).map(([name, forms]) => {
      const contentType = contentTypes[path.extname(name)] ?? "application/octet-stream";
      return [name, { contentType, etag: toEtag(forms.plain), ...forms }] as const;
    }),
  );
}

async function unpack(br: Buffer): Promise<Pick<StudioFile, "plain" | "compressed">> {
  const plain = await promisify(brotliDecompress)(br);
  const compressed = new Map<Encoding, Buffer>([
    ["br", br],
    ["gzip", await promisify(gzip)(plain)],
  ]);
  return { plain, compressed };
}
