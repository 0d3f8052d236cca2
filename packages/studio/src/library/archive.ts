// Downloads results: one as it is, several as a ZIP that is written while it is read.

import type { LibraryAssetObject } from "@jimeng/gateway/api";

import { ownUrl } from "../data/base.ts";
import { client } from "../data/client.ts";

/** The form of the pictures in an archive; `original` as they are stored. */
export const pictureForms = ["original", "png", "jpeg", "webp"] as const;

/** A form of pictures. */
export type PictureForm = (typeof pictureForms)[number];

/** What is put into an archive. */
export interface ArchiveOptions {
  form: PictureForm;
  /** Whether each result comes with a file that says what it was made from. */
  hasSidecars: boolean;
  /** Told how many results are in. */
  onProgress: (done: number) => void;
  signal: AbortSignal;
}

interface ArchiveFile {
  name: string;
  lastModified: Date;
  input: Response | string;
}

const perRead = 100;
const endings: Readonly<Record<string, string>> = { jpeg: "jpg" };

/** Returns the name of a result's file. */
export function fileNameOf(
  {
    id,
    url,
    content_type,
    created_at,
  }: Pick<LibraryAssetObject, "id" | "url" | "content_type" | "created_at">,
  form: PictureForm,
): string {
  const isConverted = form !== "original" && content_type.startsWith("image/");
  const own = /\.(\w{1,8})$/.exec(new URL(url, "http://localhost").pathname)?.[1] ?? "bin";
  const day = new Date(created_at * 1000).toISOString().slice(0, 10);
  return `${day}_${id}.${isConverted ? (endings[form] ?? form) : own}`;
}

/** Returns where a result's file is read. */
export function fileUrlOf(asset: { url: string; content_type: string }, form: PictureForm): string {
  const isConverted = form !== "original" && asset.content_type.startsWith("image/");
  return ownUrl(asset.url, isConverted ? { format: form } : {});
}

async function* filesOf(
  ids: readonly string[],
  { form, hasSidecars, onProgress, signal }: ArchiveOptions,
): AsyncGenerator<ArchiveFile> {
  let done = 0;
  for (let at = 0; at < ids.length; at += perRead) {
    const { data } = await client.assets.getMany(ids.slice(at, at + perRead), { signal });
    for (const asset of data) {
      const name = fileNameOf(asset, form);
      const lastModified = new Date(asset.created_at * 1000);
      const input = await fetch(fileUrlOf(asset, form), { signal });
      if (!input.ok) throw new Error(`${name}: HTTP ${input.status}`);
      yield { name, lastModified, input };
      if (hasSidecars) {
        const metadata = await client.assets.metadata(asset.id, { signal });
        const text = JSON.stringify(
          { ...metadata, tags: asset.tags, starred: asset.starred },
          null,
          2,
        );
        yield { name: `${name}.json`, lastModified, input: text };
      }
      done += 1;
      onProgress(done);
    }
  }
}

interface SavePicker {
  showSaveFilePicker?: (options: { suggestedName: string }) => Promise<{
    createWritable(): Promise<WritableStream<Uint8Array>>;
  }>;
}

/**
 * Downloads results as one ZIP. Where the browser can write into a file it never holds more than a piece of it; elsewhere
 * the browser keeps the archive until it is whole.
 */
export async function downloadArchive(
  ids: readonly string[],
  options: ArchiveOptions,
): Promise<void> {
  const name = `jimeng-${new Date().toISOString().slice(0, 10)}.zip`;
  const { showSaveFilePicker: pick } = globalThis as SavePicker;
  // Asked for at once: a browser lets a page ask only right after a press.
  const file = pick === undefined ? undefined : await pick({ suggestedName: name });
  const { downloadZip } = await import("client-zip");
  const archive = downloadZip(filesOf(ids, options));
  if (file !== undefined && archive.body !== null) {
    await archive.body.pipeTo(await file.createWritable(), { signal: options.signal });
    return;
  }
  save(URL.createObjectURL(await archive.blob()), name);
}

/** Downloads one result's file. */
export function downloadOne(asset: { url: string; content_type: string }, name: string): void {
  save(fileUrlOf(asset, "original"), name);
}

function save(url: string, name: string): void {
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  if (url.startsWith("blob:")) setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
