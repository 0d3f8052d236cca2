// What a drop brings.

/** What was dropped. */
export interface Dropped {
  entries: readonly FileSystemEntry[];
  files: readonly File[];
  /** The address of what was dragged from a page; empty for files. */
  address: string;
}

/** Reads a drop. At once: after the event its data are gone. */
export function readDrop(transfer: DataTransfer): Dropped {
  return {
    entries: [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []),
    files: [...transfer.files],
    address: transfer.getData("text/uri-list") || transfer.getData("text/plain"),
  };
}
