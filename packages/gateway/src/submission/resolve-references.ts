// Resolves the references of a submission to kept files before its jobs are stored.

import type { Warning } from "@jimeng/sdk";

import type { Caller } from "../keys/caller.ts";
import type { StoredFile } from "../references/file-store.ts";
import { requireResult } from "./require-owned.ts";
import type { SubmissionServices } from "./services.ts";
import type { SubmissionReference } from "./submission.ts";

/**
 * Gathers references and runs the work with the kept files, which are in the references' order. What was kept is
 * removed again when the work throws.
 */
export async function withReferences<T>(
  services: SubmissionServices,
  caller: Caller,
  { references, gone }: { references: readonly SubmissionReference[]; gone: AbortSignal },
  work: (files: StoredFile[], warnings: Warning[]) => Promise<T>,
): Promise<T> {
  if (references.length === 0) return work([], []);
  const { files, warnings, undo } = await services.references.gather(references, {
    keyId: caller.keyId,
    maySee: (keyId) => caller.maySee(keyId),
    openResult: async (source) => {
      const asset = await requireResult(services, caller, source);
      // The library reads from the name what a result was made from.
      return { body: await services.assets.open(asset), name: asset.id };
    },
    signal: AbortSignal.any([gone, services.closing.signal]),
  });
  try {
    return await work(files, warnings);
  } catch (error) {
    await undo();
    throw error;
  }
}
