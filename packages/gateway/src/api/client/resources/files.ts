// The client's calls about uploaded reference files.

import type { FileDeleted, FileObject, UploadLinkObject } from "../../files.ts";
import type { ListPage } from "../../lists.ts";
import type { CallOptions, PageOptions } from "../options.ts";
import type { Transport } from "../transport.ts";

/** What an upload may say of its file. */
export interface FileCreateOptions extends CallOptions {
  /** The file's name; default a File's own, else none. */
  filename?: string;
  /** OpenAI's word for what it is for; default `user_data`. */
  purpose?: string;
  /** Removes the file so many seconds later; default never. */
  expiresAfterSeconds?: number;
}

/** Uploads and reads reference files. */
export class Files {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  /** Uploads a picture, video or sound; a Blob of a file on the disk is sent from there in pieces. */
  create(blob: Blob, options: FileCreateOptions = {}): Promise<FileObject> {
    const { filename, purpose, expiresAfterSeconds, signal } = options;
    const name = filename ?? ("name" in blob ? String(blob.name) : undefined);
    return this.#transport.json("/v1/files", {
      method: "POST",
      blob,
      query: { filename: name, purpose, expires_after: expiresAfterSeconds },
      signal,
    });
  }

  /** Makes a page, good for ten minutes, on which a person gives one file. */
  createLink(options: CallOptions = {}): Promise<UploadLinkObject> {
    return this.#transport.json("/v1/upload-links", { method: "POST", ...options });
  }

  /** Tells whether the file of such a page was given. */
  retrieveLink(id: string, options: CallOptions = {}): Promise<UploadLinkObject> {
    return this.#transport.json(`/v1/upload-links/${encodeURIComponent(id)}`, options);
  }

  /** Lists uploaded files, newest first. */
  list(options: PageOptions & { purpose?: string } = {}): Promise<ListPage<FileObject>> {
    const { signal, ...query } = options;
    return this.#transport.json("/v1/files", { query, signal });
  }

  /** Retrieves one file's facts. */
  retrieve(id: string, options: CallOptions = {}): Promise<FileObject> {
    return this.#transport.json(pathOf(id), options);
  }

  /** Deletes a file; throws `conflict` while an unfinished job needs it. */
  delete(id: string, options: CallOptions = {}): Promise<FileDeleted> {
    return this.#transport.json(pathOf(id), { method: "DELETE", ...options });
  }
}

function pathOf(id: string): string {
  return `/v1/files/${encodeURIComponent(id)}`;
}
