// The life of a request's references in a route: gathered before the jobs, undone when no job comes of them.

import type { MediaReference, UploadedImage, Warning } from "@jimeng/sdk";
import type { FastifyReply, FastifyRequest } from "fastify";

import type { StoredFile } from "../references/file-store.ts";
import { toFileHandle } from "../references/file-handles.ts";
import type { IncomingReferences } from "../shapes/openai/reference-fields.ts";
import type { WantedReference } from "../references/references.ts";
import { baseFor } from "../http/services.ts";
import type { Services } from "../http/services.ts";
import { toDisconnectSignal } from "../http/waiting.ts";
import { requireAsset } from "../http/require-owned.ts";

/** Stands for a file that is not read yet, so that everything else is checked before anything is fetched. */
export const unreadImage: UploadedImage = {
  imageUri: toFileHandle("unread"),
  width: 0,
  height: 0,
  format: "",
};

/** Gives what came with a request besides its fields' words. */
export function incomingOf(request: FastifyRequest, services: Services): IncomingReferences {
  const { formFiles, inlineFiles } = request;
  return { parts: formFiles, strings: inlineFiles, ownBase: baseFor(request, services) };
}

/** Gathers references and works with the kept files; what was kept is removed when the work throws. */
export async function withReferences<T>(
  services: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  wanted: readonly WantedReference[],
  work: (files: StoredFile[], warnings: Warning[]) => Promise<T>,
): Promise<T> {
  if (wanted.length === 0) return work([], []);
  const { caller } = request;
  const { files, warnings, undo } = await services.references.gather(wanted, {
    keyId: caller.keyId,
    maySee: (keyId) => caller.maySee(keyId),
    openAsset: async (id) => {
      const asset = await requireAsset(services, caller, id);
      return { body: await services.assets.open(asset), name: "" };
    },
    signal: AbortSignal.any([toDisconnectSignal(reply), services.closing.signal]),
  });
  try {
    return await work(files, warnings);
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Gives the handle that stands in a request for a picture that is not uploaded yet. */
export function toImageHandle(file: StoredFile): UploadedImage {
  const { id, width, height, contentType } = file;
  const format = contentType.split("/")[1] ?? "";
  return { imageUri: toFileHandle(id), width: width ?? 0, height: height ?? 0, format };
}

/** Gives the handle of a picture, video or sound. */
export function toHandle(file: StoredFile): MediaReference {
  const { id, kind, width, height, name } = file;
  const durationMs = file.durationMs ?? 0;
  if (kind === "image") return toImageHandle(file);
  if (kind === "audio") return { audioId: toFileHandle(id), durationMs, name };
  return { videoId: toFileHandle(id), width: width ?? 0, height: height ?? 0, durationMs, name };
}
