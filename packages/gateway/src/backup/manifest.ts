// The file that makes a folder a whole backup: what is in it, written last.

import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import { JimengError } from "@jimeng/sdk";
import * as z from "zod";

import { unfinishedFile } from "../database/data-folder.ts";
import { mkdirPrivate, openPrivate, syncFolder } from "../private-files.ts";

/** Name of the manifest in a backup. */
export const manifestFile = "backup.json";

const partSchema = z.object({
  /** The folder of the part, relative to the backup; empty for the backup itself. */
  folder: z.string(),
  /** The lengths of the databases, by their path in the part. */
  databases: z.record(z.string(), z.number()),
  /** The lengths of the secret key and other small files, likewise. */
  small_files: z.record(z.string(), z.number()),
  /** How many references and results there are, and their bytes. */
  stored_files: z.number(),
  stored_bytes: z.number(),
  /** The newest migration of the database; absent in backups of older versions. */
  migration: z.string().nullish(),
  /** The digests of the databases, the small files and the list of stored files, by their path; absent likewise. */
  sha256: z.record(z.string(), z.string()).optional(),
  /** The stored files that the database speaks of and the storage did not have. */
  missing_files: z.array(z.string()).optional(),
});

const manifestSchema = z.object({
  format: z.literal(1),
  /** Unix seconds. */
  made_at: z.number(),
  with_assets: z.boolean(),
  /** False where references were left out, too. */
  with_files: z.boolean().default(true),
  parts: z.array(partSchema).min(1),
});

/** What one part of a backup has. */
export type PartContent = z.infer<typeof partSchema>;

/** What a backup has. */
export type Manifest = z.infer<typeof manifestSchema>;

/** Makes a folder and marks it as unfinished; a gateway does not start on it until the mark is removed. */
export async function markUnfinished(folder: string): Promise<void> {
  await mkdirPrivate(folder);
  await (await openPrivate(join(folder, unfinishedFile), "wx")).close();
  await syncFolder(folder);
}

/** Writes the manifest of a backup. */
export async function writeManifest(folder: string, manifest: Manifest): Promise<void> {
  const file = await openPrivate(join(folder, manifestFile), "wx");
  try {
    await file.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Reads the manifest of a backup. Throws `invalid_request` (param `from`) for a folder that is no whole backup. */
export async function readManifest(folder: string): Promise<Manifest> {
  const found = await stat(folder).catch(() => undefined);
  if (found === undefined) throw notABackup(folder, "there is nothing of this name");
  if (!found.isDirectory()) throw notABackup(folder, "it is a file, a copy of the jobs alone");
  const unfinished = await stat(join(folder, unfinishedFile)).catch(() => undefined);
  if (unfinished !== undefined) throw notABackup(folder, "it was interrupted while it was made");
  const text = await readFile(join(folder, manifestFile), "utf8").catch(() => undefined);
  if (text === undefined) throw notABackup(folder, `it has no ${manifestFile}`);
  const parsed = manifestSchema.safeParse(parse(text));
  if (!parsed.success) throw notABackup(folder, `its ${manifestFile} cannot be read`);
  return parsed.data;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Returns the error (`invalid_request`, param `from`) of a folder that cannot be restored. */
export function notABackup(folder: string, why: string): JimengError {
  return new JimengError("invalid_request", `${folder} is no whole backup: ${why}.`, {
    param: "from",
    fix: "Name a folder that jimeng backup has finished. To use a data folder as it is, start on it: jimeng serve --data-dir <folder>.",
  });
}
