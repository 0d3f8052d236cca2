// Takes what is dropped, pasted or chosen as references: files of the right kinds, folders with their files, addresses.

import { showToast } from "../../controls/toast.tsx";
import * as words from "../../words/create.js";
import { changeDraft, draft, toReference } from "../draft.ts";
import type { ReferenceRole } from "../draft.ts";
import { nextRole } from "../legality.ts";
import type { ModelFacts } from "../legality.ts";
import type { Dropped } from "./dropped.ts";
import { addFile, kindOfFile, maxDroppedFiles, toSource } from "./upload.ts";

const maxNameLength = 40;

/** Adds files to the draft; says which are left out, and why. */
export function takeFiles(
  files: readonly File[],
  facts: ModelFacts | undefined,
  role?: ReferenceRole,
): void {
  const fitting = files.filter((file) => {
    const isMedia = kindOfFile(file) !== undefined;
    if (!isMedia) showToast({ text: words.notMedia({ name: file.name }), tone: "bad" });
    else if (file.size === 0)
      showToast({ text: words.emptyFile({ name: file.name }), tone: "bad" });
    return isMedia && file.size > 0;
  });
  if (fitting.length > maxDroppedFiles)
    showToast({ text: words.tooManyFiles({ count: maxDroppedFiles }), tone: "bad" });
  for (const file of fitting.slice(0, maxDroppedFiles))
    addFile(file, role ?? nextRole(draft.get(), facts));
}

/** Adds results of this gateway to the draft. */
export function takeStored(
  assets: readonly { id: string; content_type: string; prompt: string }[],
  facts: ModelFacts | undefined,
): void {
  for (const { id, content_type: type, prompt } of assets) {
    const kind = kindOfFile({ type, name: "" }) ?? "image";
    const name = prompt.slice(0, maxNameLength) || id;
    const role = nextRole(draft.get(), facts);
    const added = toReference({ source: id, role, kind, name });
    changeDraft({ references: [...draft.get().references, added] });
  }
}

/** Adds an address to the draft; false where the text is none. */
export function takeAddress(text: string, facts: ModelFacts | undefined): boolean {
  const source = toSource(text);
  if (source === undefined) return false;
  const role = nextRole(draft.get(), facts);
  const name = source.split("/").at(-1)?.split("?")[0] ?? source;
  changeDraft({ references: [...draft.get().references, toReference({ source, role, name })] });
  return true;
}

/** Adds what was dropped: files and folders, else the address of a picture on a page. */
export async function takeDropped(
  { entries, files, address }: Dropped,
  facts: ModelFacts | undefined,
): Promise<void> {
  const found = entries.some(({ isDirectory }) => isDirectory)
    ? (await Promise.all(entries.map(filesOf))).flat()
    : files;
  if (found.length > 0) takeFiles(found, facts);
  else takeAddress(address.split("\n")[0] ?? "", facts);
}

/** Lists the files of a dropped entry, those of its folders too. */
async function filesOf(entry: FileSystemEntry): Promise<File[]> {
  if (entry.isFile) {
    return [
      await new Promise<File>((resolve, reject) =>
        (entry as FileSystemFileEntry).file(resolve, reject),
      ),
    ];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const children = await new Promise<FileSystemEntry[]>((resolve, reject) =>
    reader.readEntries(resolve, reject),
  );
  const files = await Promise.all(children.slice(0, maxDroppedFiles + 1).map(filesOf));
  return files.flat();
}
