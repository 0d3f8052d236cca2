// Puts files and results into the draft; what handles them is loaded when it is needed.

import type { LibraryAssetObject } from "@jimeng/gateway/api";

import type { ReferenceRole } from "../draft.ts";
import type { ModelFacts } from "../legality.ts";
import { readDrop } from "./dropped.ts";

/** Adds what is dropped to the draft. */
export async function takeDrop(
  transfer: DataTransfer,
  facts: ModelFacts | undefined,
): Promise<void> {
  const dropped = readDrop(transfer);
  const { takeDropped } = await import("./parts.ts");
  await takeDropped(dropped, facts);
}

/** Adds results of this gateway to the draft. */
export async function bringStored(
  assets: readonly LibraryAssetObject[],
  facts: ModelFacts | undefined,
): Promise<void> {
  const { takeStored } = await import("./parts.ts");
  takeStored(assets, facts);
}

/** Adds files to the draft, as `takeFiles` does. */
export async function bringFiles(
  files: readonly File[],
  facts: ModelFacts | undefined,
  role?: ReferenceRole,
): Promise<void> {
  const { takeFiles } = await import("./parts.ts");
  takeFiles(files, facts, role);
}
