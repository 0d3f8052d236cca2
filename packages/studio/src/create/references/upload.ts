// Uploading references at once, with their progress.

import { GatewayError, readErrorBody, toGatewayError } from "@jimeng/gateway/api/client";
import type { FileObject } from "@jimeng/gateway/api";

import { gatewayUrl, ownUrl } from "../../data/base.ts";
import { changeDraft, changeReferences, draft, toReference } from "../draft.ts";
import type { DraftReference, ReferenceRole } from "../draft.ts";
import { uploads } from "./uploads.ts";
import type { UploadState } from "./uploads.ts";

/** The most files of one drop. */
export const maxDroppedFiles = 50;

function note(id: string, changes: Partial<UploadState>): void {
  const begun: UploadState = { progress: 0, error: null, previewUrl: null };
  uploads.set((before) => ({ ...before, [id]: { ...begun, ...before[id], ...changes } }));
}

/** Returns what a file is by its type; undefined for one that is no picture, video or sound. */
export function kindOfFile({
  type,
  name,
}: Pick<File, "type" | "name">): DraftReference["kind"] | undefined {
  const kind = /^(image|video|audio)\//.exec(type)?.[1];
  if (kind !== undefined) return kind as DraftReference["kind"];
  // Browsers know no type of Apple's pictures.
  return /\.(heic|heif)$/i.test(name) ? "image" : undefined;
}

/** Puts a file into the draft and uploads it. */
export function addFile(file: File, role: ReferenceRole): void {
  const kind = kindOfFile(file) ?? "image";
  const reference = toReference({ source: null, role, kind, name: file.name });
  note(reference.id, { previewUrl: kind === "image" ? URL.createObjectURL(file) : null });
  changeDraft({ references: [...draft.get().references, reference] });
  void upload(reference.id, file);
}

const files = new Map<string, File>();

async function upload(id: string, file: File): Promise<void> {
  files.set(id, file);
  note(id, { progress: 0, error: null });
  try {
    const stored = await send(file, (progress) => note(id, { progress }));
    files.delete(id);
    note(id, { progress: 1 });
    const references = draft
      .get()
      .references.map((reference) =>
        reference.id === id ? { ...reference, source: stored.id, kind: toKind(stored) } : reference,
      );
    changeDraft({ references });
  } catch (error) {
    if (error instanceof GatewayError) note(id, { error });
    else throw error;
  }
}

function toKind({ jimeng }: FileObject): DraftReference["kind"] {
  return jimeng.kind === "text" ? "image" : jimeng.kind;
}

/** Uploads a file again that failed. */
export function uploadAgain(id: string): void {
  const file = files.get(id);
  if (file !== undefined) void upload(id, file);
}

/** Sends a file. Not by fetch, which tells no progress. */
function send(file: File, onProgress: (share: number) => void): Promise<FileObject> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const query = new URLSearchParams({ filename: file.name.slice(0, 255) });
    request.open("POST", `${gatewayUrl}/v1/files?${query.toString()}`);
    request.setRequestHeader("content-type", file.type || "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total === 0 ? 0 : loaded / total);
    request.onerror = () =>
      reject(new GatewayError("connection_failed", "The upload broke off.", { retryable: true }));
    request.onload = () => {
      const body = parse(request.responseText);
      const error = readErrorBody(body);
      if (request.status < 300) resolve(body as FileObject);
      else if (error !== undefined) reject(toGatewayError(error, request.status));
      else reject(new GatewayError("unexpected_response", `Status ${request.status}`));
    };
    request.send(file);
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Takes a reference out of the draft. */
export function removeReference(id: string): void {
  files.delete(id);
  const state = uploads.get()[id];
  if (state?.previewUrl != null) URL.revokeObjectURL(state.previewUrl);
  changeReferences(draft.get().references.filter((reference) => reference.id !== id));
}

/** Returns where a reference can be seen; null where it cannot, as on another host. */
export function previewOf({ source, kind }: DraftReference): string | null {
  if (source === null) return null;
  if (source.startsWith("asset_")) return ownUrl(`/v1/assets/${source}`, { variant: "thumbnail" });
  if (source.startsWith("file_") && kind === "image") return ownUrl(`/v1/files/${source}/content`);
  return null;
}

/** Reads an address as a reference: a result of this gateway by its id, anything else as it is. */
export function toSource(text: string): string | undefined {
  const own = /\/v1\/assets\/(asset_[\w-]+)/.exec(text)?.[1];
  if (own !== undefined) return own;
  return /^https?:\/\/\S+$/.test(text.trim()) ? text.trim() : undefined;
}
